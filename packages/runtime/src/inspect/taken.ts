import { fieldOf, isBytes, isRecord, isTail, isWild, RECORD } from "../terms/kinds.ts";
import { quote, isWord } from "../terms/syntax.ts";
import { writeValue } from "../terms/write.ts";
import type { Part, Path, Taken } from "./events.ts";

/** How much of a value is taken apart at once. */
export interface Bounds {
  /** Values in all. */
  readonly values: number;
  /** Levels of parts. */
  readonly levels: number;
  /** Parts of one value. */
  readonly parts: number;
  /** Characters of one text. */
  readonly text: number;
}

export const FULL: Bounds = { values: 1000, levels: 6, parts: 100, text: 2000 };
export const SMALL: Bounds = { values: 40, levels: 3, parts: 10, text: 300 };

/** How long the text of a value made of parts may get. */
const WIDTH = 100;

/**
 * Takes any JavaScript value apart into plain data. No getter is run, cycles end, and the result is bounded; what is beyond the bounds can
 * be taken later, by its path.
 *
 * @param from which part to begin with
 */
export function take(value: unknown, bounds: Bounds, path: Path = [], above: readonly unknown[] = [], from = 0): Taken {
  return new Taker(bounds, [...path], [...above]).take(value, from);
}

/** The same without the parts: what a value is, in one line. */
export function takeLine(value: unknown): Taken {
  const { kind, text } = take(value, SMALL);
  return { kind, text };
}

/** The part of `value` at the end of a path, and the values on the way to it; `undefined` if there is no such part. */
export function follow(
  value: unknown,
  path: Path,
): { readonly value: unknown; readonly above: readonly unknown[] } | undefined {
  const above: unknown[] = [];
  let at = value;
  for (const step of path) {
    const parts = partsOf(at);
    const part = parts?.at(step);
    if (part === undefined || part.accessor) return undefined;
    above.push(at);
    at = part.value;
  }
  return { value: at, above };
}

interface RawPart {
  readonly key: string;
  readonly value: unknown;
  /** It has a getter instead of a value. */
  readonly accessor: boolean;
}

/** The parts of a value, counted without being made. */
interface Parts {
  readonly size: number;
  at(step: number): RawPart | undefined;
}

class Taker {
  readonly #bounds: Bounds;
  readonly #path: number[];
  /** The values that the present one is a part of. */
  readonly #above: unknown[];
  readonly #depth: number;
  #left: number;

  constructor(bounds: Bounds, path: number[], above: unknown[]) {
    this.#bounds = bounds;
    this.#path = path;
    this.#above = above;
    this.#depth = path.length;
    this.#left = bounds.values;
  }

  take(value: unknown, from: number): Taken {
    this.#left--;
    try {
      return this.#taken(value, from);
    } catch {
      // A proxy whose traps throw, or something as odd.
      return { kind: "unreadable", text: "#<unreadable>" };
    }
  }

  #taken(value: unknown, from: number): Taken {
    const kind = kindOf(value);
    if (typeof value !== "object" || value === null || LEAVES.has(kind)) return leaf(kind, value, this.#bounds.text);
    const same = this.#above.indexOf(value);
    if (same >= 0) return { kind: "cycle", text: "#<cycle>", same: this.#path.slice(0, same) };
    const parts = partsOf(value) as Parts;
    const { size } = parts;
    const taken: Part[] = [];
    if (this.#path.length - this.#depth < this.#bounds.levels) {
      this.#above.push(value);
      const end = Math.min(size, from + this.#bounds.parts);
      for (let step = from; step < end && this.#left > 0; step++) {
        const part = parts.at(step);
        if (part === undefined) break;
        this.#path.push(step);
        const of = part.accessor
          ? ({ kind: "accessor", text: `#<${String(part.value)}>` } as const)
          : this.take(part.value, 0);
        taken.push({ key: part.key, step, value: of });
        this.#path.pop();
      }
      this.#above.pop();
    }
    const text = lineOf(kind, value, size, taken, from);
    return taken.length === 0 && size > 0 ? { kind, text, size } : { kind, text, size, parts: taken };
  }
}

const LEAVES: ReadonlySet<Taken["kind"]> = new Set(["bytes", "date", "regexp", "wildcard"]);

function leaf(kind: Taken["kind"], value: unknown, limit: number): Taken {
  if (kind === "string") return { kind, text: clip(value as string, limit), size: (value as string).length };
  if (kind === "bytes") return { kind, text: writeValue(value, limit), size: (value as Uint8Array).length };
  if (kind === "date") return { kind, text: dateText(value as Date) };
  if (kind === "regexp") return { kind, text: clip(RegExp.prototype.toString.call(value), limit) };
  if (Object.is(value, -0)) return { kind, text: "-0" };
  return { kind, text: writeValue(value, limit) };
}

function kindOf(value: unknown): Taken["kind"] {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (isRecord(value)) return "record";
  if (isWild(value) || isTail(value)) return "wildcard";
  if (Array.isArray(value)) return "list";
  if (isBytes(value)) return "bytes";
  switch (Object.prototype.toString.call(value)) {
    case "[object Map]":
      return value instanceof Map ? "map" : "instance";
    case "[object Set]":
      return value instanceof Set ? "set" : "instance";
    case "[object Date]":
      return value instanceof Date ? "date" : "instance";
    case "[object RegExp]":
      return value instanceof RegExp ? "regexp" : "instance";
    case "[object Error]":
      return "error";
    default: {
      const prototype: unknown = Object.getPrototypeOf(value);
      return prototype === null || prototype === Object.prototype ? "object" : "instance";
    }
  }
}

function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (isRecord(value)) {
    const { names } = value[RECORD];
    return counted(names.length, (step) => {
      const name = names[step] as string;
      return { key: name, value: fieldOf(value, name), accessor: false };
    });
  }
  if (Array.isArray(value)) return counted(value.length, (step) => property(value, String(step)) ?? hole(step));
  if (value instanceof Map)
    return iterated(value.size, value.entries(), ([key, item]) => ({ key: writeValue(key, 60), value: item }));
  if (value instanceof Set)
    return iterated(value.size, value.values(), (item, step) => ({ key: String(step), value: item }));
  const keys = Reflect.ownKeys(value);
  return counted(keys.length, (step) => property(value, keys[step] as string | symbol));
}

function counted(size: number, at: (step: number) => RawPart | undefined): Parts {
  return { size, at: (step) => (step < size ? at(step) : undefined) };
}

function property(object: object, key: string | symbol): RawPart | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (descriptor === undefined) return undefined;
  const shown = typeof key === "symbol" ? writeValue(key, 60) : clip(key, 200);
  return "value" in descriptor
    ? { key: shown, value: descriptor.value, accessor: false }
    : { key: shown, value: descriptor.set === undefined ? "get" : "get, set", accessor: true };
}

