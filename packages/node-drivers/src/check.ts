import { formatTerm, MarketplaceError } from "@marketplace/runtime";

/**
 * The error for an argument of the wrong kind, code `BAD_ARGUMENT`.
 *
 * @param what the function's name and the argument's
 * @param expected what would have been right, in words
 * @param came what was given instead
 */
export function badArgument(what: string, expected: string, came: unknown): MarketplaceError {
  return new MarketplaceError(
    "BAD_ARGUMENT",
    `${what}: expected ${expected}, got ${formatTerm(came, { maxLength: 80 })}`,
  );
}

/** Refuse what is no object of options, or has one that is not known: a misspelt option would be ignored in silence. */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw badArgument(what, `an object with ${known.join(", ")}`, options);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw badArgument(what, `only ${known.join(", ")}`, key);
  }
}
