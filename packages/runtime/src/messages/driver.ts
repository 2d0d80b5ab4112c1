import { checked, record, type Rec, type RecordType } from "../terms/record.ts";
import { nonEmptyString, string } from "./field-checks.ts";

/** Why a driver could not do what was asked, or an error that crossed to another realm. */
export interface DriverError extends Rec<"driver-error"> {
  /** A stable word in capitals: one of this project, such as `TCP_UNSENT_LIMIT`, or the host's, such as `ECONNREFUSED`. */
  readonly code: string;
  /** For people. */
  readonly message: string;
}

/** `driverError(code, message)`: see {@link DriverError}. */
export const driverError: RecordType<DriverError, ["code", "message"]> = checked(
  record("driver-error", "code", "message"),
  { code: nonEmptyString, message: string },
);
