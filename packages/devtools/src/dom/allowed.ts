import { isPlainObject, type Term } from "@marketplace/runtime";
import { domElement } from "./terms.ts";

// What a description may hold. All else is refused: a list of what is harmless stays one when browsers learn something new.

const TAGS: ReadonlySet<string> = new Set(
  (
    "a abbr address article aside b bdi bdo blockquote br button caption cite code col colgroup dd del details dfn div dl dt em " +
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label legend li main mark menu " +
    "meter nav ol optgroup option output p pre progress q rp rt ruby s samp search section select small span strong sub summary " +
    "sup table tbody td textarea tfoot th thead time tr u ul var wbr"
  ).split(" "),
);

/** Elements whose `id` or `name` is a property of their form, in front of the form's own. */
const FIELDS: ReadonlySet<string> = new Set(["button", "fieldset", "img", "input", "output", "select", "textarea"]);

const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    "alt autocomplete checked class cols colspan datetime dir disabled enterkeyhint for headers height hidden high id inert " +
    "inputmode label lang low max maxlength min minlength multiple open optimum pattern placeholder readonly required reversed " +
    "role rows rowspan scope selected size span spellcheck start step tabindex title translate type value width wrap"
  ).split(" "),
);

const NAMED = /^(?:aria|data)-[a-z][a-z0-9-]*$/;

const PROTOCOLS: Readonly<Record<string, ReadonlySet<string>>> = {
  href: new Set(["http:", "https:", "mailto:", "tel:"]),
  src: new Set(["http:", "https:"]),
};

/**
 * What is wrong with a description of an element, for people; undefined where nothing is.
 *
 * @param base the address that addresses in it are relative to
 */
export function whyRefused(element: Term, base: string): string | undefined {
  if (!domElement.is(element)) return "expected domElement(tag, attributes, children)";
  const { tag, attributes, children } = element;
  if (typeof tag !== "string" || !TAGS.has(tag)) return `${shown(tag)} is no element that may stand in a fragment`;
  if (!isPlainObject(attributes)) return `the attributes of ${tag} are no object`;
  for (const [name, value] of Object.entries(attributes)) {
    const why = whyAttributeRefused(tag, name, value, base);
    if (why !== undefined) return `${tag}: ${why}`;
  }
  if (!Array.isArray(children)) return `the children of ${tag} are no list`;
  for (const child of children) {
    const why = typeof child === "string" ? undefined : whyRefused(child as Term, base);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyAttributeRefused(tag: string, name: string, value: unknown, base: string): string | undefined {
  if (typeof value !== "string" && typeof value !== "boolean") return `${name} is to be a string, true or false`;
  const text = String(value);
  if (FIELDS.has(tag) && (name === "id" || name === "name") && text in Element.prototype) {
    return `a field called ${shown(text)} would hide that property of its form`;
  }
  const protocols = Object.hasOwn(PROTOCOLS, name) ? PROTOCOLS[name] : undefined;
  if (protocols !== undefined && (tag === "a" || tag === "img")) {
    return protocols.has(protocolOf(text, base)) ? undefined : `${name} may lead to ${[...protocols].join(" ")} only`;
  }
  const isAllowed = ATTRIBUTES.has(name) || NAMED.test(name) || (name === "name" && FIELDS.has(tag) && tag !== "img");
  return isAllowed ? undefined : `${shown(name)} is no attribute that it may have`;
}

/** As the browser reads it, whatever spaces and controls are in it. */
function protocolOf(address: string, base: string): string {
  try {
    return new URL(address, base).protocol;
  } catch {
    return "";
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : "what is no string";
}
