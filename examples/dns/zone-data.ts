// The data of records, as zone files have it and as `dns-packet` has it.
import { bytesOf, ZoneFileError, type Place, type Token } from "./zone-tokens.ts";

/** Makes a name in the file a full one, in the spelling of the file. */
export type FullName = (token: Token) => string;

/** Takes the fields of a record's data one after the other. */
export class Fields {
  readonly #tokens: readonly Token[];
  readonly #where: Place;
  readonly #fullName: FullName;
  #next = 0;

  constructor(tokens: readonly Token[], where: Place, fullName: FullName) {
    this.#tokens = tokens;
    this.#where = where;
    this.#fullName = fullName;
  }

  token(expected: string): Token {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new ZoneFileError(this.#where, expected, "the end of the record");
    return token;
  }

  name(what: string): string {
    return this.#fullName(this.token(what));
  }

  number(what: string, most: number): number {
    const token = this.token(what);
    const value = Number(token.text);
    if (!/^\d{1,10}$/.test(token.text) || value > most) {
      throw new ZoneFileError(token, `${what}, 0 to ${most}`, shown(token));
    }
    return value;
  }

  seconds(what: string): number {
    const token = this.token(what);
    const value = secondsOf(token.text);
    if (value === undefined) throw new ZoneFileError(token, `${what} in seconds, or such as 1h30m`, shown(token));
    return value;
  }

  string(what: string): Uint8Array {
    const token = this.token(what);
    const bytes = bytesOf(token);
    if (bytes.length > 255) throw new ZoneFileError(token, `${what} of at most 255 bytes`, `${bytes.length}`);
    return bytes;
  }

  matching(what: string, is: (text: string) => boolean): string {
    const token = this.token(what);
    if (!is(token.text)) throw new ZoneFileError(token, what, shown(token));
    return token.text;
  }

  rest(): Token[] {
    const rest = this.#tokens.slice(this.#next);
    this.#next = this.#tokens.length;
    return rest;
  }

  end(): void {
    const token = this.#tokens[this.#next];
    if (token !== undefined) throw new ZoneFileError(token, "the end of the record", shown(token));
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const MOST_SECONDS = 0x7fff_ffff;
const U16 = 0xffff;
const U32 = 0xffff_ffff;

/** A duration as zone files have it: `3600`, or `1h`, or `1d12h`. Undefined if it is none. */
export function secondsOf(text: string): number | undefined {
  if (!/^(\d{1,10}|(\d{1,10}[smhdw])+)$/i.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit = "s"] of text.matchAll(/(\d+)([a-z])?/gi)) {
    seconds += Number(count) * (UNITS[unit.toLowerCase()] as number);
  }
  return seconds <= MOST_SECONDS ? seconds : undefined;
}

export function shown(token: Token): string {
  return JSON.stringify(token.text);
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What reads the data of each type. What is missing here may be written as `TYPE257 \# 4 00000000` (RFC 3597). */
const READERS: Readonly<Record<string, (fields: Fields) => unknown>> = {
  A: (fields) => fields.matching("an IPv4 address", isIPv4),
  AAAA: (fields) => fields.matching("an IPv6 address", isIPv6),
  NS: (fields) => fields.name("the name of a name server"),
  CNAME: (fields) => fields.name("the canonical name"),
  PTR: (fields) => fields.name("a name"),
  MX: (fields) => ({
    preference: fields.number("a preference", U16),
    exchange: fields.name("the name of a mail server"),
  }),
  SRV: (fields) => ({
    priority: fields.number("a priority", U16),
    weight: fields.number("a weight", U16),
    port: fields.number("a port", U16),
    target: fields.name("the name of a host"),
  }),
  TXT: (fields) => [fields.string("a string"), ...restOfStrings(fields)].map((bytes) => Buffer.from(bytes)),
  HINFO: (fields) => ({ cpu: text(fields.string("a CPU")), os: text(fields.string("a system")) }),
  CAA: (fields) => ({
    flags: fields.number("flags", 255),
    tag: fields.matching("a tag", (tag) => /^[a-z0-9]{1,255}$/i.test(tag)),
    value: text(fields.string("a value")),
  }),
  SOA: (fields) => ({
    mname: fields.name("the name of the primary server"),
    rname: fields.name("the mail address, with a dot for the @"),
    serial: fields.number("a serial number", U32),
    refresh: fields.seconds("the time to refresh"),
    retry: fields.seconds("the time to retry"),
    expire: fields.seconds("the time to expire"),
    minimum: fields.seconds("the time to live of what does not exist"),
  }),
};

function* restOfStrings(fields: Fields): Generator<Uint8Array> {
  for (const token of fields.rest()) {
    const bytes = bytesOf(token);
    if (bytes.length > 255) throw new ZoneFileError(token, "a string of at most 255 bytes", `${bytes.length}`);
    yield bytes;
  }
}

/** A type's name in the file as `dns-packet` calls it; undefined if it is none that can be read. */
export function typeOf(token: Token): string | undefined {
  const name = token.text.toUpperCase();
  if (name in READERS) return name;
  const number = /^TYPE(\d{1,5})$/.exec(name)?.[1];
  return number === undefined || Number(number) > U16 ? undefined : `UNKNOWN_${Number(number)}`;
}

export const READABLE: string = `${Object.keys(READERS).join(", ")} or TYPEn`;

/** @throws ZoneFileError */
export function readData(type: string, fields: Fields): unknown {
  const data = READERS[type]?.(fields) ?? opaque(fields);
  fields.end();
  return data;
}

function opaque(fields: Fields): Uint8Array {
  fields.matching("\\# before data in hexadecimal digits", (mark) => mark === "\\#");
  const length = fields.number("a length in bytes", U16);
  const token = fields.token("hexadecimal digits");
  const digits = [token, ...fields.rest()].map((each) => each.text).join("");
  if (!/^[0-9a-f]*$/i.test(digits) || digits.length !== length * 2) {
    throw new ZoneFileError(token, `${length * 2} hexadecimal digits`, shown(token));
  }
  return Buffer.from(digits, "hex");
}

function isIPv4(address: string): boolean {
  return /^(\d{1,3}\.){3}\d{1,3}$/.test(address) && address.split(".").every((part) => Number(part) < 256);
}

function isIPv6(address: string): boolean {
  const [head = "", tail, ...others] = address.split("::");
  if (others.length > 0) return false;
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const all = [...groups(head), ...groups(tail ?? "")];
  const last = all.at(-1) ?? "";
  const hasIPv4 = isIPv4(last);
  const length = all.length + (hasIPv4 ? 1 : 0);
  const isHex = (group: string) => /^[0-9a-f]{1,4}$/i.test(group);
  return (hasIPv4 ? all.slice(0, -1) : all).every(isHex) && (tail === undefined ? length === 8 : length < 8);
}
