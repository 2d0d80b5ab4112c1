import { isVisible, type Role } from "../model/role.ts";
import type { Term } from "../terms/term.ts";
import { intersection } from "../terms/unify.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import type { PendingAction } from "../vm/pending-action.ts";
import type { Process } from "../vm/process.ts";

/** An event that an action would cause: what a message says, or what the topics of a pair have in common. */
export type Visit = (kind: "message" | "presence" | "absence", term: Term) => boolean;

/**
 * What would an action cause, if it were performed now? Nothing is changed and no handler runs.
 *
 * @param visit is given one event after the other, until it returns true
 * @returns whether it did
 */
export function foresee(process: Process, action: PendingAction, visit: Visit): boolean {
  switch (action.type) {
    case "traced":
      return foresee(process, action.action, visit);
    case "send-message":
      return visit("message", action.body);
    case "add-endpoint": {
      const known = action.id !== undefined && process.endpoints.get(action.id) !== undefined;
      return !known && pairs(process, action.role, "presence", visit);
    }
    case "add-proxy":
      return pairs(process, action.target.role, "presence", visit);
    case "delete-endpoint":
      return goes(process.endpoints.get(action.id), visit);
    case "delete-proxy":
      return goes(process.endpoints.get(action.target), visit);
    case "outer-event": {
      const { event } = action;
      return visit(event.type, event.type === "message" ? event.body : event.role.topic);
    }
    case "quit":
      return foreseeEnd(action.pid === undefined ? process : process.vm.processes.get(action.pid), visit);
    default:
      return false;
  }
}

/** What would the end of a process cause? */
export function foreseeEnd(process: Process | undefined, visit: Visit): boolean {
  for (const endpoint of process?.endpoints ?? []) if (goes(endpoint, visit)) return true;
  return false;
}

function goes(endpoint: Endpoint | undefined, visit: Visit): boolean {
  return endpoint !== undefined && pairs(endpoint.process, endpoint.role, "absence", visit);
}

function pairs(process: Process, role: Role, kind: "presence" | "absence", visit: Visit): boolean {
  const peers: Endpoint[] = [];
  const count = process.vm.routing.receivers(role.orientation, role.topic, process, peers);
  for (let i = 0; i < count; i++) {
    const peer = peers[i]?.role as Role;
    const seen = isVisible(peer.interestType, role.interestType) || isVisible(role.interestType, peer.interestType);
    if (seen && visit(kind, intersection(peer.topic, role.topic) as Term)) return true;
  }
  return false;
}
