import type { SendMessage } from "../model/action.ts";
import type { Orientation } from "../model/role.ts";
import { Sending } from "../model/sending.ts";
import { badArgument } from "../terms/error.ts";
import { checkTerm, type Term } from "../terms/term.ts";

/**
 * Send a message to all subscribers whose topic matches it. Nobody needs to listen, and the sender needs no endpoint. What is sent
 * belongs to the VM: do not change it afterwards.
 *
 * @param orientation the side the sender is on; `"subscriber"` sends upstream, as {@link sendFeedback} does
 * @throws MarketplaceError `BAD_TERM`, `TERM_TOO_DEEP`, `MISPLACED_TAIL` where `body` is no term
 */
export function sendMessage(body: Term, orientation: Orientation = "publisher"): SendMessage {
  checkTerm(body, "sendMessage: body");
  if (orientation !== "publisher" && orientation !== "subscriber") {
    throw badArgument("sendMessage: orientation", `"publisher" or "subscriber"`, orientation);
  }
  return new Sending(body, orientation);
}

/** Send a message upstream: to all publishers whose topic matches it. */
export function sendFeedback(body: Term): SendMessage {
  checkTerm(body, "sendFeedback: body");
  return new Sending(body, "subscriber");
}
