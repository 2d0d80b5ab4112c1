import fc from "fast-check";
import { fieldOf, fieldsOf, isBytes, isList, isPlainObject, isRecord, keysOf, RECORD } from "../../src/terms/kinds.ts";
import { record } from "../../src/terms/record.ts";
import type { Term } from "../../src/terms/term.ts";
import { ANY, isTail, isWild, wild } from "../../src/terms/wildcard.ts";

// Few atoms and few shapes, so that what is made at random is often equal, and patterns often match.

export const point = record("point", "x", "y");
export const otherPoint = record("point", "left", "right");
export const box = record("box", "content");
export const unit = record("unit");

const symbol = Symbol.for("s");

const atom: fc.Arbitrary<Term> = fc.constantFrom<Term[]>(0, -0, 1, 1n, "", "a", "1", true, false, null, symbol);
const bytes: fc.Arbitrary<Term> = fc.constantFrom([], [0], [0, 255]).map((values) => Uint8Array.from(values));
const wildcard: fc.Arbitrary<Term> = fc.constantFrom<Term[]>(ANY, ANY, wild("x"), wild("y"), wild("z"));
const rest: fc.Arbitrary<readonly Term[]> = fc.constantFrom<(readonly Term[])[]>(
  [],
  [],
  [...ANY],
  [...wild("x")],
  [...wild("r")],
);
const key = fc.constantFrom("a", "b", "__proto__", "constructor");

function object(part: fc.Arbitrary<Term>): fc.Arbitrary<Term> {
  const entries = fc.uniqueArray(fc.tuple(key, part), { maxLength: 3, selector: ([name]) => name });
  return entries.map((each) => Object.fromEntries(each));
}

function parts(part: fc.Arbitrary<Term>, tails: fc.Arbitrary<readonly Term[]>): fc.Arbitrary<Term> {
  return fc.oneof(
    fc.tuple(fc.array(part, { maxLength: 3 }), tails).map(([items, tail]) => [...items, ...tail]),
    fc.tuple(part, part).map(([x, y]) => point(x, y)),
    fc.tuple(part, part).map(([x, y]) => otherPoint(x, y)),
    part.map((content) => box(content)),
    fc.constant(unit()),
    object(part),
  );
}

/** A term without wildcards. */
export const value: fc.Arbitrary<Term> = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof({ maxDepth: 3, withCrossShrink: true }, atom, bytes, parts(tie("term"), fc.constant([]))),
})).term;

/** A term with wildcards, most likely. */
export const pattern: fc.Arbitrary<Term> = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof({ maxDepth: 3, withCrossShrink: true }, wildcard, atom, bytes, parts(tie("term"), rest)),
})).term;

/** A value and two patterns, each of which is as likely as not to match it. */
export const valueAndPatterns: fc.Arbitrary<readonly [Term, Term, Term]> = fc
  .tuple(value, choices(), choices(), fc.nat(9), pattern)
  .map(
    ([v, first, second, kind, other]) => [v, generalise(v, first), kind === 0 ? other : generalise(v, second)] as const,
  );

function choices(): fc.Arbitrary<() => number> {
  // As many as any term has parts; the function counts through them.
  return fc.array(fc.nat(15), { minLength: 64, maxLength: 64 }).map((numbers) => {
    let at = 0;
    return () => numbers[at++ % numbers.length]!;
  });
}

/** The term with some parts replaced by wildcards, or rarely by something else. */
function generalise(term: Term, choose: () => number): Term {
  const choice = choose();
  if (choice < 2) return ANY;
  if (choice < 4) return wild("x");
  if (choice < 5) return wild("y");
  if (choice < 6) return "other";
  if (isList(term)) {
    const items = term.map((item) => generalise(item, choose));
    if (choice < 8) return [...items.slice(0, choose() % (items.length + 1)), ...(choice === 6 ? ANY : wild("x"))];
    return items;
  }
  return mapParts(term, (part) => generalise(part, choose));
}

