import { badArgument } from "../terms/error.ts";

/** Refuse what is no object of options, or has one that is not known: a misspelt option would be ignored in silence. */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw badArgument(what, `an object with ${known.join(", ")}`, options);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw badArgument(what, `only ${known.join(", ")}`, key);
  }
}

export function checkFunction(what: string, value: unknown): void {
  if (typeof value !== "function") throw badArgument(what, "a function", value);
}
