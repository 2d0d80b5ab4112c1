import {
  fieldOf,
  isBytes,
  isList,
  isPlainObject,
  isRecord,
  isTail,
  isWild,
  RECORD,
  recordInfo,
} from "../terms/kinds.ts";
import { isGround, type Rec, type Term } from "../terms/term.ts";

/**
 * A topic as a form to fill in: a message that matches it is told by what stands in the places that the topic leaves open. There is one for
 * each topic whose wildcards are apart from each other and stand in lists and records.
 */
export class Template {
  /** How many places there are. */
  readonly size: number;
  readonly #topic: Term;
  readonly #paths: readonly (readonly number[])[];

  constructor(topic: Term, paths: readonly (readonly number[])[]) {
    this.#topic = topic;
    this.#paths = paths;
    this.size = paths.length;
  }

  /** What stands in the open places of a message that matches the topic; `undefined` where that is not the whole of the message. */
  parts(body: Term): readonly Term[] | undefined {
    // Wildcards in a message meet also what is not open in the topic.
    if (!isGround(body)) return undefined;
    const parts: Term[] = [];
    for (const path of this.#paths) {
      let part = body;
      for (const index of path) part = partOf(part, index);
      parts.push(part);
    }
    return parts;
  }

  /** The message that has these parts: as many as there are places. */
  message(parts: readonly Term[]): Term {
    return filled(this.#topic, [], this.#paths, parts);
  }
}

/** The term at `at` in a topic, with parts in its open places. */
function filled(
  term: Term,
  at: readonly number[],
  paths: readonly (readonly number[])[],
  parts: readonly Term[],
): Term {
  if (paths.length === 0) return term;
  const made: Term[] = [];
  for (let index = 0; index < sizeOf(term); index++) made.push(partOf(term, index));
  let next = 0;
  while (next < paths.length) {
    const path = paths[next]!;
    // The open places come in order, so those within one part of the term are neighbours.
    const index = path[at.length];
    if (index === undefined) return parts[0]!;
    let end = next + 1;
    while (end < paths.length && paths[end]![at.length] === index) end++;
    made[index] =
      path.length === at.length + 1
        ? parts[next]!
        : filled(made[index]!, path.slice(0, at.length + 1), paths.slice(next, end), parts.slice(next, end));
    next = end;
  }
  return isRecord(term) ? term[RECORD].make(made) : made;
}

/** The form that a topic is, if it is one. */
export function templateOf(topic: Term): Template | null {
  const paths: number[][] = [];
  return findPlaces(topic, [], paths, new Set()) ? new Template(topic, paths) : null;
}

/** @returns whether all open places could be found */
function findPlaces(term: Term, path: number[], paths: number[][], names: Set<string>): boolean {
  if (isWild(term)) {
    paths.push([...path]);
    if (term.name === "") return true;
    const isNew = !names.has(term.name);
    names.add(term.name);
    return isNew;
  }
  if (isTail(term)) return false;
  if (!isList(term) && !isRecord(term)) return isBytes(term) || !isPlainObject(term) || isGround(term);
  for (let index = 0; index < sizeOf(term); index++) {
    path.push(index);
    const isSimple = findPlaces(partOf(term, index), path, paths, names);
    path.pop();
    if (!isSimple) return false;
  }
  return true;
}

function sizeOf(term: Term): number {
  return isList(term) ? term.length : (recordInfo(term as Rec)?.arity ?? 0);
}

function partOf(term: Term, index: number): Term {
  return isList(term) ? term[index]! : fieldOf(term as Rec, (term as Rec)[RECORD].names[index]!);
}
