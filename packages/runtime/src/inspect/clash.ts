import {
  fieldsOf,
  isList,
  isPlainObject,
  isRecord,
  isTail,
  isWild,
  keysOf,
  RECORD,
  type Term,
} from "../terms/kinds.ts";
import { meets } from "../terms/unify.ts";

/** The first place where two terms have nothing in common. */
export interface Clash {
  /** The way there from the root: places in lists and records, keys of plain objects. */
  readonly path: readonly (string | number)[];
  /** What stands there on either side; `undefined` where there is nothing. */
  readonly a: Term | undefined;
  readonly b: Term | undefined;
  /** `length`: two lists of different lengths; `names`: each part fits, but a named wildcard would have to be two things at once. */
  readonly why: "differ" | "length" | "names";
}

/** Where two patterns part, so that nothing matches both; `undefined` if they do not. */
export function clash(a: Term, b: Term): Clash | undefined {
  return meets(a, b) ? undefined : inside(a, b, []);
}

/** For two terms that do not meet. */
function inside(a: Term, b: Term, path: readonly (string | number)[]): Clash {
  const parts = pairsOf(a, b);
  if (typeof parts === "string") return { path, a, b, why: parts };
  for (const [key, left, right] of parts) {
    if (left === undefined || right === undefined) return { path: [...path, key], a: left, b: right, why: "differ" };
    if (!meets(left, right)) return inside(left, right, [...path, key]);
  }
  // Each part fits for itself: it is the names that clash, at the first part that does not go with those before it.
  for (let most = 2; most <= parts.length; most++) {
    const some = parts.slice(0, most);
    if (
      meets(
        some.map(([, left]) => left as Term),
        some.map(([, , right]) => right as Term),
      )
    )
      continue;
    const [key, left, right] = some[most - 1] as Pair;
    return { path: [...path, key], a: left, b: right, why: "names" };
  }
  return { path, a, b, why: "names" };
}

type Pair = readonly [key: string | number, a: Term | undefined, b: Term | undefined];

/** The parts that have to fit each other, or why there are none. */
function pairsOf(a: Term, b: Term): readonly Pair[] | Clash["why"] {
  if (isRecord(a) && isRecord(b)) {
    if (a[RECORD].label !== b[RECORD].label) return "differ";
    if (a[RECORD].arity !== b[RECORD].arity) return "length";
    const others = fieldsOf(b);
    const { names } = a[RECORD];
    return fieldsOf(a).map((field, i) => [names[i] as string, field, others[i]]);
  }
  if (isRecord(a) || isRecord(b)) return "differ";
  if (isList(a) && isList(b)) return listPairs(a, b);
  if (isPlain(a) && isPlain(b)) {
    const keys = [...new Set([...keysOf(a), ...keysOf(b)])];
    return keys.map((key) => [key, own(a, key), own(b, key)]);
  }
  return "differ";
}

function listPairs(a: readonly Term[], b: readonly Term[]): readonly Pair[] | "length" {
  const [fixedA, fixedB] = [fixedLength(a), fixedLength(b)];
  const tailA = fixedA < a.length;
  const tailB = fixedB < b.length;
  const fits = (tailA || tailB || fixedA === fixedB) && (tailA || fixedA >= fixedB) && (tailB || fixedB >= fixedA);
  const common = Math.min(fixedA, fixedB);
  const pairs = Array.from({ length: common }, (_, i): Pair => [i, a[i], b[i]]);
  if (fits) return pairs;
  // A part that clashes says more than the lengths do.
  return pairs.some(([, left, right]) => !meets(left as Term, right as Term)) ? pairs : "length";
}

function fixedLength(list: readonly Term[]): number {
  return isTail(list.at(-1)) ? list.length - 1 : list.length;
}

function isPlain(term: Term): term is { readonly [key: string]: Term | undefined } {
  return typeof term === "object" && term !== null && !isWild(term) && !isList(term) && isPlainObject(term);
}

function own(object: { readonly [key: string]: Term | undefined }, key: string): Term | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
