import {
  checked,
  driverError,
  isList,
  isPlainObject,
  record,
  type DriverError,
  type FieldCheck,
  type Rec,
  type RecordType,
  type Term,
  type TermObject,
} from "@marketplace/runtime";

/** A part of a page: a text, or a {@link DomElement}. */
export type DomNode = string | DomElement;

/** An element of a page, described. What it may be is told in docs/dom.md; the driver is who checks it. */
export interface DomElement extends Rec<"dom-element"> {
  /** Its name in HTML, in lower case. */
  readonly tag: string;
  /** By name, each a string; or true for one that is there without a value, or false for one that is not there. */
  readonly attributes: TermObject;
  /** Of each a {@link DomNode}. */
  readonly children: readonly Term[];
}

const nonEmptyString: FieldCheck = (value) =>
  typeof value === "string" && value !== "" ? undefined : "a non-empty string";

/** `domElement(tag, attributes, children)`: see {@link DomElement}. */
export const domElement: RecordType<DomElement, ["tag", "attributes", "children"]> = checked(
  record("dom-element", "tag", "attributes", "children"),
  {
    tag: nonEmptyString,
    attributes: (value) => (isPlainObject(value) ? undefined : "an object"),
    children: (value) => (isList(value) ? undefined : "a list"),
  },
);

/** Published for as long as an element is to stand in the page. */
export interface DomFragment extends Rec<"dom-fragment"> {
  /** A CSS selector: the first element that it finds is the one that the fragment is put into. */
  readonly container: string;
  /** Tells it from the other fragments of that container. */
  readonly id: string;
  readonly element: DomElement;
}

/** `domFragment(container, id, element)`: see {@link DomFragment}. */
export const domFragment: RecordType<DomFragment, ["container", "id", "element"]> = checked(
  record("dom-fragment", "container", "id", "element"),
  {
    container: nonEmptyString,
    id: nonEmptyString,
    element: (value) => (domElement.is(value) ? undefined : "domElement(tag, attributes, children)"),
  },
);

/** What is told of an event of the page. What the element has nothing of is left out. */
export interface DomDetail extends TermObject {
  /** The element's `id`; "" where it has none. */
  readonly id: string;
  /** Its `data-*` attributes, by their names in camel case. */
  readonly data: { readonly [name: string]: string };
  /** What a field holds; of a checkbox or radio button also whether it is checked. */
  readonly value?: string;
  readonly checked?: boolean;
  /** Of an event of the keyboard: the key, as `KeyboardEvent.key` has it. */
  readonly key?: string;
  /** Of a `submit`: what the form's fields hold, by their names. The values of fields of one name are a list. */
  readonly form?: { readonly [name: string]: string | readonly string[] };
}

/** Something that happened in the page. Who subscribes to it has the driver listen. */
export interface DomEvent extends Rec<"dom-event"> {
  /** A CSS selector: the event happened to an element that it matches, or inside of one. */
  readonly selector: string;
  /** As in `addEventListener`: `"click"`, `"input"`, `"submit"`. */
  readonly type: string;
  readonly detail: DomDetail;
}

/** `domEvent(selector, type, detail)`: see {@link DomEvent}. */
export const domEvent: RecordType<DomEvent, ["selector", "type", "detail"]> = checked(
  record("dom-event", "selector", "type", "detail"),
  {
    selector: nonEmptyString,
    type: nonEmptyString,
    detail: (value) => (isPlainObject(value) ? undefined : "an object"),
  },
);

/** Published while there is demand for something that the page cannot do. */
export interface DomError extends Rec<"dom-error"> {
  /** The container of the fragment that does not stand in the page, or the selector of the event that is not listened for. */
  readonly place: string;
  /** The id of that fragment, or the type of that event. */
  readonly name: string;
  readonly error: DriverError;
}

/** `domError(place, name, error)`: see {@link DomError}. */
export const domError: RecordType<DomError, ["place", "name", "error"]> = checked(
  record("dom-error", "place", "name", "error"),
  { error: (value) => (driverError.is(value) ? undefined : "driverError(code, message)") },
);
