import { equalBytes } from "./equal.ts";
import { fieldOf, isBytes, isPlainObject, isWild, keysOf, recordInfo, sameRecordKind, tailOf } from "./kinds.ts";
import type { Rec, RecordInfo, Tail, Term, TermObject } from "./kinds.ts";
import { MAX_STEPS, tooComplex, tooDeep } from "./limits.ts";
import { MAX_DEPTH } from "./syntax.ts";
import { ANY } from "./wildcard.ts";

/**
 * Decides whether two terms unify in one walk and without allocating, in the cases that make up nearly all of them: a named wildcard occurs
 * once, in `a`, or faces only `ANY`.
 *
 * @returns `undefined` if it is one of the other cases
 */
export function quickMatch(a: Term, b: Term): boolean | undefined {
  steps = 0;
  bound = NOTHING;
  skipped = false;
  const verdict = visit(a, b, 0);
  const unsure = verdict === UNSURE || (verdict === YES && skipped && bound !== NOTHING);
  bound = NOTHING;
  return unsure ? undefined : verdict === YES;
}

const NO = 0;
const YES = 1;
const UNSURE = 2;
type Verdict = 0 | 1 | 2;

// Where the walk is. It calls no code from outside, so there is never more than one.
let steps = 0;
const NOTHING: readonly string[] = [];
/** The named wildcards of `a` that have been bound; names of tails begin with dots. */
let bound: readonly string[] = NOTHING;

/**
 * Whether a part of `a` that may have named wildcards faced a wildcard and was not looked at. If one of those is bound elsewhere, the
 * result could be deeper than terms are.
 */
let skipped = false;

/** Binds a wildcard of `a` to a part of `b`; which part does not matter as long as it is the only one. */
function bind(name: string): Verdict {
  if (bound === NOTHING) bound = [name];
  else if (bound.includes(name)) return UNSURE;
  else bound = [...bound, name];
  return YES;
}

function visit(a: Term, b: Term, depth: number): Verdict {
  // By far the most frequent case, before any look inside.
  if (a === ANY) return YES;
  if (b === ANY) return skip(a);
  if (typeof a !== "object" || a === null) {
    if (a === b) return YES;
    return isWild(b) ? facing(b.name, a) : NO;
  }
  if (typeof b !== "object" || b === null) {
    return isWild(a) ? (a.name === "" ? YES : bind(a.name)) : NO;
  }
  if (++steps > MAX_STEPS) throw tooComplex();
  if (depth > MAX_DEPTH) throw tooDeep("pattern");
  const info = recordInfo(a);
  if (info !== undefined) {
    if (a === b && !info.wild) return YES;
    const other = recordInfo(b);
    if (other === undefined) return isWild(b) ? facing(b.name, a) : NO;
    return sameRecordKind(info, other) ? visitFields(a as Rec, info, b as Rec, other, depth) : NO;
  }
  if (isWild(a)) return a.name === "" || (isWild(b) && b.name === "") ? YES : bind(a.name);
  if (isWild(b)) return facing(b.name, a);
  if (Array.isArray(a)) return Array.isArray(b) ? visitLists(a, b, depth) : NO;
  if (a === b) return isPlainObject(a) ? visitObjects(a, a, depth) : YES;
  if (isBytes(a)) return isBytes(b) && equalBytes(a, b) ? YES : NO;
  return isPlainObject(a) && isPlainObject(b) ? visitObjects(a, b, depth) : NO;
}

/** A wildcard of `b` takes anything if it has no name; else it may occur again. */
function facing(name: string, a: Term): Verdict {
  return name === "" ? skip(a) : UNSURE;
}

/** A part of `a` faces a wildcard without name. */
function skip(a: Term): Verdict {
  skipped ||= typeof a === "object" && a !== null && recordInfo(a)?.wild !== false;
  return YES;
}

function visitFields(a: Rec, aInfo: RecordInfo, b: Rec, bInfo: RecordInfo, depth: number): Verdict {
  let verdict: Verdict = YES;
  for (let i = 0; i < aInfo.arity; i++) {
    const part = fieldOf(a, aInfo.names[i]!);
    if (part === ANY) continue;
    const one = visit(part, fieldOf(b, bInfo.names[i]!), depth + 1);
    if (one === NO) return NO;
    if (one === UNSURE) verdict = UNSURE;
  }
  return verdict;
}

function visitLists(a: readonly Term[], b: readonly Term[], depth: number): Verdict {
  const aTail = tailOf(a);
  const bTail = tailOf(b);
  const aCount = aTail === undefined ? a.length : a.length - 1;
  const bCount = bTail === undefined ? b.length : b.length - 1;
  if ((aCount < bCount && aTail === undefined) || (bCount < aCount && bTail === undefined)) return NO;
  let verdict: Verdict = YES;
  for (let i = 0; i < aCount && i < bCount; i++) {
    const one = visit(a[i]!, b[i]!, depth + 1);
    if (one === NO) return NO;
    if (one === UNSURE) verdict = UNSURE;
  }
  if (bCount < aCount) skipped = true;
  const tails = visitTails(aCount <= bCount ? aTail : undefined, bCount <= aCount ? bTail : undefined);
  return tails === YES ? verdict : tails;
}

/** The tails that are bound: that of the shorter list, or either of equally long ones. */
function visitTails(a: Tail | undefined, b: Tail | undefined): Verdict {
  if (a?.name === "" || b?.name === "") return YES;
  if (b !== undefined) return UNSURE;
  return a === undefined ? YES : bind(`...${a.name}`);
}

function visitObjects(a: TermObject, b: TermObject, depth: number): Verdict {
  const keys = keysOf(a);
  if (keys.length !== keysOf(b).length) return NO;
  let verdict: Verdict = YES;
  for (const key of keys) {
    if (!Object.hasOwn(b, key) || b[key] === undefined) return NO;
    const one = visit(a[key]!, b[key], depth + 1);
    if (one === NO) return NO;
    if (one === UNSURE) verdict = UNSURE;
  }
  return verdict;
}
