import { messageRecords } from "../messages/records.ts";
import { bigintFromText } from "../terms/bigint-text.ts";
import { describe, MarketplaceError } from "../terms/error.ts";
import type { Rec, Tail, Term } from "../terms/kinds.ts";
import { objectOf } from "../terms/merge.ts";
import { numberedRecord } from "../terms/record-maker.ts";
import type { RecordTable } from "../terms/record-table.ts";
import { isWildName, MAX_DEPTH } from "../terms/syntax.ts";
import { ANY, wild, type Wildcard } from "../terms/wildcard.ts";
import { KIND, LONGEST_NAME } from "./kind.ts";
import { fromUtf16 } from "./utf16.ts";

/** More arrays than this in one term are refused: a structured clone may share one array many times over. */
const MOST_ARRAYS = 1_000_000;

/** So many different labels and numbers of fields may come over one connection. Each costs time and memory when it is new. */
const MOST_RECORD_KINDS = 1000;

/** So many different registered symbols may come over all bridges together: an engine keeps each for ever. */
const MOST_SYMBOLS = 10_000;

/** Names from outside, of which there may be so many. */
class Names {
  readonly #known = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  admits(name: string): boolean {
    return this.#known.has(name) || (this.#known.size < this.#most && this.#known.add(name) !== undefined);
  }
}

const symbols = new Names(MOST_SYMBOLS);

/** What the reader of one connection's terms knows: record types, and which labels it has met. */
export class Vocabulary {
  readonly #records: RecordTable;
  readonly #kinds = new Names(MOST_RECORD_KINDS);

  /** @param records those of the drivers' messages if left out; the fields of other records are called "0", "1", and so on */
  constructor(records: RecordTable = messageRecords) {
    this.#records = records;
  }

