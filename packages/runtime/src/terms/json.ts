import { toBase64 } from "./base64.ts";
import { bigintToText } from "./bigint-text.ts";
import { checkFunction, checkOptions } from "./check.ts";
import { fieldsOf, isBytes, isList, isPlainObject, isRecord, isWild, keysOf, RECORD, tailOf } from "./kinds.ts";
import type { Tail, Term, Wildcard } from "./kinds.ts";
import { survey } from "./survey.ts";
import { writeValue } from "./write.ts";

export { termFromJson } from "./json-reader.ts";
export type { FromJsonOptions } from "./json-reader.ts";

/** What `JSON.parse` gives. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface ToJsonOptions {
  /**
   * Gives an opaque object (or a symbol that is not in the global registry) the id by which it is written. Left out, they are numbered from 0
   * anew in each call.
   */
  readonly opaqueId?: ((value: unknown) => string | number) | undefined;
}

/** A list with more elements than this before its tail is not written as nested pairs, which would be as deep. */
const MOST_PAIRS = 256;

/** How much of an opaque object's text is written. */
const OPAQUE_TEXT = 200;

/**
 * The JSON form of a term: strings, numbers, booleans, `null` and lists as they are, the rest as objects with fixed keys. `termFromJson`
 * reads it back.
 *
 * @throws MarketplaceError what `checkTerm` throws if it is no term; `BAD_ARGUMENT` if an option is wrong
 */
export function termToJson(term: Term, options: ToJsonOptions = {}): Json {
  checkOptions("termToJson: options", options, ["opaqueId"]);
  const { opaqueId = counter() } = options;
  checkFunction("termToJson: opaqueId", opaqueId);
  survey(term, "termToJson: term");
  return toJson(term, opaqueId);
}

type OpaqueId = (value: unknown) => string | number;

function counter(): OpaqueId {
  const ids = new Map<unknown, number>();
  return (value) => {
    const id = ids.get(value) ?? ids.size;
    ids.set(value, id);
    return id;
  };
}

function toJson(term: Term, opaqueId: OpaqueId): Json {
  switch (typeof term) {
    case "bigint":
      return { bigint: bigintToText(term) };
    case "symbol": {
      const key = Symbol.keyFor(term);
      return key === undefined ? opaqueToJson(term, opaqueId) : { symbol: key };
    }
    case "function":
      return opaqueToJson(term, opaqueId);
    case "object":
      return term === null ? null : objectToJson(term, opaqueId);
    default:
      // -0 is 0 in JSON, and equal to it as a term.
      return term;
  }
}

function objectToJson(term: object, opaqueId: OpaqueId): Json {
  const all = (parts: readonly Term[]): Json[] => parts.map((part) => toJson(part, opaqueId));
  if (isRecord(term)) return { struct: term[RECORD].label, fields: all(fieldsOf(term)) };
  if (isWild(term)) return wildcardToJson(term);
  if (isList(term)) {
    const tail = tailOf(term);
    return tail === undefined ? all(term) : tailedToJson(all(term.slice(0, -1)), tail);
  }
  if (isBytes(term)) return { bytes: toBase64(term) };
  if (isPlainObject(term)) return { object: keysOf(term).map((key) => [key, toJson(term[key]!, opaqueId)]) };
  return opaqueToJson(term, opaqueId);
}

function wildcardToJson(wildcard: Wildcard | Tail): Json {
  return { $: wildcard.name === "" ? "?" : wildcard.name };
}

function tailedToJson(items: readonly Json[], tail: Tail): Json {
  if (items.length === 0 || items.length > MOST_PAIRS) return { list: items, tail: wildcardToJson(tail) };
  return items.reduceRight<Json>((rest, item) => ({ pair: [item, rest] }), wildcardToJson(tail));
}

function opaqueToJson(term: unknown, opaqueId: OpaqueId): Json {
  return { opaque: opaqueId(term), text: writeValue(term, OPAQUE_TEXT) };
}
