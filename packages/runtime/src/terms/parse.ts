import { bigintFromText } from "./bigint-text.ts";
import { checkOptions } from "./check.ts";
import { badArgument, MarketplaceError } from "./error.ts";
import type { Rec, Term, Wildcard } from "./kinds.ts";
import { tooDeep } from "./limits.ts";
import { objectOf } from "./merge.ts";
import { NO_RECORDS, RecordTable } from "./record-table.ts";
import { isWord, MAX_DEPTH, quote } from "./syntax.ts";
import { ANY, wild } from "./wildcard.ts";

export interface ParseOptions {
  /** The record types that are known; the fields of others are called "0", "1", and so on. */
  readonly records?: RecordTable | undefined;
}

/**
 * Reads the text form of a term: what `formatTerm` writes, and `(chat _ says _)` for a list of words. The input may come from anywhere.
 *
 * @throws MarketplaceError `BAD_TEXT` with line and column, `TERM_TOO_DEEP`, or `BAD_ARGUMENT` if an argument is wrong
 */
export function parseTerm(text: string, options: ParseOptions = {}): Term {
  if (typeof text !== "string") throw badArgument("parseTerm: text", "a string", text);
  checkOptions("parseTerm: options", options, ["records"]);
  const { records = NO_RECORDS } = options;
  if (!(records instanceof RecordTable)) throw badArgument("parseTerm: records", "a RecordTable", records);
  return new Parser(text, records).whole();
}

