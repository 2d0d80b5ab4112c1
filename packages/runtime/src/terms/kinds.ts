/**
 * What a term is, and how to tell the kinds of terms apart.
 *
 * Everything here recognises by a brand under a symbol that all realms share, or by structure, never by `instanceof` alone: a page and
 * its worker, or two copies of this package, understand each other's terms.
 */

/** A part of a term that has no parts. Numbers are finite. */
export type Atom = string | number | bigint | boolean | null | symbol;

/** A function in a term: compared by identity. */
export type TermFunction = (...args: never[]) => unknown;

/** Plain data with named parts; a key whose value is `undefined` counts as absent. */
export type TermObject = { readonly [key: string]: Term | undefined } & NotAList;

/** Any other object, such as an instance of a class: compared by identity. */
export type Opaque = object & NotAList;

/** What all lists have and nothing else does is not there; so the compiler takes no list for an object, and looks at its elements. */
interface NotAList {
  readonly [Symbol.unscopables]?: never;
}

/** A message or any part of one; with wildcards in it, it is a pattern. */
export type Term = Atom | TermFunction | Uint8Array | readonly Term[] | Rec | Wildcard | Tail | TermObject | Opaque;

/** The key of a wildcard's brand. */
export const WILDCARD: unique symbol = Symbol.for("@marketplace/wildcard") as never;
/** The key of a tail marker's brand. */
export const TAIL: unique symbol = Symbol.for("@marketplace/tail") as never;
/** The key under which a record's prototype carries what all records of its shape have in common. */
export const RECORD: unique symbol = Symbol.for("@marketplace/record") as never;

/** The key of a mark on the prototype of objects that have a class for reasons of their own, and are plain data all the same. */
export const PLAIN: unique symbol = Symbol.for("@marketplace/plain") as never;

/** Stands for any term. Made by `wild(name)`; `ANY` is the one without a name. Spread into the end of a list it stands for any rest. */
export interface Wildcard extends Iterable<Tail> {
  readonly [WILDCARD]: true;
  /** Empty for `ANY`, which is a fresh wildcard at each place; one with a name binds equal terms wherever it occurs in a pattern. */
  readonly name: string;
}

/** What spreading a wildcard puts at the end of a list: stands for the rest of it. Not iterable itself. */
export interface Tail {
  readonly [TAIL]: true;
  /** Empty for the tail of `ANY`. Names of tails and names of wildcards do not meet. */
  readonly name: string;
}

declare const RECORD_TYPE: unique symbol;

/** The key under which the compiler finds the type of a record. There is never anything there. */
export type RecordTypeKey = typeof RECORD_TYPE;

/** A record: a label and a fixed number of fields. Extend it to give the fields names and types. */
export interface Rec<Label extends string = string> {
  readonly [RECORD]: RecordInfo<Label>;
  readonly [RECORD_TYPE]?: this;
}

/** What records of one shape have in common. It is stored once for all of them, on their prototype. */
export interface RecordInfo<Label extends string = string> {
  readonly label: Label;
  readonly names: readonly string[];
  readonly arity: number;
  /** Label and arity in one word, see {@link recordKind}: what two records have in common that can be equal at all. */
  readonly kind: string;
  /** Whether there are wildcards in the fields. */
  readonly wild: boolean;
  /** How many levels of lists, records and plain objects there are, this one included. */
  readonly depth: number;
  /** Makes a record of the same label with these fields, which are terms already checked. */
  readonly make: (fields: readonly Term[]) => Rec<Label>;
}

/** Whether `value` is a wildcard, named or not (a tail marker is none). */
export function isWild(value: unknown): value is Wildcard {
  return typeof value === "object" && value !== null && (value as Partial<Wildcard>)[WILDCARD] === true;
}

/** Whether `value` is the marker that spreading a wildcard leaves at the end of a list. */
export function isTail(value: unknown): value is Tail {
  return typeof value === "object" && value !== null && (value as Partial<Tail>)[TAIL] === true;
}

/** The description that a record carries, or `undefined` if `value` is no record. */
export function recordInfo(value: object): RecordInfo | undefined {
  return (value as Partial<Rec>)[RECORD];
}

/** Whether `value` is a record of any label. */
export function isRecord(value: unknown): value is Rec {
  return typeof value === "object" && value !== null && recordInfo(value) !== undefined;
}

/** The fields of a record in their order. */
export function fieldsOf(record: Rec): readonly Term[] {
  return record[RECORD].names.map((name) => fieldOf(record, name));
}

/** One field of a record, by name. */
export function fieldOf(record: Rec, name: string): Term {
  return (record as unknown as Record<string, Term>)[name]!;
}

/** The word for records of this label with this number of fields; it begins with the number. */
export function recordKind(label: string, arity: number): string {
  return `${arity} ${label}`;
}

/** Whether two records can be equal at all: same label, same number of fields. */
export function sameRecordKind(a: RecordInfo, b: RecordInfo): boolean {
  return a.kind === b.kind;
}

/** Whether `value` is a byte array (Node's `Buffer` included), of this realm or another. */
export function isBytes(value: unknown): value is Uint8Array {
  if (value instanceof Uint8Array) return true;
  return ArrayBuffer.isView(value) && (value as Partial<Uint8Array>)[Symbol.toStringTag] === "Uint8Array";
}

/** Whether `value` is a list. */
export function isList(value: unknown): value is readonly Term[] {
  return Array.isArray(value);
}

/** The tail marker at the end of a list, if there is one. */
export function tailOf(list: readonly Term[]): Tail | undefined {
  const last = list[list.length - 1];
  return typeof last === "object" && isTail(last) ? last : undefined;
}

/** Whether `value` is a plain object (an object literal, or one without prototype), of this realm or another, or marked as one. */
export function isPlainObject(value: unknown): value is TermObject {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  if ((prototype as { readonly [PLAIN]?: true })[PLAIN] === true) return true;
  // Another realm's Object.prototype: nothing above it, and it has the method that only Object.prototype has.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf");
}

/** The keys of a plain object that count: own, enumerable, and with a value other than `undefined`. */
export function keysOf(object: TermObject): readonly string[] {
  const keys = Object.keys(object);
  for (const key of keys) {
    if (object[key] === undefined) return keys.filter((each) => object[each] !== undefined);
  }
  return keys;
}
