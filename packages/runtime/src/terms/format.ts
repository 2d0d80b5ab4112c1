import { checkOptions } from "./check.ts";
import { badArgument } from "./error.ts";
import { LONGEST, writeValue } from "./write.ts";

export interface FormatOptions {
  /** How many characters the text may have; a longer one is cut and ends in `…`, and is then no term to `parseTerm`. */
  readonly maxLength?: number | undefined;
}

/**
 * The text form of a term, on one line; `parseTerm` reads it back. It takes any other value too, and never throws on account of it: what
 * has no text form (opaque objects, errors, functions) is shown as `#<...>`.
 *
 * @throws MarketplaceError `BAD_ARGUMENT` if an option is wrong
 */
export function formatTerm(term: unknown, options: FormatOptions = {}): string {
  checkOptions("formatTerm: options", options, ["maxLength"]);
  const { maxLength = LONGEST } = options;
  if (typeof maxLength !== "number" || !(maxLength >= 1)) {
    throw badArgument("formatTerm: maxLength", "a number, at least 1", maxLength);
  }
  return writeValue(term, Math.min(maxLength, LONGEST));
}
