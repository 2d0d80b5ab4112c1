import type { Term } from "../terms/kinds.ts";
import { checked, record, type Rec, type RecordType } from "../terms/record.ts";
import { nonNegative, number, oneOf } from "./field-checks.ts";

/** Asks the timer driver for one {@link TimerExpired}. */
export interface SetTimer extends Rec<"set-timer"> {
  /** Any term; the answer has it too. */
  readonly label: Term;
  /** For "relative" from when the driver hears of it; for "absolute" since 1970-01-01 UTC. */
  readonly milliseconds: number;
  readonly kind: "relative" | "absolute";
}

/** `setTimer(label, milliseconds, kind)`: see {@link SetTimer}. */
export const setTimer: RecordType<SetTimer, ["label", "milliseconds", "kind"]> = checked(
  record("set-timer", "label", "milliseconds", "kind"),
  { milliseconds: nonNegative, kind: oneOf("relative", "absolute") },
);

/** The answer to a {@link SetTimer}. */
export interface TimerExpired extends Rec<"timer-expired"> {
  readonly label: Term;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
}

/** `timerExpired(label, now)`: see {@link TimerExpired}. */
export const timerExpired: RecordType<TimerExpired, ["label", "now"]> = checked(
  record("timer-expired", "label", "now"),
  { now: number },
);

/**
 * The request that a message is, or undefined. What subscribes to `setTimer(ANY, ANY, ANY)` also hears what has wildcards in it, and what
 * others declared alike and did not check.
 */
export function timerRequest(message: unknown): SetTimer | undefined {
  try {
    const request = setTimer.from(message);
    return setTimer.isGround(request) ? request : undefined;
  } catch {
    return undefined;
  }
}
