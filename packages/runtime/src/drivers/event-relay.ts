import { observeSubscribers, subscriber } from "../dsl/endpoints.ts";
import { sendMessage } from "../dsl/messages.ts";
import { atMetaLevel, deleteEndpoint, spawn } from "../dsl/processes.ts";
import type { ActionTree, Spawn, Unchecked } from "../model/action.ts";
import { isSource, type Source } from "../vm/event-source.ts";
import { badArgument } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import { ANY } from "../terms/wildcard.ts";

/** A source that somebody in this VM subscribes to. */
interface Relayed {
  readonly id: number;
  subscribers: number;
}

/**
 * Lets drivers run in a nested VM: what its processes subscribe to as `[source, pattern]` is subscribed to at the meta level for as long as
 * there is somebody, and what arrives is sent in this VM. A wildcard in place of the source demands nothing. (The original's
 * `event-relay`.)
 *
 * @param selfId names the relay for people
 * @returns the action that spawns it
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function eventRelay(selfId: string): Spawn<Unchecked> {
  if (typeof selfId !== "string") throw badArgument("eventRelay: selfId", "a string", selfId);
  return spawn(
    () => {
      const relayed = new Map<Source, Relayed>();
      let ids = 0;

      const demanded = (source: Source): ActionTree<unknown> => {
        const known = relayed.get(source);
        if (known !== undefined) {
          known.subscribers++;
          return null;
        }
        const id = ids++;
        relayed.set(source, { id, subscribers: 1 });
        return atMetaLevel(subscriber([source, ANY], { onMessage: (value) => sendMessage(value as Term) }, { id }));
      };

      const withdrawn = (source: Source): ActionTree<unknown> => {
        const known = relayed.get(source);
        if (known === undefined || --known.subscribers > 0) return null;
        relayed.delete(source);
        return atMetaLevel(deleteEndpoint(known.id));
      };

      return observeSubscribers([ANY, ANY], {
        onPresence: ({ role: { topic } }) => isSource(topic[0]) && demanded(topic[0]),
        onAbsence: ({ role: { topic } }) => isSource(topic[0]) && withdrawn(topic[0]),
      });
    },
    { name: `event relay ${selfId}` },
  );
}