/** The term with each part of it, one level down, replaced. Lists are the caller's affair. */
function mapParts(term: Term, each: (part: Term) => Term): Term {
  if (typeof term !== "object" || term === null || isBytes(term)) return term;
  if (isRecord(term)) return term[RECORD].make(fieldsOf(term).map(each));
  if (isPlainObject(term)) return Object.fromEntries(keysOf(term).map((name) => [name, each(term[name]!)]));
  return term;
}

/** The term with its wildcards replaced, each name by one value; tails by lists. */
export function instance(term: Term, values: readonly Term[]): Term {
  const chosen = new Map<string, number>();
  let next = 0;
  const choose = (name: string): number => {
    const choice = (name === "" ? undefined : chosen.get(name)) ?? next++;
    if (name !== "") chosen.set(name, choice);
    return choice;
  };
  const valueAt = (choice: number): Term => values[choice % values.length]!;
  const tail = (name: string): readonly Term[] => {
    const choice = choose(name === "" ? "" : `...${name}`);
    return Array.from({ length: choice % 3 }, (_, i) => valueAt(choice + i));
  };
  const visit = (part: Term): Term => {
    if (isWild(part)) return valueAt(choose(part.name));
    if (isList(part)) return part.flatMap((item) => (isTail(item) ? tail(item.name) : [visit(item)]));
    return mapParts(part, visit);
  };
  return visit(term);
}

/** A text that two terms share if and only if they are equal. Knows nothing of the code that it is to test, but the kinds of terms. */
export function canonical(term: Term): string {
  if (typeof term === "bigint") return `${term}n`;
  if (typeof term === "symbol") return String(term);
  if (typeof term === "number") return String(term + 0);
  if (typeof term !== "object" || term === null) return JSON.stringify(term);
  if (isWild(term)) return `_${term.name}`;
  if (isTail(term)) return `..._${term.name}`;
  if (isList(term)) return `[${term.map(canonical).join()}]`;
  if (isBytes(term)) return `#${[...term].join()}`;
  if (isRecord(term)) {
    const { label, names } = term[RECORD];
    return `${label}(${names.map((name) => canonical(fieldOf(term, name))).join()})`;
  }
  const entries = Object.entries(term).filter((entry) => entry[1] !== undefined);
  return `{${entries
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part as Term)}`)
    .toSorted()
    .join()}}`;
}

/** Whether a pattern matches a value without wildcards: the definition, spelt out. */
export function matchesByDefinition(a: Term, v: Term): boolean {
  const bound = new Map<string, string>();
  const bind = (name: string, to: Term): boolean => {
    if (name === "" || name === "...") return true;
    const text = canonical(to);
    const known = bound.get(name);
    bound.set(name, known ?? text);
    return known === undefined || known === text;
  };
  const visit = (p: Term, t: Term): boolean => {
    if (isWild(p)) return bind(p.name, t);
    if (isList(p)) {
      if (!isList(t)) return false;
      const last = p.at(-1);
      const count = isTail(last) ? p.length - 1 : p.length;
      if (isTail(last) ? t.length < count : t.length !== count) return false;
      const items = p.slice(0, count).every((item, i) => visit(item, t[i]!));
      return items && (!isTail(last) || bind(`...${last.name}`, t.slice(count)));
    }
    if (isRecord(p)) {
      if (!isRecord(t) || t[RECORD].label !== p[RECORD].label || t[RECORD].arity !== p[RECORD].arity) return false;
      const others = fieldsOf(t);
      return fieldsOf(p).every((field, i) => visit(field, others[i]!));
    }
    if (isPlainObject(p)) {
      if (!isPlainObject(t) || isRecord(t)) return false;
      const names = keysOf(p);
      if (names.toSorted().join() !== keysOf(t).toSorted().join()) return false;
      return names.every((name) => visit(p[name]!, t[name]!));
    }
    return canonical(p) === canonical(t);
  };
  return visit(a, v);
}
