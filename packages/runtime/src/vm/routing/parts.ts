import type { Term } from "../../terms/term.ts";
import { ANY } from "../../terms/wildcard.ts";
import { MOST_STEPS } from "./step.ts";

/** Something with parts that a search has entered and will come back to, when it is done with one of them that has parts itself. */
export class Parts {
  readonly list: readonly Term[];
  readonly size: number;
  /** Not null where the parts are not elements of a list but fields with these names. */
  readonly fields: Fields | null;
  readonly names: readonly string[];
  /** The index of the part that is next. */
  readonly next: number;
  /** Where to go on after the last part. */
  readonly outer: Parts | null;

  private constructor(
    list: readonly Term[],
    size: number,
    fields: Fields | null,
    names: readonly string[],
    next: number,
    outer: Parts | null,
  ) {
    this.list = list;
    this.size = size;
    this.fields = fields;
    this.names = names;
    this.next = next;
    this.outer = outer;
  }

  /** The first `size` elements of a list, from `next` on. */
  static ofList(list: readonly Term[], size: number, next: number, outer: Parts | null): Parts | null {
    return next === size ? outer : new Parts(list, size, null, [], next, outer);
  }

  /** The properties of an object that have these names, in this order, from `next` on. */
  static ofFields(fields: Fields, names: readonly string[], next: number, outer: Parts | null): Parts | null {
    return next === names.length ? outer : new Parts([], 0, fields, names, next, outer);
  }
}

export interface Fields {
  readonly [name: string]: Term | undefined;
}

/** No topic has more steps, so nobody asks what is behind. */
const ANYTHING: readonly Term[] = Array.from({ length: MOST_STEPS }, () => ANY);

/** So many parts that are anything. */
export function anything(count: number, outer: Parts | null): Parts | null {
  return Parts.ofList(ANYTHING, Math.min(count, MOST_STEPS), 0, outer);
}