  /** A record as its sender had it, or `undefined` if there have been too many kinds. */
  record(label: string, fields: readonly Term[]): Rec | undefined {
    if (!this.#kinds.admits(`${fields.length} ${label}`)) return undefined;
    try {
      return this.#records.make(label, fields);
    } catch {
      // Of a known type but with fields that its check refuses: a program can declare the like.
      return numberedRecord(label, fields);
    }
  }
}

/**
 * The term that a value from a channel stands for. The value may be anything. Bytes are copied where they would keep alive a buffer more than
 * twice their size, or one that others may write to.
 *
 * @param vocabulary that of the connection; left out, it knows the drivers' messages
 * @throws MarketplaceError `BAD_FRAME`, naming the place
 */
export function fromWire(value: unknown, vocabulary?: Vocabulary): Term {
  // The payload of most messages.
  return value instanceof Uint8Array ? compact(value) : new Reader(vocabulary ?? new Vocabulary()).read(value, 0);
}

function compact(bytes: Uint8Array): Uint8Array {
  const own = bytes.buffer instanceof ArrayBuffer && bytes.length * 2 >= bytes.buffer.byteLength;
  // Not by `slice`, which a Buffer of Node has changed.
  return own ? bytes : new Uint8Array(bytes);
}

class Reader {
  readonly #vocabulary: Vocabulary;
  /** The way from the root to where the reader is. */
  readonly #path: number[] = [];
  #arrays = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  read(value: unknown, depth: number): Term {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : this.#fail("a finite number", value);
      case "object":
        if (value === null) return null;
        if (value instanceof Uint8Array) return compact(value);
        if (Array.isArray(value)) return this.#array(value, depth);
        break;
      default:
    }
    return this.#fail("a string, number, boolean, null, bytes or an array", value);
  }

  #array(array: readonly unknown[], depth: number): Term {
    if (++this.#arrays > MOST_ARRAYS) this.#fail(`at most ${MOST_ARRAYS} arrays in a term`, array);
    switch (array[0]) {
      case KIND.list:
        return this.#list(array, depth);
      case KIND.record:
        return this.#record(array, depth);
      case KIND.object:
        return this.#object(array, depth);
      case KIND.wildcard:
        return this.#wildcard(array);
      case KIND.bigint:
        this.#countIs(array, 2);
        return (
          (typeof array[1] === "string" ? bigintFromText(array[1]) : undefined) ??
          this.#fail("a bigint's digits", array[1])
        );
      case KIND.symbol: {
        const key = this.#name(array, 1);
        this.#countIs(array, 2);
        return symbols.admits(key) ? Symbol.for(key) : this.#fail(`at most ${MOST_SYMBOLS} different symbols`, key);
      }
      case KIND.utf16:
        return this.#utf16(array);
      default:
        // A tail has its place at the end of a list.
        return this.#fail("an array that begins with the number of a kind of term", array);
    }
  }

  #list(array: readonly unknown[], depth: number): Term {
    const last: unknown = array.at(-1);
    const tailed = array.length > 1 && Array.isArray(last) && last[0] === KIND.tail;
    const items = this.#parts(array, 1, tailed ? array.length - 1 : array.length, depth);
    if (tailed) items.push(...this.#tail(last, array.length - 1));
    return items;
  }

  #tail(array: readonly unknown[], at: number): Wildcard & Iterable<Tail> {
    this.#path.push(at);
    const wildcard = this.#wildcard(array);
    this.#path.pop();
    return wildcard;
  }

  #record(array: readonly unknown[], depth: number): Term {
    const label = this.#name(array, 1);
    if (label === "") this.#fail("a label that is not empty", label);
    const fields = this.#parts(array, 2, array.length, depth);
    return this.#vocabulary.record(label, fields) ?? this.#fail(`at most ${MOST_RECORD_KINDS} kinds of records`, label);
  }

  #object(array: readonly unknown[], depth: number): Term {
    if (array.length % 2 === 0) this.#fail("keys and values", array);
    const keys = new Set<string>();
    const values: Term[] = [];
    this.#enter(depth);
    for (let i = 1; i < array.length; i += 2) {
      const key = this.#text(array, i);
      if (keys.has(key)) this.#fail("keys that are different", key);
      keys.add(key);
      values.push(this.#at(i + 1, array[i + 1], depth));
    }
    return objectOf([...keys], values);
  }

  #wildcard(array: readonly unknown[]): Wildcard {
    if (array.length === 1) return ANY;
    this.#countIs(array, 2);
    const name = array[1];
    return typeof name === "string" && isWildName(name) ? wild(name) : this.#fail("a wildcard's name", name);
  }

  #utf16(array: readonly unknown[]): string {
    this.#countIs(array, 2);
    const bytes = array[1];
    return (
      (bytes instanceof Uint8Array ? fromUtf16(bytes) : undefined) ?? this.#fail("two bytes for each code unit", bytes)
    );
  }

  #parts(array: readonly unknown[], from: number, to: number, depth: number): Term[] {
    this.#enter(depth);
    const parts: Term[] = [];
    for (let i = from; i < to; i++) parts.push(this.#at(i, array[i], depth));
    return parts;
  }

  #at(index: number, value: unknown, depth: number): Term {
    this.#path.push(index);
    const term = this.read(value, depth + 1);
    this.#path.pop();
    return term;
  }

  #enter(depth: number): void {
    if (depth >= MAX_DEPTH) this.#fail(`a term at most ${MAX_DEPTH} levels deep`, "a deeper one");
  }

  #name(array: readonly unknown[], index: number): string {
    const name = this.#text(array, index);
    return name.length <= LONGEST_NAME ? name : this.#fail(`a name of at most ${LONGEST_NAME} characters`, name);
  }

  /** A string, in either form. */
  #text(array: readonly unknown[], index: number): string {
    const value = array[index];
    if (typeof value === "string") return value;
    return Array.isArray(value) && value[0] === KIND.utf16 ? this.#utf16(value) : this.#fail("a string", value);
  }

  #countIs(array: readonly unknown[], count: number): void {
    if (array.length !== count) this.#fail(`${count} elements`, array);
  }

  #fail(expected: string, came: unknown): never {
    const place = this.#path.map((index) => `[${index}]`).join("");
    throw new MarketplaceError("BAD_FRAME", `term${place}: expected ${expected}, got ${describe(came)}`);
  }
}
