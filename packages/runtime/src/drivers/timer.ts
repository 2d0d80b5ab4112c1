import { publisher, subscriber } from "../dsl/endpoints.ts";
import { sendMessage } from "../dsl/messages.ts";
import { deleteEndpoint, spawn } from "../dsl/processes.ts";
import type { ActionTree, Spawn, Unchecked } from "../model/action.ts";
import { transition, type Transition } from "../model/transition.ts";
import { setTimer, timerExpired, timerRequest } from "../messages/timer.ts";
import { ANY } from "../terms/wildcard.ts";
import { type Expired, TimerSource } from "./timer-source.ts";

/** Is the source subscribed to? It is only while timers are pending, so that an idle driver keeps no VM alive. */
type Watching = boolean;

/**
 * The timer driver: answers each `setTimer(label, milliseconds, kind)` by a `timerExpired(label, now)`, never early; what expires at the
 * same time in the order in which it was asked for. `setTimer(label, 0, "relative")` reads the clock. Runs in a ground VM, or in a nested
 * one with an event relay.
 *
 * @returns the action that spawns it
 */
export function timerDriver(): Spawn<Unchecked> {
  return spawn(
    () => {
      const source = new TimerSource();

      const watch = (watching: Watching): Transition<Watching> =>
        transition(true, !watching && subscriber([source, ANY], { onMessage: expire }, { id: "expired" }));

      const expire = (message: readonly unknown[], watching: Watching): Transition<Watching> => {
        const expired = (message[1] as Expired).map(([label, now]) => sendMessage(timerExpired(label, now)));
        const rest: ActionTree<Watching> = source.size === 0 && deleteEndpoint("expired");
        return transition(watching && source.size > 0, expired, rest);
      };

      return transition<Watching>(
        false,
        subscriber(setTimer(ANY, ANY, ANY), {
          onMessage(message, watching) {
            const request = timerRequest(message);
            if (request === undefined) return null;
            const { label, milliseconds, kind } = request;
            if (kind === "relative") source.setRelative(label, milliseconds);
            else source.setAbsolute(label, milliseconds);
            return watch(watching);
          },
        }),
        publisher(timerExpired(ANY, ANY)),
      );
    },
    { name: "timer driver" },
  );
}
