import * as fc from "fast-check";
import { isPlainObject, isTail, isWild } from "../../src/terms/kinds.ts";
import { isRecord, record, RECORD } from "../../src/terms/record.ts";
import type { Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";

/** Bytes of a kind of their own, as Node's `Buffer` is. */
class Bytes extends Uint8Array {}

/** A live thing, such as an event source: compared by identity. */
class Device {
  readonly kind = "device";
}
const device = new Device();
const otherDevice = new Device();
const method = (): void => {};
const liveObject = { arm: method, count: 0 };

const pair = record("pair", "left", "right");
const otherPair = record("pair", "first", "second");
const box = record("box", "content");
const pairOfOne = record("pair", "only");

/** Few values, so that most terms have something in common. */
const leaves: readonly Term[] = [
  "a",
  "b",
  "",
  0,
  -0,
  1,
  2.5,
  1n,
  true,
  false,
  null,
  Symbol.for("a"),
  device,
  otherDevice,
  method,
  liveObject,
  new Uint8Array(),
  new Uint8Array([1, 2]),
  new Bytes([1, 2]),
  new Uint8Array(1000).fill(7),
  new Uint8Array(1000).fill(7, 0, 999),
];
const wildcards: readonly Term[] = [ANY, ANY, wild("x"), wild("y")];
const tails: readonly (readonly Term[])[] = [[...ANY], [...wild("x")], [...wild("rest")]];

const keys = ["k", "l", "a,b", "constructor"];

/** Patterns of all kinds, and with `wildcards: false` messages. */
function terms(options: { readonly wildcards: boolean }): fc.Arbitrary<Term> {
  const { term } = fc.letrec<{ term: Term; composite: Term }>((tie) => {
    const part = tie("term");
    const list = fc.array(part, { maxLength: 4 });
    return {
      term: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom(...leaves),
        ...(options.wildcards ? [fc.constantFrom(...wildcards)] : []),
        tie("composite"),
        tie("composite"),
      ),
      composite: fc.oneof(
        list,
        ...(options.wildcards
          ? [fc.tuple(list, fc.constantFrom(...tails)).map(([head, tail]) => [...head, ...tail])]
          : []),
        fc.tuple(part, part).map(([left, right]) => pair(left, right)),
        fc.tuple(part, part).map(([first, second]) => otherPair(first, second)),
        part.map((content) => box(content)),
        part.map((only) => pairOfOne(only)),
        fc.dictionary(fc.constantFrom(...keys), fc.option(part, { nil: undefined }), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
      ),
    };
  });
  return term;
}

export const messages: fc.Arbitrary<Term> = terms({ wildcards: false });
export const patterns: fc.Arbitrary<Term> = terms({ wildcards: true });

/** Topics of three parts, so few that many are alike and nearly all have the same first steps. */
const crowdedParts: readonly Term[] = ["a", "b", ANY, ANY, ["a", ANY], [ANY, "b"], pair(ANY, "b"), { k: ANY, l: "a" }];
const crowdedValues: readonly Term[] = ["a", "b", ["a", "b"], ["b", "b"], pair("a", "b"), { k: "b", l: "a" }];

function threeOf(parts: readonly Term[]): fc.Arbitrary<Term> {
  const part = fc.constantFrom(...parts);
  return fc.oneof({ weight: 5, arbitrary: fc.tuple(part, part, part) }, fc.constantFrom(ANY, ["a", ...ANY]));
}

export const crowdedTopics: fc.Arbitrary<Term> = threeOf(crowdedParts);
export const crowdedMessages: fc.Arbitrary<Term> = threeOf(crowdedValues);

/** Longer topics without lists or records in them: most soon part from all others, and some of those meet again in their rest. */
const quad = record("quad", "a", "b", "c", "d");
const otherQuad = record("quad", "d", "c", "b", "a");

function flat(parts: readonly Term[], ends: readonly (readonly Term[])[]): fc.Arbitrary<Term> {
  const part = fc.constantFrom(...parts);
  const four = fc.tuple(part, part, part, part);
  return fc.oneof(
    { weight: 3, arbitrary: fc.tuple(part, part, part, part, part, part) },
    { weight: 2, arbitrary: fc.tuple(four, fc.constantFrom(...ends)).map(([head, end]) => [...head, ...end]) },
    four.map((fields) => quad(...fields)),
    four.map((fields) => otherQuad(...fields)),
  );
}

const flatValues: readonly Term[] = ["a", "b", 0, -0, null, device, method];

export const flatTopics: fc.Arbitrary<Term> = flat(
  [...flatValues, ANY, ANY, ANY, wild("x"), wild("y")],
  [[], [...ANY], ["a", ...ANY], [...wild("x")]],
);
export const flatMessages: fc.Arbitrary<Term> = flat([...flatValues, ["a"]], [[], ["a"], ["b", "a"]]);

/** A message that `topic` matches: its wildcards are replaced by values, the same one for each name. */
export function fill(topic: Term, values: Iterator<Term>): Term {
  const bound = new Map<string, Term>();
  const value = (name: string): Term => {
    if (name === "") return values.next().value as Term;
    if (!bound.has(name)) bound.set(name, values.next().value as Term);
    return bound.get(name) as Term;
  };
  const visit = (term: Term): Term => {
    if (isWild(term)) return value(term.name);
    if (Array.isArray(term)) {
      return term.flatMap((item: Term) =>
        isTail(item) ? [value(item.name === "" ? "" : `...${item.name}`)] : [visit(item)],
      );
    }
    if (isRecord(term)) {
      const { names, make } = term[RECORD];
      return make(names.map((name) => visit((term as unknown as Record<string, Term>)[name] as Term)));
    }
    if (!isPlainObject(term)) return term;
    if (term === liveObject) return term;
    return Object.fromEntries(
      Object.entries(term).map(([key, item]) => [key, item === undefined ? item : visit(item)]),
    );
  };
  return visit(topic);
}