// All sticky: they match where the parser is.
const SPACE = /\s+/y;
const WORD = /[\p{L}$][\p{L}\p{N}_$-]*/uy;
const WILDCARD = /_([\p{L}\p{N}_$-]*)/uy;
const NUMBER = /-?(?:0x[\da-f]+n|(?:0|[1-9]\d*)(?:n|(?:\.\d+)?(?:[eE][+-]?\d+)?))/y;
const BYTES = /#x"((?:[0-9a-fA-F]{2})*)"/y;
const TAIL = /\.\.\./y;
/** An element of a list of words, as far as it goes. */
const RUN = /[^\s()[\]{}",]+/y;

const CONSTANTS: ReadonlyMap<string, Term> = new Map<string, Term>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

class Parser {
  readonly #text: string;
  readonly #records: RecordTable;
  #at = 0;

  constructor(text: string, records: RecordTable) {
    this.#text = text;
    this.#records = records;
  }

  whole(): Term {
    const term = this.#term(0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#expected("the end");
    return term;
  }

  /** @param depth how many lists, records and objects are around */
  #term(depth: number): Term {
    this.#space();
    switch (this.#text[this.#at]) {
      case '"':
        return this.#stringOrRecord(depth);
      case "[":
        return this.#list(depth);
      case "(":
        return this.#words(depth);
      case "{":
        return this.#object(depth);
      case "@":
        return this.#symbol();
      case "#":
        return this.#bytes();
      case "_":
        return this.#wildcard();
      default:
        return this.#number() ?? this.#wordOrRecord(depth);
    }
  }

  #stringOrRecord(depth: number): Term {
    const text = this.#string();
    return this.#text[this.#at] === "(" ? this.#record(text, depth) : text;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    try {
      const string = JSON.parse(this.#text.slice(start, end + 1)) as string;
      this.#at = end + 1;
      return string;
    } catch {
      throw this.#expected("a string as in JSON");
    }
  }

  #wordOrRecord(depth: number): Term {
    const start = this.#at;
    const word = this.#take(WORD);
    if (word === undefined) throw this.#expected("a term");
    const constant = CONSTANTS.get(word);
    if (constant !== undefined) return constant;
    if (this.#text[this.#at] === "(") return this.#record(word, depth);
    this.#at = start;
    throw this.#expected(`a term (a string has quotes: ${quote(word)}; a record has fields: ${word}(...))`);
  }

  /** The fields of a record, from the parenthesis on. */
  #record(label: string, depth: number): Rec {
    const start = this.#at;
    if (label === "") throw this.#expected("a label before the fields of a record");
    const fields = this.#sequence(")", depth);
    try {
      return this.#records.make(label, fields);
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      this.#at = start;
      throw new MarketplaceError("BAD_TEXT", `${this.#place()}: ${error.message}`, { cause: error });
    }
  }

  #list(depth: number): Term {
    return this.#sequence("]", depth, true);
  }

  /** Terms with commas between them, up to a closing bracket; the parser stands at the opening one. */
  #sequence(close: string, depth: number, tails = false): Term[] {
    this.#enter(depth);
    const items: Term[] = [];
    if (this.#skip(close)) return items;
    for (;;) {
      if (tails && this.#take(TAIL) !== undefined) {
        items.push(...this.#wildcard());
        if (!this.#skip(close)) throw this.#expected(`${quote(close)} after a spread wildcard`);
        return items;
      }
      items.push(this.#term(depth + 1));
      if (this.#skip(close)) return items;
      if (!this.#skip(",")) throw this.#expected(`"," or ${quote(close)}`);
      this.#space();
    }
  }

  /** A list of words: what is no term by itself is a string. */
  #words(depth: number): Term {
    this.#enter(depth);
    const items: Term[] = [];
    while (!this.#skip(")")) {
      if (this.#take(TAIL) !== undefined) {
        items.push(...this.#wildcard());
        if (!this.#skip(")")) throw this.#expected(`")" after a spread wildcard`);
        return items;
      }
      items.push(this.#wordItem(depth + 1));
    }
    return items;
  }

  #wordItem(depth: number): Term {
    const start = this.#at;
    if (/["[{(@#_]/.test(this.#text.charAt(start))) return this.#term(depth);
    const run = this.#take(RUN);
    if (run === undefined) throw this.#expected(`a word, a term or ")"`);
    if (this.#text[this.#at] === "(" && isWord(run)) return this.#record(run, depth);
    const constant = CONSTANTS.get(run);
    if (constant !== undefined) return constant;
    const end = this.#at;
    this.#at = start;
    const number = this.#number(end);
    this.#at = end;
    return number ?? run;
  }

  #object(depth: number): Term {
    this.#enter(depth);
    const keys = new Set<string>();
    const values: Term[] = [];
    if (this.#skip("}")) return {};
    for (;;) {
      this.#space();
      const start = this.#at;
      const key = this.#text[start] === '"' ? this.#string() : this.#take(WORD);
      if (key === undefined) throw this.#expected("a key (a word, or a string)");
      if (keys.has(key)) {
        this.#at = start;
        throw this.#expected("a key not yet used");
      }
      if (!this.#skip(":")) throw this.#expected('":" after a key');
      keys.add(key);
      values.push(this.#term(depth + 1));
      if (this.#skip("}")) return objectOf([...keys], values);
      if (!this.#skip(",")) throw this.#expected('"," or "}"');
    }
  }

  #symbol(): symbol {
    this.#at++;
    const key = this.#text[this.#at] === '"' ? this.#string() : this.#take(WORD);
    if (key === undefined) throw this.#expected("a symbol's name (a word, or a string) after @");
    return Symbol.for(key);
  }

  #bytes(): Uint8Array {
    BYTES.lastIndex = this.#at;
    const digits = BYTES.exec(this.#text)?.[1];
    if (digits === undefined) {
      throw this.#expected('bytes, as in #x"00ff" (what is written as #<...> cannot be read back)');
    }
    this.#at = BYTES.lastIndex;
    return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
      Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
    );
  }

  #wildcard(): Wildcard {
    const text = this.#take(WILDCARD);
    if (text === undefined) throw this.#expected("a wildcard, as in ..._ or ..._rest, after ...");
    return text === "_" ? ANY : wild(text.slice(1));
  }

  /** A number, or nothing if none ends where the next thing begins (or at `end`, if that is given). */
  #number(end?: number): Term | undefined {
    const start = this.#at;
    const text = this.#take(NUMBER);
    if (text === undefined) return undefined;
    if (end === undefined ? this.#peek(RUN) : this.#at !== end) {
      this.#at = start;
      return undefined;
    }
    const large = text.endsWith("n");
    const number = large ? bigintFromText(text.slice(0, -1)) : Number(text);
    if (number !== undefined && (large || Number.isFinite(number))) return number;
    this.#at = start;
    throw this.#expected(large ? "at most 1000 digits, or hexadecimal ones after 0x" : "a finite number");
  }

  #enter(depth: number): void {
    if (depth >= MAX_DEPTH) throw tooDeep(this.#place());
    this.#at++;
    this.#space();
  }

  #space(): void {
    this.#take(SPACE);
  }

  /** Skips a character, with the space before it, if it comes. */
  #skip(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #peek(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  #take(pattern: RegExp): string | undefined {
    if (!this.#peek(pattern)) return undefined;
    const text = this.#text.slice(this.#at, pattern.lastIndex);
    this.#at = pattern.lastIndex;
    return text;
  }

  #expected(expected: string): MarketplaceError {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const came = rest === "" ? "the end" : quote(rest);
    return new MarketplaceError("BAD_TEXT", `${this.#place()}: expected ${expected}, got ${came}`);
  }

  /** Line and column, both from 1. */
  #place(): string {
    const before = this.#text.slice(0, this.#at).split("\n");
    return `${before.length}:${before.at(-1)!.length + 1}`;
  }
}
