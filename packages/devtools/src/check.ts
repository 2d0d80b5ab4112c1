import { formatTerm, MarketplaceError } from "@marketplace/runtime";

/** The error for an argument of the wrong kind. */
export function badArgument(what: string, expected: string, came: unknown): MarketplaceError {
  return new MarketplaceError(
    "BAD_ARGUMENT",
    `${what}: expected ${expected}, got ${formatTerm(came, { maxLength: 80 })}`,
  );
}

/** Refuses what is no object of options, or has one that is not known: it would be ignored in silence. */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw badArgument(what, `an object with ${known.join(", ")}`, options);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) throw badArgument(what, `only ${known.join(", ")}`, unknown);
}
