import type { Role } from "../model/role.ts";
import type { Json } from "../terms/json.ts";
import type { Term } from "../terms/term.ts";
import { writeValue } from "../terms/write.ts";
import { DROPPED, NONE, type EndpointNode, type Entry } from "./entry.ts";
import type { Body, EndpointInTree, ProcessInTree, RoleJson, Taken, TermJson } from "./events.ts";
import { NUMBER_OF, type Row } from "./rows.ts";
import type { ProcessNode } from "./tree.ts";

/** Turns values into JSON for one viewer. */
export interface Writer {
  body(term: Term, bytes: number): Body;
  term(term: Term): TermJson;
  value(value: unknown): Taken;
  /** In one line, without parts: where the same value is told in full by another event. */
  line(value: unknown): Taken;
}

/** An entry as a row of its event's columns. */
export function rowOf(entry: Entry, writer: Writer): Row {
  return [NUMBER_OF.get(entry.kind) as number, entry.id, entry.t / 10, entry.cause, ...columnsOf(entry, writer)];
}

function columnsOf(entry: Entry, writer: Writer): Row {
  switch (entry.kind) {
    case "turn":
      return [entry.process, entry.pending];
    case "message": {
      const body = entry.value === DROPPED ? NOT_KEPT : writer.body(entry.value, entry.heldBytes);
      return [entry.process, entry.turn, entry.orientation, body, entry.to, entry.unmatched];
    }
    case "action": {
      const { process, turn, action, asks, levels, victim } = entry;
      return [process, turn, action, asks, levels, victim, valueJson(entry.value, writer)];
    }
    case "activation": {
      const { process, on, endpoint, actions, changed } = entry;
      return [process, on, endpoint, actions, changed, valueJson(entry.value, writer)];
    }
    case "endpoint-added": {
      const { endpoint, name, level, role, handlers, for: target } = entry.node;
      return [endpoint, entry.process, name, level, json(roleJson(role, writer)), json(handlers), target];
    }
    case "endpoint-replaced":
      return [entry.endpoint, json(entry.handlers)];
    case "endpoint-deleted":
      return [entry.endpoint, lineJson(entry.value, writer)];
    case "presence":
    case "absence": {
      const pair = [
        entry.publisher,
        entry.subscriber,
        writer.term(entry.topic),
        entry.publisherSees,
        entry.subscriberSees,
      ];
      return entry.kind === "presence" ? pair : [...pair, lineJson(entry.value, writer)];
    }
    case "spawn":
      return [entry.process, entry.name, entry.vm];
    case "exit":
      return [entry.process, entry.how, valueJson(entry.value, writer)];
    case "input":
      return [entry.process, entry.from, inputText(entry.what, entry.value)];
    case "control":
      return [entry.command, entry.process];
    case "ended":
      return [valueJson(entry.value, writer)];
  }
}

/** A process with its endpoints, as snapshots show it. */
export function processInTree({ process, name, vm, since, endpoints }: ProcessNode, writer: Writer): ProcessInTree {
  const shown = {
    process,
    vm,
    since,
    endpoints: Array.from(endpoints.values(), (each) => endpointInTree(each, writer)),
  };
  return name === null ? shown : { ...shown, name };
}

function endpointInTree(node: EndpointNode, writer: Writer): EndpointInTree {
  const { endpoint, name, level, role, handlers } = node;
  const shown = { endpoint, name, level, role: roleJson(role, writer), handlers };
  return node.for === null ? shown : { ...shown, for: node.for };
}

function roleJson({ orientation, interestType, topic }: Role, writer: Writer): RoleJson {
  return { orientation, interestType, topic: writer.term(topic) };
}

function valueJson(value: unknown, writer: Writer): Json {
  if (value === NONE) return null;
  return json(value === DROPPED ? NOT_KEPT_VALUE : writer.value(value));
}

function lineJson(value: unknown, writer: Writer): Json {
  return json(value === DROPPED ? NOT_KEPT_VALUE : writer.line(value));
}

function inputText(what: string, value: unknown): string {
  if (value === undefined) return what;
  return `${what} ${value === DROPPED ? NOT_KEPT_VALUE.text : writeValue(value, 200)}`;
}

/** Interfaces have no index signature, so the compiler has to be told that this is plain data. */
function json(value: object): Json {
  return value as Json;
}

const NOT_KEPT: Body = { missing: "not kept" };
const NOT_KEPT_VALUE: Taken = { kind: "unreadable", text: "#<not kept>" };
