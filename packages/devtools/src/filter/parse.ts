import { formatTerm, MarketplaceError, parseTerm, messageRecords, type Term } from "@marketplace/runtime";

/** One condition of a filter. */
export interface Condition {
  /** Written with a `-` in front: what it holds for is left out. */
  readonly negated: boolean;
  readonly test: Test;
  /** Where it stands in the text. */
  readonly from: number;
  readonly to: number;
}

export type Test =
  | { readonly on: "type"; readonly name: string }
  | { readonly on: "topic"; readonly pattern: Term }
  | { readonly on: "from" | "to"; readonly whom: string }
  | { readonly on: "is"; readonly what: Quality }
  | { readonly on: "cause"; readonly id: number }
  | { readonly on: "text"; readonly pattern: RegExp };

export const QUALITIES = ["unmatched", "delivered", "feedback", "fault", "changed"] as const;
export type Quality = (typeof QUALITIES)[number];

export const FIELDS = ["type", "topic", "from", "to", "is", "cause"] as const;

/** What is wrong with a part of a filter. */
export interface Fault {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** A filter: everything for which all conditions hold. Of several `type:` conditions that are not negated, one is enough. */
export interface Filter {
  readonly conditions: readonly Condition[];
  readonly faults: readonly Fault[];
}

/** A part of the filter's text, before it is understood. */
export interface Token {
  readonly from: number;
  readonly to: number;
  readonly negated: boolean;
  /** What stands before the colon; null for a text to search for. */
  readonly field: string | null;
  readonly value: string;
}

/** Reads a filter, such as `type:message topic:(chat _ says _) from:3.7 -type:timer cause:#8812 /text/`. It never throws: faults are named. */
export function parseFilter(text: string): Filter {
  const conditions: Condition[] = [];
  const faults: Fault[] = [];
  for (const token of tokensOf(text)) {
    const { from, to, negated } = token;
    try {
      const test = testOf(token);
      if (test !== undefined) conditions.push({ negated, test, from, to });
    } catch (error) {
      faults.push({ from, to, message: (error as Error).message });
    }
  }
  return { conditions, faults };
}

/** Cuts a filter's text into its parts. A value ends at a space that is in no bracket and in no quotes. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const from = at;
    const negated = text.charAt(at) === "-" && at + 1 < text.length && !/\s/.test(text.charAt(at + 1));
    if (negated) at++;
    const field = /^([a-z]+):/.exec(text.slice(at))?.[1] ?? null;
    if (field !== null) at += field.length + 1;
    const start = at;
    at = field === null && text.charAt(at) === "/" ? endOfPattern(text, at) : endOfValue(text, at);
    tokens.push({ from, to: at, negated, field, value: text.slice(start, at) });
  }
  return tokens;
}

/** After the `/` that closes a pattern and its flags; a `/` may stand in it after a `\`. */
function endOfPattern(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === "\\") at++;
    else if (text.charAt(at) === "/") return endOfValue(text, at + 1);
  }
  return text.length;
}

function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      for (at++; at < text.length && text.charAt(at) !== '"'; at++) if (text.charAt(at) === "\\") at++;
    } else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (depth <= 0 && /\s/.test(character)) return at;
  }
  return text.length;
}

function testOf({ field, value }: Token): Test | undefined {
  if (field === null) return { on: "text", pattern: textPattern(value) };
  // Still being written.
  if (value === "") return undefined;
  switch (field) {
    case "type":
      return { on: "type", name: value.toLowerCase() };
    case "topic":
      return { on: "topic", pattern: readTerm(value) };
    case "from":
    case "to":
      return { on: field, whom: value };
    case "is": {
      const what = QUALITIES.find((quality) => quality === value);
      if (what === undefined) throw new Error(`is: expected ${QUALITIES.join(", ")}`);
      return { on: "is", what };
    }
    case "cause": {
      if (!/^#?\d{1,15}$/.test(value)) throw new Error("cause: expected an event such as #8812");
      return { on: "cause", id: Number(value.replace("#", "")) };
    }
    default:
      throw new Error(`${field}: expected ${FIELDS.join(", ")}, or a text`);
  }
}

function textPattern(value: string): RegExp {
  const written = /^\/(.*)\/([a-z]*)$/s.exec(value);
  // Flags that make a pattern remember where it was would make its answers depend on the order of questions.
  if (written !== null) return usable(new RegExp(written[1] ?? "", written[2]?.replaceAll(/[gy]/g, "") || "iu"));
  if (value.startsWith("/")) throw new Error("A pattern ends in a slash: /text/");
  const bare = /^"(.*)"$/s.exec(value)?.[1] ?? value;
  return usable(new RegExp(bare.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "iu"));
}

/** Engines find out that a pattern is too large for them when it is first used; better here than at a row of the log. */
function usable(pattern: RegExp): RegExp {
  try {
    pattern.test("");
    return pattern;
  } catch (error) {
    throw new Error("expected a text or pattern that is not too large to look for", { cause: error });
  }
}

/**
 * Reads a term as the page writes it: as `parseTerm` does, and with `#"text"` for the bytes of a text.
 *
 * @throws MarketplaceError `BAD_TEXT` naming the place
 */
export function readTerm(text: string): Term {
  // Whole strings are passed over, so that what stands in one is not taken for bytes.
  const plain = text.replaceAll(/(#?)("(?:[^"\\]|\\.)*")/g, (whole, mark: string, quoted: string) => {
    if (mark === "") return whole;
    try {
      return formatTerm(new TextEncoder().encode(JSON.parse(quoted) as string));
    } catch {
      return whole;
    }
  });
  try {
    return parseTerm(plain.trim(), { records: messageRecords });
  } catch (error) {
    if (error instanceof MarketplaceError) throw error;
    throw new Error(`This is no term: ${(error as Error).message}`, { cause: error });
  }
}
