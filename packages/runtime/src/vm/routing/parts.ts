import type { Term } from "../../terms/term.ts";
import { ANY } from "../../terms/wildcard.ts";
import { MOST_STEPS } from "./step.ts";

/** Something that has parts: a list, or an object whose fields have names. */
export type Whole = readonly Term[] | Fields;

export interface Fields {
  readonly [name: string]: Term | undefined;
}

/** Something with parts that a search has entered and will come back to, when it is done with one of them that has parts itself. */
export class Parts {
  readonly whole: Whole;
  /** The names of the fields, in their order; null for a list. */
  readonly names: readonly string[] | null;
  /** How many parts there are to go through. */
  readonly size: number;
  /** The index of the part that is next: there is one. */
  readonly next: number;
  /** Where to go on after the last part. */
  readonly outer: Parts | null;

  private constructor(whole: Whole, names: readonly string[] | null, size: number, next: number, outer: Parts | null) {
    this.whole = whole;
    this.names = names;
    this.size = size;
    this.next = next;
    this.outer = outer;
  }

  /** The parts from `next` on, then those of `outer`. */
  static of(
    whole: Whole,
    names: readonly string[] | null,
    size: number,
    next: number,
    outer: Parts | null,
  ): Parts | null {
    return next === size ? outer : new Parts(whole, names, size, next, outer);
  }
}

/** No topic has more steps, so nobody asks what is behind. */
const ANYTHING: readonly Term[] = Array.from({ length: MOST_STEPS }, () => ANY);

/** So many parts that are anything. */
export function anything(count: number, outer: Parts | null): Parts | null {
  return Parts.of(ANYTHING, null, Math.min(count, MOST_STEPS), 0, outer);
}
