import { MarketplaceError } from "./error.ts";
import { MAX_DEPTH } from "./syntax.ts";

/** So many lists, records and objects are looked at before a match is given up. */
export const MAX_STEPS = 1_000_000;

/** The error for a match that takes too long, code `PATTERN_TOO_COMPLEX`. */
export function tooComplex(steps: number = MAX_STEPS): MarketplaceError {
  const message = `comparing these terms takes more than ${steps} steps; use fewer named wildcards or smaller terms`;
  return new MarketplaceError("PATTERN_TOO_COMPLEX", message);
}

/** The error for a term that is too deep, or cyclic, code `TERM_TOO_DEEP`. */
export function tooDeep(what: string): MarketplaceError {
  const message = `${what}: expected a term at most ${MAX_DEPTH} levels deep, got a deeper one, or one that contains itself`;
  return new MarketplaceError("TERM_TOO_DEEP", message);
}

/** Counts the work of one match, and ends it with `PATTERN_TOO_COMPLEX` if it is too much. */
export class Budget {
  #steps = 0;

  spend(): void {
    if (++this.#steps > MAX_STEPS) throw tooComplex();
  }
}
