import type { EndpointId } from "../../model/action.ts";
import { boolean, endpointId, expected, type Fields, fields, list, oneOf, optional, string } from "./check.ts";

export interface Trace {
  readonly boot: Snapshot;
  readonly steps: readonly Snapshot[];
}

const ORDERS = ["total", "perProcess", "perEndpoint", "multiset"] as const;

/** How much of the order of a snapshot's events is meaningful. */
export type EventOrder = (typeof ORDERS)[number];

/** What happened until the VM was idle again, and who was alive then. */
export interface Snapshot {
  readonly events: readonly TraceEvent[];
  readonly alive: readonly string[];
  readonly order: EventOrder;
  /** Pairs of indices into `events`: the first of the two came before the second. */
  readonly before: readonly (readonly [number, number])[];
  /** The step's process was not alive, so nothing was done. */
  readonly skipped: boolean;
}

const KINDS = ["presence", "absence", "message", "yield", "spawned"] as const;

/** One line of a trace: every field of it counts when two are compared. */
export interface TraceEvent extends Fields {
  readonly process: string;
  readonly event: (typeof KINDS)[number];
  /** Not of a yield or a spawn continuation. */
  readonly endpoint?: EndpointId;
  readonly meta?: boolean;
}

export function parseTrace(json: unknown, at: string): Trace {
  const trace = fields(json, at);
  return {
    boot: parseSnapshot(trace["boot"], `${at}.boot`),
    steps: list(trace["steps"], `${at}.steps`, parseSnapshot),
  };
}

function parseSnapshot(json: unknown, at: string): Snapshot {
  const snapshot = fields(json, at);
  const events = list(snapshot["events"], `${at}.events`, parseEvent);
  const index = (value: unknown, indexAt: string): number => {
    if (typeof value === "number" && events[value] !== undefined) return value;
    throw expected(indexAt, `the index of one of the ${events.length} events`, value);
  };
  return {
    events,
    alive: list(snapshot["alive"], `${at}.alive`, string),
    order: oneOf(snapshot["order"], `${at}.order`, ORDERS),
    before: optional(snapshot["before"], `${at}.before`, (pairs, pairsAt) => list(pairs, pairsAt, pairOf(index))) ?? [],
    skipped: optional(snapshot["skipped"], `${at}.skipped`, boolean) ?? false,
  };
}

function pairOf<T>(parse: (json: unknown, at: string) => T): (json: unknown, at: string) => readonly [T, T] {
  return (json, at) => {
    if (!Array.isArray(json) || json.length !== 2) throw expected(at, "a pair [first, second]", json);
    return [parse(json[0], `${at}[0]`), parse(json[1], `${at}[1]`)];
  };
}

function parseEvent(json: unknown, at: string): TraceEvent {
  const event = fields(json, at);
  const process = string(event["process"], `${at}.process`);
  const kind = oneOf(event["event"], `${at}.event`, KINDS);
  if (kind === "yield" || kind === "spawned") return { ...event, process, event: kind };
  return { ...event, process, event: kind, endpoint: endpointId(event["endpoint"], `${at}.endpoint`) };
}
