import { badArgument } from "./error.ts";
import { isPlainObject } from "./kinds.ts";

/** What stands for options that were left out: nothing in it has to be checked. */
export const NO_OPTIONS: { readonly [name: string]: never } = Object.freeze({});

/**
 * Refuse what is no object of options, or has one that is not known: a misspelt option would be ignored in silence, as would all of an
 * error in place of them.
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (options === NO_OPTIONS) return;
  if (!isPlainObject(options)) {
    throw badArgument(what, `an object with ${known.join(", ")}`, options);
  }
  // In this form no list of the keys is made: what is inherited comes too, and is not meant.
  for (const key in options) {
    if (!known.includes(key) && Object.hasOwn(options, key)) throw badArgument(what, `only ${known.join(", ")}`, key);
  }
}

/** An option that names something, for people. */
export function checkName(what: string, name: unknown): void {
  if (name !== undefined && typeof name !== "string") throw badArgument(what, "a string", name);
}

export function checkFunction(what: string, value: unknown): void {
  if (typeof value !== "function") throw badArgument(what, "a function", value);
}

/** @returns the id of an endpoint */
export function checkId(what: string, id: unknown): string | number {
  if (typeof id === "string" || (typeof id === "number" && Number.isFinite(id))) return id;
  throw badArgument(`${what}: id`, "a string or a finite number", id);
}
