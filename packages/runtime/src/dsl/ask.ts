import type { Action } from "../model/action.ts";
import type { MessageArrival } from "../model/event.ts";
import type { Step } from "../model/transition.ts";
import { setTimer, timerExpired } from "../messages/timer.ts";
import { checkFunction, checkOptions } from "../terms/check.ts";
import { badArgument } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import type { MessageOf } from "../terms/types.ts";
import { ANY } from "../terms/wildcard.ts";
import { subscriber } from "./endpoints.ts";
import { freshId } from "./fresh-id.ts";
import { sendMessage } from "./messages.ts";
import { deleteEndpoint } from "./processes.ts";
import { withActionsFirst } from "./sequence-actions.ts";

export interface AskOptions<S, P> {
  /** How long to wait for the answer, in milliseconds; measured by the timer driver, which has to be within reach. */
  readonly timeout: number;
  readonly onReply: (reply: MessageOf<P>, state: S, event: MessageArrival<MessageOf<P>>) => Step<S>;
  readonly onTimeout: (state: S) => Step<S>;
}

/**
 * Send a question and wait for one answer, or until time is up: exactly one of the two handlers runs, once.
 *
 * @param question the message to send
 * @param reply the pattern that the answer matches
 * @returns the actions that do it
 */
export function ask<const P extends Term, S = unknown>(
  question: Term,
  reply: P,
  options: AskOptions<S, P>,
): readonly Action<S>[] {
  checkOptions("ask: options", options, ["timeout", "onReply", "onTimeout"]);
  const { timeout, onReply, onTimeout } = options;
  checkFunction("ask: onReply", onReply);
  checkFunction("ask: onTimeout", onTimeout);
  if (typeof timeout !== "number" || !(timeout >= 0) || timeout === Infinity) {
    throw badArgument("ask: timeout", "milliseconds, a number from 0 up", timeout);
  }
  const label = freshId();
  const replies = `${label} reply`;
  const expiry = `${label} timeout`;
  let open = true;
  /** Several answers may be on their way when the first is handled. */
  const once = (step: () => Step<S>): Step<S> => {
    if (!open) return undefined;
    open = false;
    return withActionsFirst<S>([deleteEndpoint(replies), deleteEndpoint(expiry)], step());
  };
  return [
    subscriber<P, S>(
      reply,
      { onMessage: (body, state, event) => once(() => onReply(body, state, event)) },
      { id: replies },
    ),
    subscriber<Term, S>(
      timerExpired(label, ANY),
      { onMessage: (_expired, state) => once(() => onTimeout(state)) },
      { id: expiry },
    ),
    sendMessage(setTimer(label, timeout, "relative")),
    sendMessage(question),
  ];
}
