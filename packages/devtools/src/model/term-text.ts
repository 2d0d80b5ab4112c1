import type { Body, TermJson } from "@marketplace/runtime/inspect";

/** How deep a term is written. */
const DEEPEST = 64;

type JsonObject = { readonly [key: string]: TermJson };

/**
 * A term in its JSON form as text, straight from that form: as `formatTerm` writes it, but bytes that are text are shown as text,
 * `#"hello\n"`.
 *
 * @param limit how many characters there may be; what is longer is cut and ends in `…`
 */
export function termText(json: TermJson, limit: number = Infinity): string {
  return write(json, limit, false);
}

/**
 * The same for where there is little room: addresses are written as `127.0.0.1:5999`, listeners as `:5999`. It is for reading only, and no text
 * form of the term.
 */
export function briefText(json: TermJson, limit: number = Infinity): string {
  return write(json, limit, true);
}

/** Records that stand for an address or a port. */
const ADDRESSES: ReadonlySet<string> = new Set(["tcp-address", "udp-remote-address"]);
const LISTENERS: ReadonlySet<string> = new Set(["tcp-listener", "udp-listener"]);

function addressText({ struct, fields }: JsonObject): string | undefined {
  if (typeof struct !== "string" || !Array.isArray(fields)) return undefined;
  const [first, second] = fields as readonly TermJson[];
  if (ADDRESSES.has(struct) && typeof first === "string" && typeof second === "number") {
    return `${first.includes(":") ? `[${first}]` : first}:${second}`;
  }
  return LISTENERS.has(struct) && typeof first === "number" ? `:${first}` : undefined;
}

function write(whole: TermJson, limit: number, brief: boolean): string {
  const parts: string[] = [];
  let left = limit;
  const put = (text: string): void => {
    if (left < 0) return;
    left -= text.length;
    parts.push(text);
  };
  const putTerm = (at: TermJson, depth: number): void => {
    if (left < 0) return;
    if (depth > DEEPEST) return put("…");
    if (at === null || typeof at === "number" || typeof at === "boolean") return put(String(at));
    if (typeof at === "string") return put(JSON.stringify(at.length > left + 1 ? at.slice(0, left + 1) : at));
    if (Array.isArray(at)) return writeList(at as readonly TermJson[], null, depth);
    writeObject(at as JsonObject, depth);
  };
  const writeAll = (items: readonly TermJson[], depth: number): void => {
    for (const [i, item] of items.entries()) {
      if (left < 0) return;
      if (i > 0) put(", ");
      putTerm(item, depth + 1);
    }
  };
  const writeList = (items: readonly TermJson[], tail: TermJson | null, depth: number): void => {
    put("[");
    writeAll(items, depth);
    if (tail !== null) {
      put(items.length > 0 ? ", ..." : "...");
      putTerm(tail, depth + 1);
    }
    put("]");
  };
  const writeObject = (object: JsonObject, depth: number): void => {
    const address = brief ? addressText(object) : undefined;
    if (address !== undefined) return put(address);
    if (typeof object["struct"] === "string") {
      put(`${object["struct"]}(`);
      writeAll((object["fields"] ?? []) as readonly TermJson[], depth);
      return put(")");
    }
    if (typeof object["$"] === "string") return put(object["$"] === "?" ? "_" : `_${object["$"]}`);
    if (typeof object["bytes"] === "string") return put(bytesText(object["bytes"], left));
    if (typeof object["bigint"] === "string") return put(`${object["bigint"]}n`);
    if ("pair" in object || "list" in object) {
      const { items, tail } = tailOfPairs(object);
      return writeList(items, tail, depth);
    }
    if ("object" in object) {
      put("{");
      for (const [i, [key, value]] of (
        (object["object"] ?? []) as readonly (readonly [string, TermJson])[]
      ).entries()) {
        put(`${i > 0 ? ", " : ""}${/^[\p{L}$][\p{L}\p{N}_$-]*$/u.test(key) ? key : JSON.stringify(key)}: `);
        putTerm(value, depth + 1);
      }
      return put("}");
    }
    if ("symbol" in object) return put(`#<symbol ${JSON.stringify(object["symbol"])}>`);
    put(typeof object["text"] === "string" ? object["text"] : "#<opaque>");
  };
  putTerm(whole, 0);
  const text = parts.join("");
  return text.length > limit ? `${text.slice(0, Math.max(0, limit - 1))}…` : text;
}

/** A list whose end is open: its items and what stands for the rest. */
export function tailOfPairs(json: JsonObject): { readonly items: readonly TermJson[]; readonly tail: TermJson } {
  if ("list" in json) return { items: (json["list"] ?? []) as readonly TermJson[], tail: json["tail"] ?? { $: "?" } };
  const items: TermJson[] = [];
  let at: TermJson = json;
  while (typeof at === "object" && at !== null && "pair" in at) {
    const [item, rest]: readonly [TermJson, TermJson] = (at as { readonly pair: readonly [TermJson, TermJson] }).pair;
    items.push(item);
    at = rest;
  }
  return { items, tail: at };
}

/** A message's body in one line, briefly. */
export function bodyText(body: Body, limit: number = Infinity): string {
  if ("term" in body) return briefText(body.term, limit);
  if ("text" in body) return `${body.text.slice(0, limit)}…`;
  return body.missing === "not sent" ? "(body not sent)" : "(body no longer kept)";
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function bytesText(base64: string, limit: number): string {
  let bytes: Uint8Array;
  const clipped = base64.length > limit * 2 ? base64.slice(0, Math.ceil(limit / 2) * 4) : base64;
  try {
    bytes = Uint8Array.from(atob(clipped), (character) => character.charCodeAt(0));
  } catch {
    return `#<bytes ${base64}>`;
  }
  try {
    const text = utf8.decode(bytes);
    // Only what a person can read is shown as text.
    if (!/[^\P{Cc}\t\n\r]/u.test(text)) return `#${JSON.stringify(text)}`;
  } catch {
    // No text then.
  }
  return `#x"${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}
