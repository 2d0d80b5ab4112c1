import { writeValue } from "./write.ts";

/** An error of the marketplace. What kind it is stands in `code`, which is stable; the message is for people. */
export class MarketplaceError extends Error {
  override readonly name: string = "MarketplaceError";
  /** A stable word in capitals, such as `BAD_ARGUMENT`. */
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** A short text (80 characters at most) of any JavaScript value, for use in a message. Never throws. */
export function describe(value: unknown): string {
  return writeValue(value, 80);
}

/**
 * The error for an argument of the wrong kind, code `BAD_ARGUMENT`.
 *
 * @param what which argument: the function's name and the argument's
 * @param expected what would have been right, in words
 * @param came what was given instead
 */
export function badArgument(what: string, expected: string, came: unknown): MarketplaceError {
  return new MarketplaceError("BAD_ARGUMENT", `${what}: expected ${expected}, got ${describe(came)}`);
}