function hole(step: number): RawPart {
  return { key: String(step), value: undefined, accessor: false };
}

/** Of what can only be gone through from the start: parts are asked for in ascending order. */
function iterated<T>(
  size: number,
  items: Iterator<T>,
  show: (item: T, step: number) => { key: string; value: unknown },
): Parts {
  let next = 0;
  return {
    size,
    at(step) {
      for (; next <= step; next++) {
        const { done, value } = items.next();
        if (done === true) return undefined;
        if (next === step) {
          next++;
          return { ...show(value, step), accessor: false };
        }
      }
      return undefined;
    },
  };
}

/** A value made of parts in one line, from the texts of its first parts. */
function lineOf(kind: Taken["kind"], value: object, size: number, parts: readonly Part[], from: number): string {
  let inside = from > 0 ? "…" : "";
  let shown = from;
  for (const { key, value: part } of parts) {
    const text = part.kind === "string" ? quote(part.text.slice(0, WIDTH)) : part.text;
    const next = `${inside === "" ? "" : ", "}${nameOfPart(kind, key)}${text}`;
    if (inside.length + next.length > WIDTH) break;
    inside += next;
    shown++;
  }
  if (shown < size) inside += `${inside === "" ? "" : ", "}… ${size} in all`;
  switch (kind) {
    case "list":
      return `[${inside}]`;
    case "record":
      return `${nameOf(value)}(${inside})`;
    case "object":
      return `{${inside}}`;
    case "error":
      return errorText(value);
    default:
      return `${nameOf(value)} {${inside}}`;
  }
}

/** What stands before a part: lists, sets and records tell their parts by their places, a map by keys that are written already. */
function nameOfPart(kind: Taken["kind"], key: string): string {
  if (kind === "list" || kind === "set" || kind === "record") return "";
  return kind === "map" ? `${key} => ` : `${isWord(key) ? key : quote(key)}: `;
}

function nameOf(value: object): string {
  if (isRecord(value)) return value[RECORD].label;
  const maker = dataOf(Object.getPrototypeOf(value) as object | null, "constructor");
  const name = typeof maker === "function" ? dataOf(maker, "name") : undefined;
  return typeof name === "string" && name !== "" ? clip(name, 60) : "object";
}

/** A property found on an object or its prototypes, unless it is an accessor. */
function dataOf(object: object | null, key: string): unknown {
  for (let at = object, i = 0; at !== null && i < 20; at = Object.getPrototypeOf(at) as object | null, i++) {
    const descriptor = Object.getOwnPropertyDescriptor(at, key);
    if (descriptor !== undefined) return "value" in descriptor ? (descriptor.value as unknown) : undefined;
  }
  return undefined;
}

function errorText(value: object): string {
  const [name, message, code] = ["name", "message", "code"].map((key) => dataOf(value, key));
  const shown = `${typeof name === "string" ? name : "Error"}${typeof code === "string" ? ` ${code}` : ""}`;
  return clip(typeof message === "string" && message !== "" ? `${shown}: ${message}` : shown, 300);
}

function dateText(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? "#<invalid date>" : new Date(time).toISOString();
}

function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
