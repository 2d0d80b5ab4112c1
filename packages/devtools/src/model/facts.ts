import type { Role } from "@marketplace/runtime";
import {
  clash,
  why,
  type EndpointFacts,
  type FindActivation,
  type MessageEvent,
  type MessageFacts,
  type Verdict,
} from "@marketplace/runtime/inspect";
import type { Model } from "./model.ts";
import { termFrom, termOfBody } from "./terms.ts";
import type { EndpointNode } from "./tree.ts";

const roles = new WeakMap<EndpointNode, Role>();

function roleOf(node: EndpointNode): Role {
  const known = roles.get(node);
  if (known !== undefined) return known;
  const { orientation, interestType, topic } = node.role;
  // A topic that is no term could only come from a file; it matches nothing but null.
  const role: Role = { orientation, interestType, topic: termFrom(topic) ?? null };
  roles.set(node, role);
  return role;
}

/** What has to be known of an endpoint to say why something reached it. */
export function factsOf(node: EndpointNode, model: Model): EndpointFacts {
  const process = model.tree.process(node.process);
  const end = process?.end ?? null;
  const proxies = node.level > 0 ? proxiesOf(node, model) : [];
  return {
    endpoint: node.key,
    process: node.process,
    level: node.level,
    role: roleOf(node),
    handlers: node.handlers,
    added: node.added,
    ...(node.deleted === null ? {} : { deleted: { event: node.deleted.event, reason: node.deleted.reason.text } }),
    ...(end === null ? {} : { exited: { event: end.event, how: end.how, reason: end.reason.text } }),
    ...(proxies.length === 0 ? {} : { proxies }),
  };
}

function proxiesOf(node: EndpointNode, model: Model): EndpointFacts[] {
  const proxies: EndpointFacts[] = [];
  for (
    let at = model.tree.proxyOf(node.key);
    at !== undefined && proxies.length < 64;
    at = model.tree.proxyOf(at.key)
  ) {
    proxies.push({ ...factsOf({ ...at, level: 0 }, model), role: roleOf(at) });
  }
  return proxies;
}

export function messageFacts({ id, process, orientation, body, to }: MessageEvent): MessageFacts {
  return { event: id, process, orientation, body: termOfBody(body), to };
}

/** The activation that an event caused at an endpoint, from the log. */
export function activationIn(model: Model): FindActivation {
  return (cause, endpoint) => {
    for (const position of model.log.effectsOf(model.log.positionOf(cause))) {
      const item = model.log.at(position);
      if (item?.kind === "activation" && item.endpoint === endpoint) return item;
    }
    return undefined;
  };
}

/** An endpoint, and why a message reached it or not. */
export interface Explained {
  readonly node: EndpointNode;
  readonly verdict: Verdict;
}

/** The order in which verdicts are of interest: what was delivered, then what came nearest to it. */
const ORDER: readonly Verdict["verdict"][] = [
  "delivered",
  "delivered-unhandled",
  "delivered-unseen",
  "unknown",
  "not-yet-added",
  "already-removed",
  "process-exited",
  "topics-clash",
  "same-orientation",
  "wrong-level",
];

/** After all others: endpoints that were not there, and would not have got the message if they had been. */
const LAST: number = ORDER.length;

function rankOf(message: MessageFacts, facts: EndpointFacts, verdict: Verdict): number {
  switch (verdict.verdict) {
    case "not-yet-added":
    case "already-removed":
    case "process-exited": {
      const { role } = facts;
      const fits =
        role.orientation !== message.orientation &&
        message.body !== undefined &&
        clash(message.body, role.topic) === undefined;
      return (fits ? ORDER.indexOf(verdict.verdict) : LAST) * 100;
    }
    case "topics-clash":
      // The deeper the clash, the nearer the miss.
      return ORDER.indexOf(verdict.verdict) * 100 - Math.min(99, verdict.clash.path.length);
    case "delivered":
    case "delivered-unhandled":
    case "delivered-unseen":
    case "unknown":
    case "same-orientation":
    case "wrong-level":
      return ORDER.indexOf(verdict.verdict) * 100;
  }
}

/** More endpoints than this are not explained at once. */
const MOST = 5000;

/** Why a message reached each endpoint or not, the most interesting first. Those that stand for one further in are left to that one. */
export function explainAll(message: MessageEvent, model: Model): Explained[] {
  const facts = messageFacts(message);
  const find = activationIn(model);
  const all: (Explained & { readonly rank: number })[] = [];
  for (const node of model.tree.endpoints()) {
    if (node.for !== undefined) continue;
    const endpoint = factsOf(node, model);
    const verdict = why(facts, endpoint, find);
    all.push({ node, verdict, rank: rankOf(facts, endpoint, verdict) });
    if (all.length >= MOST) break;
  }
  return all.sort((a, b) => a.rank - b.rank);
}
