// Zone files in the standard master format (RFC 1035, 5; RFC 2308, 4; RFC 3597, 5).
import { canonical, isWithin } from "./names.ts";
import type { ResourceRecord, Soa } from "./records.ts";
import { Fields, READABLE, readData, secondsOf, shown, typeOf } from "./zone-data.ts";
import { entriesOf, ZoneFileError, type Entry, type Place, type Token } from "./zone-tokens.ts";

export { ZoneFileError } from "./zone-tokens.ts";

/** What a zone file says. */
export interface ZoneFile {
  /** The zone's name: that of its SOA record, in canonical form. */
  readonly origin: string;
  readonly soa: ResourceRecord & { readonly data: Soa };
  /** All records, the SOA included; owners in canonical form. */
  readonly records: readonly ResourceRecord[];
}

interface Placed extends ResourceRecord {
  readonly place: Place;
}

/**
 * Read a zone file.
 *
 * @param file its name, for messages
 * @param origin what names are relative to before the first `$ORIGIN`; left out, they must not be relative
 * @throws ZoneFileError
 */
export function parseZoneFile(text: string, file: string, origin?: string): ZoneFile {
  return check(new Reader(origin).read(entriesOf(text, file)), file);
}

class Reader {
  readonly #records: Placed[] = [];
  /** Null: none has been given. */
  #origin: string | null;
  #owner: string | null = null;
  /** `$TTL`, and else the one before. */
  #ttl: number | null = null;
  #hasDefault = false;

  constructor(origin: string | undefined) {
    this.#origin = origin === undefined ? null : canonical(origin);
  }

  read(entries: readonly Entry[]): Placed[] {
    for (const entry of entries) {
      const [first] = entry.tokens as [Token];
      if (first.text.startsWith("$") && !first.isQuoted && !entry.isContinued) this.#directive(first, entry);
      else this.#record(entry);
    }
    return this.#records;
  }

  #directive(directive: Token, entry: Entry): void {
    const fields = new Fields(entry.tokens.slice(1), entry, (token) => this.#fullName(token));
    switch (directive.text.toUpperCase()) {
      case "$ORIGIN":
        this.#origin = canonical(fields.name("a name"));
        break;
      case "$TTL":
        this.#ttl = fields.seconds("a time to live");
        this.#hasDefault = true;
        break;
      default:
        throw new ZoneFileError(entry, "$ORIGIN or $TTL", directive.text);
    }
    fields.end();
  }

  #record(entry: Entry): void {
    const tokens = [...entry.tokens];
    if (!entry.isContinued) this.#owner = canonical(this.#fullName(tokens.shift() as Token));
    if (this.#owner === null) throw new ZoneFileError(entry, "an owner at the beginning of the first record", "none");
    let given: number | undefined;
    let hasClass = false;
    for (;;) {
      const token = tokens.shift();
      if (token === undefined) throw new ZoneFileError(entry, `a type, ${READABLE}`, "the end of the record");
      const type = typeOf(token);
      if (type !== undefined) {
        const fields = new Fields(tokens, token, (name) => this.#fullName(name));
        const data = readData(type, fields);
        const ttl = this.#ttlOf(given, type, data, token);
        this.#records.push({ name: this.#owner, type, ttl, data, place: token });
        return;
      }
      const seconds = secondsOf(token.text);
      if (seconds !== undefined && given === undefined) given = seconds;
      else if (token.text.toUpperCase() === "IN" && !hasClass) hasClass = true;
      else throw new ZoneFileError(token, `a time to live, the class IN or a type, ${READABLE}`, shown(token));
    }
  }

  #ttlOf(given: number | undefined, type: string, data: unknown, place: Place): number {
    const ttl = given ?? this.#ttl ?? (type === "SOA" ? (data as Soa).minimum : null);
    if (ttl === null) throw new ZoneFileError(place, "a time to live, here or in a $TTL before", "none");
    if (!this.#hasDefault) this.#ttl = ttl;
    return ttl;
  }

  #fullName(token: Token): string {
    const { text } = token;
    if (text === "@") return this.#relativeTo(token);
    const isFull = text.endsWith(".");
    // Only a mail address has a dot within a label.
    const labels = (text === "." ? "" : isFull ? text.slice(0, -1) : text).split(/(?<!\\)\./);
    if (text !== "." && labels.some((label) => !/^(?:[\x21-\x5b\x5d-\x7e]|\\\.){1,63}$/.test(label))) {
      throw new ZoneFileError(token, "a name whose labels have 1 to 63 printable characters of ASCII", shown(token));
    }
    const base = isFull ? "" : this.#relativeTo(token);
    const name = isFull ? (text === "." ? text : text.slice(0, -1)) : base === "." ? text : `${text}.${base}`;
    if (name.length > 253) throw new ZoneFileError(token, "a name of at most 255 bytes", shown(token));
    return name;
  }

  #relativeTo(token: Token): string {
    if (this.#origin !== null) return this.#origin;
    throw new ZoneFileError(token, "a name that ends in a dot, or an $ORIGIN before", shown(token));
  }
}

function check(records: readonly Placed[], file: string): ZoneFile {
  const [first] = records;
  const soas = records.filter(({ type }) => type === "SOA");
  const [soa, second] = soas;
  if (first === undefined || soa === undefined) throw new ZoneFileError({ file, line: 1 }, "an SOA record", "none");
  if (second !== undefined) throw new ZoneFileError(second.place, "one SOA record", "a second one");
  const origin = soa.name;
  const aliases = new Map(records.filter(({ type }) => type === "CNAME").map((record) => [record.name, record]));
  for (const record of records) {
    const { name, place } = record;
    if (!isWithin(name, origin)) throw new ZoneFileError(place, `a name in the zone ${origin}`, name);
    if ((name.includes("*") && !/^\*(\.[^*]*)?$/.test(name)) || name.includes("\\")) {
      throw new ZoneFileError(place, "an owner whose first label, and no other, may be *, with no \\ in it", name);
    }
    const alias = aliases.get(name);
    if (alias !== undefined && alias !== record) {
      throw new ZoneFileError(place, `nothing beside the CNAME record of ${name}`, `a record of type ${record.type}`);
    }
  }
  if (!records.some(({ name, type }) => name === origin && type === "NS")) {
    throw new ZoneFileError(soa.place, `an NS record of ${origin}`, "none");
  }
  return {
    origin,
    soa: plain(soa) as ZoneFile["soa"],
    records: records.map(plain),
  };
}

function plain({ name, type, ttl, data }: Placed): ResourceRecord {
  return { name, type, ttl, data };
}
