import { badArgument } from "./error.ts";
import { TAIL, WILDCARD } from "./kinds.ts";
import type { Tail, Wildcard } from "./kinds.ts";
import { isWildName } from "./syntax.ts";

export { isTail, isWild } from "./kinds.ts";
export type { Tail, Wildcard } from "./kinds.ts";

class TailMarker implements Tail {
  declare readonly [TAIL]: true;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    Object.freeze(this);
  }

  toString(): string {
    return `..._${this.name}`;
  }
}

class WildcardTerm implements Wildcard {
  declare readonly [WILDCARD]: true;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    Object.freeze(this);
  }

  *[Symbol.iterator](): Iterator<Tail> {
    yield new TailMarker(this.name);
  }

  toString(): string {
    return `_${this.name}`;
  }
}

// On the prototypes, so that an instance has its name and nothing else.
Object.defineProperty(TailMarker.prototype, TAIL, { value: true });
Object.defineProperty(WildcardTerm.prototype, WILDCARD, { value: true });

/** Matches any term, at each place anew. `["room", ...ANY]` matches every list that begins with "room". */
export const ANY: Wildcard = new WildcardTerm("");

/**
 * A wildcard with a name: wherever it occurs in one pattern it binds equal terms. Spread, `...wild("rest")`, it is the rest of a list.
 *
 * @param name letters, digits, `_`, `$` and `-`; at least one
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function wild(name: string): Wildcard {
  if (typeof name !== "string" || !isWildName(name)) {
    throw badArgument("wild: name", "a non-empty string of letters, digits, _, $ and -", name);
  }
  return new WildcardTerm(name);
}
