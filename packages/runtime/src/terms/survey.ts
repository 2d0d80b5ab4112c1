import { MarketplaceError, describe } from "./error.ts";
import { glance } from "./glance.ts";
import { isBytes, isPlainObject, isTail, isWild, recordInfo } from "./kinds.ts";
import { tooDeep } from "./limits.ts";
import { MAX_DEPTH } from "./syntax.ts";

/** More lists and plain objects than this in one term, counting shared ones each time, are taken for a mistake. Matching counts so too. */
const MAX_CONTAINERS = 1_000_000;

/**
 * Checks that `value` is a term and tells what a record keeps about its fields, in one number: twice the depth, plus one if there are
 * wildcards. Lists and plain objects are walked; bytes are not, and records were checked when they were made.
 *
 * @param what what to call the value in an error
 * @param part the part of `what` that the value is, if it is not the whole
 * @throws MarketplaceError `BAD_TERM`, `TERM_TOO_DEEP`, `TERM_TOO_LARGE`, `MISPLACED_TAIL`, each naming the place
 */
export function survey(value: unknown, what: string, part?: string): number {
  const found = glance(value);
  if (found >= 0) return found;
  const path: (string | number)[] = part === undefined ? [] : [part];
  const surveyor = new Surveyor(what, path);
  try {
    return surveyor.visit(value, 0);
  } catch (error) {
    throw error instanceof MarketplaceError ? error : surveyor.unreadable(error);
  }
}

class Surveyor {
  readonly #what: string;
  /** The way from the root to where the walk is. */
  readonly #path: (string | number)[];
  #containers = 0;

  constructor(what: string, path: (string | number)[]) {
    this.#what = what;
    this.#path = path;
  }

  visit(value: unknown, depth: number): number {
    switch (typeof value) {
      case "string":
      case "boolean":
      case "bigint":
      case "symbol":
      case "function":
        return 0;
      case "number":
        if (Number.isFinite(value)) return 0;
        throw this.#badTerm("a finite number", value);
      case "object":
        return value === null ? 0 : this.#object(value, depth);
      default:
        throw this.#badTerm("a term", value);
    }
  }

  #object(value: object, depth: number): number {
    const info = recordInfo(value);
    if (info !== undefined) {
      if (depth + info.depth > MAX_DEPTH) throw tooDeep(this.#what);
      return info.depth * 2 + (info.wild ? 1 : 0);
    }
    if (isWild(value)) return 1;
    if (isTail(value)) throw this.#misplacedTail();
    if (Array.isArray(value)) return this.#list(value, depth + 1);
    if (!isBytes(value) && isPlainObject(value)) return this.#plain(value, depth + 1);
    return 0;
  }

  #list(list: readonly unknown[], depth: number): number {
    this.#enter(depth);
    let within = 0;
    let wild = 0;
    const last = list.length - 1;
    for (let i = 0; i <= last; i++) {
      const item = list[i];
      if (typeof item === "string") continue;
      this.#path.push(i);
      const found = i === last && isTail(item) ? 1 : this.visit(item, depth);
      this.#path.pop();
      if (found > within) within = found;
      wild |= found & 1;
    }
    return ((within >> 1) + 1) * 2 + wild;
  }

  #plain(object: object, depth: number): number {
    this.#enter(depth);
    let within = 0;
    let wild = 0;
    for (const key of Object.keys(object)) {
      const property = Object.getOwnPropertyDescriptor(object, key);
      this.#path.push(key);
      // What an accessor gives now need not be what it gives when the term is matched.
      if (property === undefined || !("value" in property)) throw this.#badTerm("a plain value", object, "an accessor");
      if (property.value !== undefined) {
        const found = this.visit(property.value, depth);
        if (found > within) within = found;
        wild |= found & 1;
      }
      this.#path.pop();
    }
    if (Object.getOwnPropertySymbols(object).length > 0) {
      throw this.#badTerm("keys that are strings", object, "a symbol as key");
    }
    return ((within >> 1) + 1) * 2 + wild;
  }

  #enter(depth: number): void {
    if (depth > MAX_DEPTH) throw tooDeep(this.#what);
    if (++this.#containers > MAX_CONTAINERS) {
      const message = `${this.#place()}: expected a tree of at most ${MAX_CONTAINERS} lists and plain objects, got a larger one`;
      throw new MarketplaceError("TERM_TOO_LARGE", message);
    }
  }

  /** The error for a proxy whose traps throw, or something as odd. */
  unreadable(cause: unknown): MarketplaceError {
    return new MarketplaceError("BAD_TERM", `${this.#place()}: expected a term, got what cannot be read`, { cause });
  }

  #badTerm(expected: string, came: unknown, cameText: string = describe(came)): MarketplaceError {
    return new MarketplaceError("BAD_TERM", `${this.#place()}: expected ${expected}, got ${cameText}`);
  }

  #misplacedTail(): MarketplaceError {
    const message = `${this.#place()}: a spread wildcard can only be the last element of a list`;
    return new MarketplaceError("MISPLACED_TAIL", message);
  }

  #place(): string {
    return this.#what + this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  }
}
