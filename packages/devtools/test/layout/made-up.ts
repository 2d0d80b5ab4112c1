import type { EndpointInTree, ProcessInTree, StreamItem } from "@marketplace/runtime/inspect";
import { Model } from "../../src/model/model.ts";

// What programs might have told, in few words.

const handlers = { presence: false, absence: false, message: true };

export function endpoint(
  key: string,
  orientation: "publisher" | "subscriber",
  topic: EndpointInTree["role"]["topic"],
): EndpointInTree {
  return { endpoint: key, name: 0, level: 0, role: { orientation, interestType: "participant", topic }, handlers };
}

export function process(path: string, endpoints: readonly EndpointInTree[] = [], vm = false): ProcessInTree {
  return { process: path, name: `p${path}`, vm, since: 0, endpoints };
}

/** A model of a tree, and of what happened after. */
export function model(
  processes: readonly ProcessInTree[],
  events: readonly StreamItem[] = [],
  capacity?: number,
): Model {
  const made = capacity === undefined ? new Model(0) : new Model(0, capacity);
  made.add(processes);
  made.apply(events);
  return made;
}

export function turn(id: number, path: string, t: number = id): StreamItem {
  return { kind: "turn", id, t, cause: 0, process: path, pending: 1 };
}

export function spawned(id: number, path: string, cause = 0): StreamItem {
  return { kind: "spawn", id, t: id, cause, process: path, name: `p${path}`, vm: false };
}

export function exited(id: number, path: string, how: "quit" | "crashed" = "quit"): StreamItem {
  return {
    kind: "exit",
    id,
    t: id,
    cause: 0,
    process: path,
    how,
    reason: { kind: "undefined", text: "undefined" },
  };
}

export function said(id: number, path: string, to: readonly string[], cause = 0): StreamItem {
  return {
    kind: "message",
    id,
    t: id,
    cause,
    process: path,
    turn: 0,
    orientation: "publisher",
    body: { term: ["hi", id] },
    to,
    unmatched: to.length === 0,
  };
}

export function ran(id: number, path: string, cause: number): StreamItem {
  return { kind: "activation", id, t: id, cause, process: path, on: "message", actions: 0, changed: false };
}

export function met(id: number, publisher: string, subscriber: string): StreamItem {
  return {
    kind: "presence",
    id,
    t: id,
    cause: 0,
    publisher,
    subscriber,
    topic: "x",
    publisherSees: true,
    subscriberSees: true,
  };
}

export function parted(id: number, publisher: string, subscriber: string): StreamItem {
  const reason = { kind: "undefined", text: "undefined" } as const;
  return {
    kind: "absence",
    id,
    t: id,
    cause: 0,
    publisher,
    subscriber,
    topic: "x",
    publisherSees: true,
    subscriberSees: true,
    reason,
  };
}
