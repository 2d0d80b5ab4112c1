import { whyPresence, type EventId, type PresenceVerdict } from "@marketplace/runtime/inspect";
import { factsOf } from "./facts.ts";
import type { Model } from "./model.ts";
import type { EndpointNode } from "./tree.ts";

/** Another endpoint, and what keeps the two apart, seen from either side. */
export interface ExplainedPair {
  readonly other: EndpointNode;
  /** Why this one hears of the other, or why not; and the other of this one. */
  readonly hears: PresenceVerdict;
  readonly isHeard: PresenceVerdict;
  /** The event by which the first of the two went; null as long as both are there. */
  readonly until: EventId | null;
}

/** The order in which verdicts are of interest: those who meet, then what came nearest to it. */
const ORDER: readonly PresenceVerdict["verdict"][] = [
  "meets",
  "hidden",
  "apart",
  "topics-clash",
  "same-orientation",
  "wrong-level",
];

/** More endpoints than this are not explained at once. */
const MOST = 5000;

/** Why two endpoints hear of each other, or why not. */
export function explainPair(node: EndpointNode, other: EndpointNode, model: Model): ExplainedPair {
  const local = factsOf(node, model);
  const remote = factsOf(other, model);
  const ends = [node, other].flatMap(({ deleted }) => (deleted === null ? [] : [deleted.event]));
  const until = ends.length === 0 ? null : Math.min(...ends);
  return { other, hears: whyPresence(local, remote), isHeard: whyPresence(remote, local), until };
}

/** Why an endpoint hears of each other one or not, the most interesting first. Those that stand for one further in are left to that one. */
export function explainPresence(node: EndpointNode, model: Model): ExplainedPair[] {
  const all: ExplainedPair[] = [];
  for (const other of model.tree.endpoints()) {
    if (other === node || other.for !== undefined) continue;
    all.push(explainPair(node, other, model));
    if (all.length >= MOST) break;
  }
  return all.sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ hears, isHeard }: ExplainedPair): number {
  // The deeper the clash, the nearer the miss.
  const depth = hears.verdict === "topics-clash" ? Math.min(99, hears.clash.path.length) : 0;
  return Math.min(ORDER.indexOf(hears.verdict), ORDER.indexOf(isHeard.verdict)) * 100 - depth;
}
