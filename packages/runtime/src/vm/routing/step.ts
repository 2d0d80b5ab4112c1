import type { Term } from "../../terms/term.ts";

// A topic or a message, read from the front, is a sequence of steps: first what kind of thing it is, then its parts in their order. The
// first step of `["room", 7, ANY]` says "a list of three", the second "room", the third 7, the last "anything".

/** A value without parts: an atom, or an opaque object, which is itself. */
export const ATOM = 0;
/** What has parts: a record by its kind, a list by its length, a plain object by its number of keys, and bytes. */
export const SHAPE = 1;
/** A list that begins with a number of elements and may have more. */
export const TAIL = 2;
/** Anything, with all its parts. */
export const WILD = 3;
export type StepKind = typeof ATOM | typeof SHAPE | typeof TAIL | typeof WILD;

/** The key of a step that is a {@link SHAPE}: for a record its kind, a string that begins with the number of its fields. */
export type Shape = string | number;

/** Lists of one length; what follows are the elements. */
export function listShape(length: number): Shape {
  return length;
}

/** How long the lists of this shape are; negative where the shape is another one. */
export function listLength(shape: Shape): number {
  return typeof shape === "number" ? shape : -1;
}

/** Plain objects with so many keys; what follows are the keys in order, then the values in the order of the keys. */
export function objectShape(keys: number): Shape {
  return -1 - keys;
}

/** Byte arrays; what follows is a number that stands for the content. */
export const BYTES: Shape = "1 bytes";

/** How many parts follow a step of this shape. */
export function partsOf(shape: Shape): number {
  if (typeof shape === "string") return Number.parseInt(shape, 10);
  return shape < 0 ? 2 * (-1 - shape) : shape;
}

/** So many bytes are looked at to tell contents apart. */
const HASHED = 256;

/** A number that is equal for equal bytes, and for others rarely. */
export function contentOf(bytes: Uint8Array): number {
  let hash = bytes.length | 0;
  const end = Math.min(bytes.length, HASHED);
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash;
}

/** Does the object have methods? It is something that lives, an event source perhaps, and its other properties may change. */
export function hasMethods(object: { readonly [key: string]: Term | undefined }): boolean {
  for (const key of Object.keys(object)) {
    if (typeof object[key] === "function") return true;
  }
  return false;
}

/** A longer topic is put where its first steps lead; the matcher does the rest. */
export const MOST_STEPS = 1000;
