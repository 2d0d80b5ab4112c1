import {
  vmOf,
  whyPresence,
  type EndpointFacts,
  type EndpointKey,
  type EventId,
  type TermJson,
  type VmPath,
} from "@marketplace/runtime/inspect";
import { factsOf } from "../model/facts.ts";
import type { Model } from "../model/model.ts";
import type { EndpointNode } from "../model/tree.ts";

/** Two endpoints that meet from one event to another; `from` 0: since before what is known. */
export interface Meeting {
  readonly publisher: EndpointKey;
  readonly subscriber: EndpointKey;
  readonly topic: TermJson;
  readonly publisherSees: boolean;
  readonly subscriberSees: boolean;
  readonly from: EventId;
  readonly until: EventId | null;
}

/** More pairs of a publisher and a subscriber than this are not compared. */
const MOST = 250_000;

/**
 * Who met before the first event that is known: no event tells of it, but the roles of the endpoints that were there do.
 *
 * @returns `whole` is false where there are too many to compare all
 */
export function standingPairs(model: Model): { readonly meetings: readonly Meeting[]; readonly whole: boolean } {
  const byVm = new Map<VmPath, { readonly publishers: EndpointNode[]; readonly subscribers: EndpointNode[] }>();
  for (const node of model.tree.endpoints()) {
    if (node.added > model.at || node.level > 0) continue;
    const vm = vmOf(node.process);
    let sides = byVm.get(vm);
    if (sides === undefined) byVm.set(vm, (sides = { publishers: [], subscribers: [] }));
    (node.role.orientation === "publisher" ? sides.publishers : sides.subscribers).push(node);
  }
  const facts = new Map<EndpointNode, EndpointFacts>();
  const known = (node: EndpointNode): EndpointFacts => {
    let found = facts.get(node);
    if (found === undefined) {
      // As they were then: what became of them later does not matter.
      const { deleted: _deleted, exited: _exited, ...then } = factsOf(node, model);
      facts.set(node, (found = { ...then, added: 0 }));
    }
    return found;
  };
  const meetings: Meeting[] = [];
  let compared = 0;
  for (const { publishers, subscribers } of byVm.values()) {
    for (const publisher of publishers) {
      for (const subscriber of subscribers) {
        if (++compared > MOST) return { meetings, whole: false };
        const subscriberSees = whyPresence(known(subscriber), known(publisher)).verdict === "meets";
        const publisherSees = whyPresence(known(publisher), known(subscriber)).verdict === "meets";
        if (subscriberSees || publisherSees)
          meetings.push(new Standing(publisher, subscriber, publisherSees, subscriberSees));
      }
    }
  }
  return { meetings, whole: true };
}

/** Lasts until one of the two goes. */
class Standing implements Meeting {
  readonly from = 0;
  readonly publisherSees: boolean;
  readonly subscriberSees: boolean;
  readonly #publisher: EndpointNode;
  readonly #subscriber: EndpointNode;

  constructor(publisher: EndpointNode, subscriber: EndpointNode, publisherSees: boolean, subscriberSees: boolean) {
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.publisherSees = publisherSees;
    this.subscriberSees = subscriberSees;
  }

  get publisher(): EndpointKey {
    return this.#publisher.key;
  }

  get subscriber(): EndpointKey {
    return this.#subscriber.key;
  }

  get topic(): TermJson {
    return this.#publisher.role.topic;
  }

  get until(): EventId | null {
    const ends = [this.#publisher.deleted?.event, this.#subscriber.deleted?.event].filter(
      (event) => event !== undefined,
    );
    return ends.length === 0 ? null : Math.min(...ends);
  }
}
