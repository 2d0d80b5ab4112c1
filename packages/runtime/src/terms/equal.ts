import { fieldOf, isBytes, isPlainObject, isTail, isWild, keysOf, recordInfo, sameRecordKind } from "./kinds.ts";
import type { Rec, Term } from "./kinds.ts";
import { tooComplex, tooDeep } from "./limits.ts";
import { MAX_DEPTH } from "./syntax.ts";

/**
 * Whether two terms are the same: by content for lists, records, plain objects and bytes, by identity for opaque objects. `-0` equals `0`;
 * `1` and `1n` differ; a key whose value is `undefined` is absent. Wildcards are equal by name.
 *
 * @throws MarketplaceError `TERM_TOO_DEEP`, and `PATTERN_TOO_COMPLEX` after ten million steps, neither for terms that can be sent
 */
export function equalTerms(a: Term, b: Term): boolean {
  if (a === b) return true;
  steps = 0;
  return compare(a, b, sameWildcard, 0);
}

/**
 * Whether two patterns are equal up to renaming of their wildcards, so that they match the same terms. Each `ANY` is a wildcard of its own,
 * and so is a named one that occurs once.
 */
export function equivalent(a: Term, b: Term): boolean {
  const pairing = new Pairing();
  steps = 0;
  return compare(a, b, (x, y, tail) => pairing.pair(tail ? `...${x}` : x, tail ? `...${y}` : y, x === "", y === ""), 0);
}

/** Decides whether two wildcards, given by their names, are the same; tails are told from others. */
type WildcardRule = (a: string, b: string, tail: boolean) => boolean;

const sameWildcard: WildcardRule = (a, b) => a === b;

// A comparison calls no code from outside, so there is never more than one.
let steps = 0;
/** More than there are in any term but one that shares its parts over and over: then they are as many as the ways to them. */
const MOST_STEPS = 10_000_000;

function compare(a: Term, b: Term, rule: WildcardRule, depth: number): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (depth > MAX_DEPTH) throw tooDeep("term");
  if (++steps > MOST_STEPS) throw tooComplex(MOST_STEPS);
  const info = recordInfo(a);
  if (info !== undefined) {
    if (a === b && !info.wild) return true;
    const other = recordInfo(b);
    return other !== undefined && sameRecordKind(info, other) && compareFields(a as Rec, b as Rec, rule, depth + 1);
  }
  if (isWild(a)) return isWild(b) && rule(a.name, b.name, false);
  if (isTail(a)) return isTail(b) && rule(a.name, b.name, true);
  if (Array.isArray(a)) return Array.isArray(b) && compareLists(a, b, rule, depth + 1);
  if (a === b) return true;
  if (isBytes(a)) return isBytes(b) && equalBytes(a, b);
  if (isPlainObject(a)) return isPlainObject(b) && !recordInfo(b) && compareObjects(a, b, rule, depth + 1);
  return false;
}

function compareFields(a: Rec, b: Rec, rule: WildcardRule, depth: number): boolean {
  const names = recordInfo(a)!.names;
  const others = recordInfo(b)!.names;
  for (let i = 0; i < names.length; i++) {
    if (!compare(fieldOf(a, names[i]!), fieldOf(b, others[i]!), rule, depth)) return false;
  }
  return true;
}

function compareLists(a: readonly Term[], b: readonly Term[], rule: WildcardRule, depth: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!compare(a[i]!, b[i]!, rule, depth)) return false;
  }
  return true;
}

function compareObjects(
  a: { readonly [key: string]: Term | undefined },
  b: { readonly [key: string]: Term | undefined },
  rule: WildcardRule,
  depth: number,
): boolean {
  const keys = keysOf(a);
  if (keys.length !== keysOf(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key) || b[key] === undefined || !compare(a[key]!, b[key], rule, depth)) return false;
  }
  return true;
}

/** Whether two byte arrays have the same content. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/** A one-to-one relation between the wildcards of two patterns. */
class Pairing {
  readonly #partners = new Map<string, string>();
  readonly #inverse = new Map<string, string>();

  /** Records that two wildcards stand at the same place; false if that cannot be. A nameless one is never met again. */
  pair(a: string, b: string, aNameless: boolean, bNameless: boolean): boolean {
    if (aNameless && bNameless) return true;
    if (aNameless) return this.#fresh(this.#inverse, b);
    if (bNameless) return this.#fresh(this.#partners, a);
    if (!this.#partners.has(a) && !this.#inverse.has(b)) {
      this.#partners.set(a, b);
      this.#inverse.set(b, a);
      return true;
    }
    return this.#partners.get(a) === b;
  }

  /** A named wildcard facing a nameless one may not be met before or after. */
  #fresh(table: Map<string, string>, name: string): boolean {
    if (table.has(name)) return false;
    table.set(name, "");
    return true;
  }
}
