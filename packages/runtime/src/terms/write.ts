import { bigintToText } from "./bigint-text.ts";
import { fieldOf, isBytes, isList, isPlainObject, isTail, isWild, recordInfo } from "./kinds.ts";
import type { Rec, RecordInfo, TermObject } from "./kinds.ts";
import { isWord, MAX_DEPTH, quote } from "./syntax.ts";

/** What the longest possible string of the common engines can hold, with room to spare. */
export const LONGEST: number = 1 << 28;

/**
 * The text form of any JavaScript value whatever: of a term what `parseTerm` reads back, of anything else something readable between
 * `#<` and `>`. Never throws, runs no getter, and ends for cyclic values. A text longer than `limit` characters is cut and ends in an ellipsis.
 */
export function writeValue(value: unknown, limit: number): string {
  const writer = new Writer(limit);
  writer.value(value, 0);
  return writer.text();
}

class Writer {
  #out = "";
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  text(): string {
    if (this.#out.length <= this.#limit) return this.#out;
    let cut = this.#out.slice(0, Math.max(0, this.#limit - 1));
    // Half a character is worse than none.
    if (/[\ud800-\udbff]$/.test(cut)) cut = cut.slice(0, -1);
    return `${cut}…`;
  }

  /** Whether what is still to be written would be cut off. */
  get #full(): boolean {
    return this.#out.length > this.#limit;
  }

  /** How much of something long is worth looking at. */
  get #room(): number {
    return this.#limit - this.#out.length + 1;
  }

  value(value: unknown, depth: number): void {
    switch (typeof value) {
      case "string":
        this.#out += quote(value.slice(0, this.#room));
        return;
      case "bigint":
        this.#out += `${bigintToText(value)}n`;
        return;
      case "symbol":
        this.#symbol(value);
        return;
      case "function":
        this.#out += opaqueText(value);
        return;
      case "object":
        if (value === null) this.#out += "null";
        else this.#object(value, depth);
        return;
      default:
        this.#out += String(value);
    }
  }

  #symbol(symbol: symbol): void {
    const key = Symbol.keyFor(symbol);
    if (key === undefined) this.#out += `#<symbol ${quote(symbol.description ?? "")}>`;
    else this.#out += `@${word(key)}`;
  }

  #object(value: object, depth: number): void {
    if (depth > MAX_DEPTH) {
      this.#out += "#<too deep>";
      return;
    }
    try {
      const info = recordInfo(value);
      if (info !== undefined) this.#record(value as Rec, info, depth);
      else if (isWild(value)) this.#out += `_${value.name}`;
      else if (isTail(value)) this.#out += `..._${value.name}`;
      else if (isList(value)) this.#list(value, depth);
      else if (isBytes(value)) this.#bytes(value);
      else if (isPlainObject(value)) this.#plain(value, depth);
      else this.#out += opaqueText(value);
    } catch {
      // A proxy whose traps throw, or something as odd.
      this.#out += "#<unreadable>";
    }
  }

  #record(record: Rec, info: RecordInfo, depth: number): void {
    this.#out += `${word(info.label)}(`;
    this.#items(info.names, ", ", (name) => this.value(fieldOf(record, name), depth + 1));
    this.#out += ")";
  }

  #list(list: readonly unknown[], depth: number): void {
    this.#out += "[";
    this.#items(list, ", ", (item) => this.value(item, depth + 1));
    this.#out += "]";
  }

  #bytes(bytes: Uint8Array): void {
    this.#out += '#x"';
    // In pieces: one string per byte, joined at the end, would take many times the memory of the bytes.
    for (let at = 0; at < bytes.length && !this.#full; at += 1024) {
      this.#out += Array.from(bytes.subarray(at, at + 1024), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    this.#out += '"';
  }

  #plain(object: TermObject, depth: number): void {
    this.#out += "{";
    this.#items(Object.entries(Object.getOwnPropertyDescriptors(object)).filter(counts), ", ", ([key, property]) => {
      this.#out += `${word(key)}: `;
      if ("value" in property) this.value(property.value, depth + 1);
      else this.#out += "#<accessor>";
    });
    this.#out += "}";
  }

  #items<T>(items: readonly T[], separator: string, each: (item: T) => void): void {
    for (let i = 0; i < items.length && !this.#full; i++) {
      if (i > 0) this.#out += separator;
      each(items[i] as T);
    }
  }
}

function counts([, property]: [string, PropertyDescriptor]): boolean {
  return property.enumerable === true && !("value" in property && property.value === undefined);
}

function word(text: string): string {
  return isWord(text) ? text : quote(text);
}

function opaqueText(value: object): string {
  try {
    if (typeof value === "function") return `#<function ${shown((value as { name?: unknown }).name, "anonymous")}>`;
    if (Object.prototype.toString.call(value) === "[object Error]") {
      const { name, message } = value as { readonly name: unknown; readonly message: unknown };
      return `#<${shown(name, "Error")} ${quote(String(message).slice(0, 200))}>`;
    }
    const maker: unknown = (value as { constructor?: unknown }).constructor;
    return `#<opaque ${shown(typeof maker === "function" ? maker.name : undefined, "object")}>`;
  } catch {
    return "#<unreadable>";
  }
}

function shown(name: unknown, otherwise: string): string {
  return typeof name === "string" && name !== "" ? quote(name.slice(0, 60)).slice(1, -1) : otherwise;
}
