import { bigintToText } from "../terms/bigint-text.ts";
import { describe, MarketplaceError } from "../terms/error.ts";
import { fieldsOf, isBytes, isList, isPlainObject, isRecord, isTail, isWild, keysOf, RECORD } from "../terms/kinds.ts";
import type { Term } from "../terms/kinds.ts";
import { tooDeep } from "../terms/limits.ts";
import { MAX_DEPTH } from "../terms/syntax.ts";
import { KIND, LONGEST_NAME } from "./kind.ts";
import { isUnicode, toUtf16 } from "./utf16.ts";

export { fromWire, Vocabulary } from "./wire-reader.ts";

/** What crosses a channel: values that every codec and every structured clone knows. */
export type Wire = null | boolean | number | string | Uint8Array | readonly Wire[];

/** The most bytes that one frame may have. */
export const MAX_FRAME: number = 1024 * 1024;

/**
 * The form in which a term crosses. Bytes are not copied.
 *
 * @param term as `checkTerm` accepts it
 * @param what what to call it in an error
 * @throws MarketplaceError `NOT_TRANSFERABLE`, naming the place of what means nothing on the other side: a function, an instance of a class, a
 *   symbol that is not registered; `TERM_TOO_DEEP`
 */
export function toWire(term: Term, what = "term"): Wire {
  // The payload of most messages.
  return term instanceof Uint8Array ? term : new Writer(what).write(term, 0);
}

/** How many bytes a value takes in a frame. */
export function wireSize(wire: Wire): number {
  if (typeof wire === "string") return HEAD + utf8Length(wire);
  if (typeof wire !== "object" || wire === null) return HEAD;
  if (wire instanceof Uint8Array) return HEAD + wire.length;
  return wire.reduce<number>((size, item) => size + wireSize(item), HEAD);
}

/** A number, or the length before what has one: rounded up to the longest there is. */
const HEAD = 9;

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a pair counts for two of its four bytes.
    if (unit >= 0x80) length += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return length;
}

class Writer {
  readonly #what: string;
  /** The way from the root to where the writer is. */
  readonly #path: (string | number)[] = [];

  constructor(what: string) {
    this.#what = what;
  }

  write(term: Term, depth: number): Wire {
    switch (typeof term) {
      case "string":
        return toText(term);
      case "boolean":
        return term;
      case "number":
        return Number.isFinite(term) ? term : this.#refuse(term);
      case "bigint":
        return [KIND.bigint, bigintToText(term)];
      case "symbol": {
        const key = Symbol.keyFor(term);
        return key === undefined ? this.#refuse(term) : [KIND.symbol, this.#name(key)];
      }
      case "object":
        return term === null ? null : this.#object(term, depth);
      default:
        return this.#refuse(term);
    }
  }

  #object(term: Term & object, depth: number): Wire {
    if (isBytes(term)) return ofThisRealm(term);
    if (isWild(term)) return named(KIND.wildcard, term.name);
    if (isTail(term)) return named(KIND.tail, term.name);
    const list = isList(term);
    if (!list && !isRecord(term) && !isPlainObject(term)) return this.#refuse(term);
    if (depth >= MAX_DEPTH) throw tooDeep(this.#what);
    if (list) return [KIND.list, ...term.map((item, i) => this.#at(i, item, depth))];
    if (!isRecord(term)) {
      const object = term as { readonly [key: string]: Term };
      return [KIND.object, ...keysOf(object).flatMap((key) => [toText(key), this.#at(key, object[key]!, depth)])];
    }
    const { label, names } = term[RECORD];
    return [KIND.record, this.#name(label), ...fieldsOf(term).map((field, i) => this.#at(names[i]!, field, depth))];
  }

  #at(step: string | number, part: Term, depth: number): Wire {
    this.#path.push(step);
    const wire = this.write(part, depth + 1);
    this.#path.pop();
    return wire;
  }

  #name(name: string): Wire {
    return name.length <= LONGEST_NAME
      ? toText(name)
      : this.#refuse(name, `a name of at most ${LONGEST_NAME} characters`);
  }

  #refuse(came: unknown, expected = "a term that means the same on the other side of a bridge"): never {
    const place = this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    throw new MarketplaceError(
      "NOT_TRANSFERABLE",
      `${this.#what}${place}: expected ${expected}, got ${describe(came)}`,
    );
  }
}

function named(kind: number, name: string): Wire {
  return name === "" ? [kind] : [kind, name];
}

function toText(value: string): Wire {
  return isUnicode(value) ? value : [KIND.utf16, toUtf16(value)];
}

/** Another realm's `Uint8Array` is none to a codec. */
function ofThisRealm(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes;
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(buffer, byteOffset, length);
}
