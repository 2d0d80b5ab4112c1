import { fromBase64 } from "./base64.ts";
import { bigintFromText } from "./bigint-text.ts";
import { checkFunction, checkOptions } from "./check.ts";
import { badArgument, describe, MarketplaceError } from "./error.ts";
import type { Term, Wildcard } from "./kinds.ts";
import { tooDeep } from "./limits.ts";
import { objectOf } from "./merge.ts";
import { NO_RECORDS, RecordTable } from "./record-table.ts";
import { survey } from "./survey.ts";
import { isWildName, MAX_DEPTH } from "./syntax.ts";
import { ANY, wild } from "./wildcard.ts";

export interface FromJsonOptions {
  /** The record types that are known; the fields of others are called "0", "1", and so on. */
  readonly records?: RecordTable | undefined;
  /** What to take for an opaque object, given the id and the text it was written with. Left out, there may be none. */
  readonly opaque?: ((id: string | number, text: string) => Term) | undefined;
}

/**
 * Reads the JSON form of a term, as `JSON.parse` gives it. The input may come from anywhere.
 *
 * @throws MarketplaceError `BAD_JSON` naming the place, `TERM_TOO_DEEP`, or `BAD_ARGUMENT` if an option is wrong
 */
export function termFromJson(json: unknown, options: FromJsonOptions = {}): Term {
  checkOptions("termFromJson: options", options, ["records", "opaque"]);
  const { records = NO_RECORDS, opaque } = options;
  if (!(records instanceof RecordTable)) throw badArgument("termFromJson: records", "a RecordTable", records);
  if (opaque !== undefined) checkFunction("termFromJson: opaque", opaque);
  return new Reader(records, opaque).read(json, 0);
}

type JsonObject = { readonly [key: string]: unknown };

class Reader {
  readonly #records: RecordTable;
  readonly #opaque: FromJsonOptions["opaque"];
  /** The way from the root to where the reader is. */
  readonly #path: (string | number)[] = [];

  constructor(records: RecordTable, opaque: FromJsonOptions["opaque"]) {
    this.#records = records;
    this.#opaque = opaque;
  }

  read(json: unknown, depth: number): Term {
    switch (typeof json) {
      case "string":
      case "boolean":
        return json;
      case "number":
        if (!Number.isFinite(json)) throw this.#expected("a finite number", json);
        return json;
      case "object":
        if (json === null) return null;
        return Array.isArray(json) ? this.#items(json, depth) : this.#object(json as JsonObject, depth);
      default:
        throw this.#expected("what JSON.parse gives", json);
    }
  }

