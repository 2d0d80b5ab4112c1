import { fieldOf, isRecord, RECORD, type Rec } from "../../terms/kinds.ts";
import type { Term } from "../../terms/term.ts";
import { ANY } from "../../terms/wildcard.ts";
import { isSame } from "../key-map.ts";

const NO = 0;
const YES = 1;
const UNSURE = 2;

/**
 * Does a topic without lists or records in it match a term whose first steps are the same? Looked at from the end, as what comes first is
 * known to fit.
 *
 * @returns `undefined` where the matcher has to say it
 */
export function fitsFlat(topic: Term, term: Term): boolean | undefined {
  if (Array.isArray(topic)) return Array.isArray(term) ? fitsList(topic, term) : undefined;
  return isRecord(topic) && isRecord(term) ? fitsRecord(topic, term) : undefined;
}

function fitsList(topic: readonly Term[], list: readonly Term[]): boolean | undefined {
  // One of them has a tail.
  if (topic.length !== list.length) return undefined;
  for (let i = topic.length - 1; i >= 0; i--) {
    const verdict = compare(topic[i] as Term, list[i] as Term);
    if (verdict !== YES) return verdict === NO ? false : undefined;
  }
  return true;
}

function fitsRecord(topic: Rec, record: Rec): boolean | undefined {
  const { names } = topic[RECORD];
  const namesOfOther = record[RECORD].names;
  for (let i = names.length - 1; i >= 0; i--) {
    const verdict = compare(fieldOf(topic, names[i] as string), fieldOf(record, namesOfOther[i] as string));
    if (verdict !== YES) return verdict === NO ? false : undefined;
  }
  return true;
}

function compare(wanted: Term, part: Term): typeof NO | typeof YES | typeof UNSURE {
  // A wildcard has a say in what it matches, and so has whatever is part of the term and has parts itself.
  if (isObject(wanted) || isObject(part)) return wanted === ANY || part === ANY ? YES : UNSURE;
  return isSame(wanted, part) ? YES : NO;
}

function isObject(term: Term): boolean {
  return typeof term === "object" && term !== null;
}
