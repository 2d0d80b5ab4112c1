import type { Term } from "../../terms/term.ts";
import { ANY } from "../../terms/wildcard.ts";

/** The parts of a term that a search has entered, and where it goes on when they are done with. */
export class Parts {
  readonly size: number;
  readonly #of: { readonly [key: string | number]: Term };
  /** The keys of the parts; null where they are indices. */
  readonly #names: readonly string[] | null;
  /** How many there are; those behind, up to `size`, are anything. */
  readonly #have: number;
  readonly after: Parts | null;
  readonly afterIndex: number;

  constructor(
    of: object,
    names: readonly string[] | null,
    have: number,
    size: number,
    after: Parts | null,
    afterIndex: number,
  ) {
    this.#of = of as { readonly [key: string | number]: Term };
    this.#names = names;
    this.#have = have;
    this.size = size;
    this.after = after;
    this.afterIndex = afterIndex;
  }

  at(index: number): Term {
    if (index >= this.#have) return ANY;
    return this.#of[this.#names === null ? index : (this.#names[index] as string)] as Term;
  }
}
