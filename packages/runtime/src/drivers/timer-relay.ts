import { publisher, subscriber } from "../dsl/endpoints.ts";
import { freshId } from "../dsl/fresh-id.ts";
import { sendMessage } from "../dsl/messages.ts";
import { atMetaLevel, spawn } from "../dsl/processes.ts";
import type { Spawn, Unchecked } from "../model/action.ts";
import { setTimer, timerExpired, timerRequest } from "../messages/timer.ts";
import { badArgument } from "../terms/error.ts";
import { record, type Rec, type RecordType } from "../terms/record.ts";
import type { Term } from "../terms/term.ts";
import { ANY } from "../terms/wildcard.ts";

/** The label that a relay gives to a timer further out. */
interface RelayedLabel extends Rec<"relayed-label"> {
  readonly relay: string;
  readonly label: Term;
}
const relayedLabel: RecordType<RelayedLabel, ["relay", "label"]> = record("relayed-label", "relay", "label");

/**
 * Lets a nested VM use the timer driver of its container: passes `setTimer` out and `timerExpired` in. Labels of this VM are kept apart from all
 * others, also from those of another relay with the same id. (The original's `timer-relay`.)
 *
 * @param selfId names the relay for people
 * @returns the action that spawns it
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function timerRelay(selfId: string): Spawn<Unchecked> {
  if (typeof selfId !== "string") throw badArgument("timerRelay: selfId", "a string", selfId);
  return spawn(
    () => {
      const relay = `${selfId} ${freshId()}`;
      return [
        subscriber(setTimer(ANY, ANY, ANY), {
          onMessage(message) {
            const request = timerRequest(message);
            if (request === undefined) return null;
            const { label, milliseconds, kind } = request;
            return atMetaLevel(sendMessage(setTimer(relayedLabel(relay, label), milliseconds, kind)));
          },
        }),
        publisher(timerExpired(ANY, ANY)),
        atMetaLevel(publisher(setTimer(relayedLabel(relay, ANY), ANY, ANY))),
        atMetaLevel(
          subscriber(timerExpired(relayedLabel(relay, ANY), ANY), {
            onMessage: ({ label, now }) => sendMessage(timerExpired((label as RelayedLabel).label, now)),
          }),
        ),
      ];
    },
    { name: `timer relay ${selfId}` },
  );
}