  /** Reads a part, which is found under these keys. */
  #at(keys: readonly (string | number)[], json: unknown, depth: number): Term {
    this.#path.push(...keys);
    const term = this.read(json, depth);
    this.#path.length -= keys.length;
    return term;
  }

  #items(list: readonly unknown[], depth: number, ...at: readonly (string | number)[]): Term[] {
    if (depth >= MAX_DEPTH) throw tooDeep(this.#place());
    return Array.from(list, (item, i) => this.#at([...at, i], item, depth + 1));
  }

  #object(json: JsonObject, depth: number): Term {
    // Each form has its own set of keys.
    switch (Object.keys(json).toSorted().join()) {
      case "$":
        return this.#wildcard(json["$"]);
      case "pair":
        return this.#pair(json, depth);
      case "list,tail":
        return [...this.#items(this.#list(json, "list"), depth, "list"), ...this.#wildcard(dollar(json["tail"]))];
      case "fields,struct":
        return this.#record(json, depth);
      case "bytes":
        return fromBase64(this.#string(json, "bytes")) ?? this.#fail("bytes in base64", json["bytes"]);
      case "bigint":
        return bigintFromText(this.#string(json, "bigint")) ?? this.#fail("the digits of a bigint", json["bigint"]);
      case "object":
        return this.#plain(this.#list(json, "object"), depth);
      case "symbol":
        return Symbol.for(this.#string(json, "symbol"));
      case "opaque,text":
        return this.#opaqueObject(json);
      default:
        throw this.#expected(`an object with the keys of a form ("$", "struct" and "fields", "pair", ...)`, json);
    }
  }

  #wildcard(name: unknown): Wildcard {
    if (name === "?") return ANY;
    if (typeof name === "string" && isWildName(name)) return wild(name);
    throw this.#expected(`{"$": "?"} or {"$": a wildcard's name}`, name);
  }

  /** Along the chain of pairs without recursion: it is as long as someone outside likes. */
  #pair(json: JsonObject, depth: number): Term {
    if (depth >= MAX_DEPTH) throw tooDeep(this.#place());
    const items: Term[] = [];
    let rest: unknown = json;
    while (typeof rest === "object" && rest !== null && Object.keys(rest).join() === "pair") {
      const pair = this.#list(rest as JsonObject, "pair");
      if (pair.length !== 2) throw this.#expected(`{"pair": [first, rest]}`, rest);
      items.push(this.#at(["pair", items.length], pair[0], depth + 1));
      rest = pair[1];
    }
    const tail = dollar(rest);
    if (tail !== undefined) return [...items, ...this.#wildcard(tail)];
    if (Array.isArray(rest)) return [...items, ...this.#items(rest, depth, "pair", "rest")];
    throw this.#expected("a list, a pair or a wildcard as the rest of a pair", rest);
  }

  #record(json: JsonObject, depth: number): Term {
    const label = this.#string(json, "struct") || this.#fail("a label that is not empty", "");
    const fields = this.#items(this.#list(json, "fields"), depth, "fields");
    try {
      return this.#records.make(label, fields);
    } catch (error) {
      if (!(error instanceof MarketplaceError) || error.code === "TERM_TOO_DEEP") throw error;
      throw new MarketplaceError("BAD_JSON", `${this.#place()}: ${error.message}`, { cause: error });
    }
  }

  #plain(entries: readonly unknown[], depth: number): Term {
    if (depth >= MAX_DEPTH) throw tooDeep(this.#place());
    const keys = new Set<string>();
    const values: Term[] = [];
    for (const entry of entries) {
      const [key, value] = Array.isArray(entry) && entry.length === 2 ? (entry as [unknown, unknown]) : [];
      if (typeof key !== "string" || keys.has(key)) throw this.#expected("[key, value] with a key not yet used", entry);
      keys.add(key);
      values.push(this.#at(["object", key], value, depth + 1));
    }
    return objectOf([...keys], values);
  }

  #opaqueObject(json: JsonObject): Term {
    const id = json["opaque"];
    if (typeof id !== "string" && typeof id !== "number") throw this.#expected("an id, a string or a number", id);
    const text = this.#string(json, "text");
    if (this.#opaque === undefined) throw this.#expected("a term that can be read back", text);
    const term = this.#opaque(id, text);
    survey(term, `termFromJson: opaque(${describe(id)}) returned`);
    return term;
  }

  #string(json: JsonObject, key: string): string {
    const value = json[key];
    return typeof value === "string" ? value : this.#fail(`a string as ${key}`, value);
  }

  #list(json: JsonObject, key: string): readonly unknown[] {
    const value = json[key];
    return Array.isArray(value) ? value : this.#fail(`a list as ${key}`, value);
  }

  #fail(expected: string, came: unknown): never {
    throw this.#expected(expected, came);
  }

  #expected(expected: string, came: unknown): MarketplaceError {
    return new MarketplaceError("BAD_JSON", `${this.#place()}: expected ${expected}, got ${describe(came)}`);
  }

  #place(): string {
    return `json${this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}`;
  }
}

/** The name in `{"$": name}`, or `undefined` if it is something else. */
function dollar(json: unknown): unknown {
  const only = typeof json === "object" && json !== null && Object.keys(json).join() === "$";
  return only ? (json as JsonObject)["$"] : undefined;
}
