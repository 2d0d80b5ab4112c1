import { driverError, type DriverError } from "../messages/driver.ts";
import { describe } from "../terms/error.ts";

/** What was thrown or rejected, as a term: an error's `code` (or its name, where it has none) and message. */
export function failure(reason: unknown): DriverError {
  if (!(reason instanceof Error)) return driverError("FAILED", describe(reason));
  const { code } = reason as { code?: unknown };
  return driverError(typeof code === "string" && code !== "" ? code : reason.name || "Error", reason.message);
}
