import type { Boot, Spawn, Unchecked } from "../model/action.ts";
import { transition, type Step } from "../model/transition.ts";
import { setTimer, timerExpired } from "../messages/timer.ts";
import { checkFunction, checkName, checkOptions } from "../terms/check.ts";
import { badArgument } from "../terms/error.ts";
import { record, type Rec, type RecordType } from "../terms/record.ts";
import type { Term } from "../terms/term.ts";
import { ANY } from "../terms/wildcard.ts";
import { publisher, subscriber } from "./endpoints.ts";
import { freshId } from "./fresh-id.ts";
import { sendMessage } from "./messages.ts";
import { quit, spawn, yieldThen } from "./processes.ts";

export interface SuperviseOptions {
  /** Names the child, for people. */
  readonly name?: string | undefined;
  /** How long to wait before the first restart, in milliseconds; each further one waits twice as long. Left out, 100. */
  readonly backoff?: number | undefined;
  /** The longest wait, in milliseconds; left out, 30,000. A child that lived longer than this is restarted after `backoff` again. */
  readonly maxBackoff?: number | undefined;
}

/** What a supervised child publishes by being there. */
interface Supervised extends Rec<"supervised"> {
  readonly id: string;
}
const supervised: RecordType<Supervised, ["id"]> = record("supervised", "id");

interface Supervision {
  readonly wait: number;
  /** How often the child has ended: tells the present one's timer from those of the ones before. */
  readonly ends: number;
}

/**
 * Keep a process running: when it ends with a reason (a crash is one), it is started again after a while, longer each time; the timer
 * driver measures it and has to be within reach. A child that quits without a reason is done, and so is its supervisor.
 *
 * @param boot of the child
 * @returns the action that spawns the supervisor
 */
export function supervise(boot: Boot<Unchecked>, options: SuperviseOptions = {}): Spawn<Unchecked> {
  checkFunction("supervise: boot", boot);
  checkOptions("supervise: options", options, ["name", "backoff", "maxBackoff"]);
  const { name, backoff = 100, maxBackoff = 30_000 } = options;
  checkName("supervise: name", name);
  checkTime("backoff", backoff);
  checkTime("maxBackoff", maxBackoff);
  return spawn(() => supervisor(boot, name, backoff, maxBackoff), {
    name: name === undefined ? "supervisor" : `supervisor of ${name}`,
  });
}

function supervisor(
  boot: Boot<Unchecked>,
  name: string | undefined,
  backoff: number,
  maxBackoff: number,
): Step<Supervision> {
  const id = freshId();
  const restart = `${id} restart`;
  const settled = `${id} settled`;
  const start = ({ ends }: Supervision): Step<Supervision> => [
    // Present before it boots: else nobody would hear of a boot that throws.
    spawn((pid) => [publisher(supervised(id)), yieldThen<Unchecked>(() => boot(pid))], { name }),
    sendMessage(setTimer([settled, ends], maxBackoff, "relative")),
  ];
  return transition<Supervision>(
    { wait: backoff, ends: 0 },
    subscriber(supervised(id), {
      onAbsence: ({ reason }, state) =>
        reason === undefined
          ? quit()
          : transition(
              { wait: Math.min(state.wait * 2, maxBackoff), ends: state.ends + 1 },
              sendMessage(setTimer(restart, state.wait, "relative")),
            ),
    }),
    subscriber(timerExpired(restart, ANY), { onMessage: (_expired, state) => start(state) }),
    subscriber(timerExpired([settled, ANY], ANY), {
      onMessage: ({ label }, state) =>
        (label as readonly Term[])[1] === state.ends && transition({ ...state, wait: backoff }),
    }),
    yieldThen(start),
  );
}

function checkTime(what: string, milliseconds: unknown): void {
  if (typeof milliseconds !== "number" || !(milliseconds > 0) || milliseconds === Infinity) {
    throw badArgument(`supervise: ${what}`, "milliseconds, a positive number", milliseconds);
  }
}
