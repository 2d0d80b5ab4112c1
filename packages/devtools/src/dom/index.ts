// The page as a part of a Marketplace. What is not the driver needs no page: a program may run where there is none.

export {
  domElement,
  domError,
  domEvent,
  domFragment,
  type DomDetail,
  type DomElement,
  type DomError,
  type DomEvent,
  type DomFragment,
  type DomNode,
} from "./terms.ts";
export { domRecords, domRoles } from "./roles.ts";
export { domDriver, type DomDriverOptions } from "./driver.ts";
