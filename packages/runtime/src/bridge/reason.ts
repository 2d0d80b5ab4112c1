import { driverError } from "../messages/driver.ts";
import { describe, MarketplaceError } from "../terms/error.ts";
import { checkTerm, type Term } from "../terms/term.ts";
import { toWire, type Wire, wireSize } from "./wire.ts";

/** The most bytes of a reason. */
const LONGEST = 65_536;

/**
 * The form in which a reason crosses: a term as it is, an error as `driverError(code, message)`, anything else, and what is very long, as text.
 *
 * @returns undefined for no reason
 */
export function reasonToWire(reason: unknown): Wire | undefined {
  if (reason === undefined) return undefined;
  if (reason instanceof Error) return toWire(errorTerm(reason));
  try {
    checkTerm(reason, "reason");
    const wire = toWire(reason);
    return wireSize(wire) <= LONGEST ? wire : describe(reason);
  } catch (error) {
    if (error instanceof MarketplaceError) return describe(reason);
    throw error;
  }
}

function errorTerm(error: Error): Term {
  const { code } = error as { code?: unknown };
  return driverError(typeof code === "string" && code !== "" ? code : error.name || "Error", error.message);
}
