import type { EndpointId } from "../../model/action.ts";
import type { EndpointEvent } from "../../model/event.ts";
import { driverError } from "../../messages/driver.ts";
import { MarketplaceError } from "../../terms/error.ts";
import { type Json, termToJson } from "../../terms/json.ts";
import type { Term } from "../../terms/term.ts";
import type { Fields } from "./check.ts";
import type { TraceEvent } from "./trace.ts";

/** An invocation of an endpoint's handler, as a trace has it. */
export function recordEvent(process: string, endpoint: EndpointId, isMeta: boolean, event: EndpointEvent): TraceEvent {
  const { orientation, topic, interestType } = event.role;
  const { json, vars } = recordTerm(topic);
  return {
    process,
    endpoint,
    ...(isMeta && { meta: true as const }),
    event: event.type,
    orientation,
    topic: json,
    ...(vars && { vars }),
    interest: interestType,
    ...(event.type === "message" && { message: recordTerm(event.body).json }),
    ...(event.type === "absence" && recordReason(event.reason)),
  };
}

/** No reason is recorded as false, what the runtime itself has against an action by its code. */
function recordReason(reason: unknown): Fields {
  if (reason === undefined) return { reason: false };
  if (reason instanceof MarketplaceError) {
    return { reason: reason.code, reasonIsException: true, reasonIsInternal: true };
  }
  if (reason instanceof Error) return { reason: reason.message, reasonIsException: true };
  // An error that has crossed a bridge; those of the runtime have codes in capitals.
  if (driverError.isGround(reason)) {
    const { code, message } = reason;
    return code === "Error"
      ? { reason: message, reasonIsException: true }
      : { reason: code, reasonIsException: true, reasonIsInternal: true };
  }
  return { reason: recordTerm(reason).json };
}

interface RecordedTerm {
  readonly json: Json;
  /** Which wildcards are the same, as numbers in the order in which they stand; only where one occurs twice. */
  readonly vars: readonly number[] | undefined;
}

/** A term with every wildcard written as `{"$":"?"}`. */
function recordTerm(term: Term): RecordedTerm {
  const vars: number[] = [];
  const numbers = new Map<string, number>();
  let distinct = 0;
  const wildcard = (name: string, key: string): Json => {
    const number = numbers.get(key) ?? distinct++;
    if (name !== "?") numbers.set(key, number);
    vars.push(number);
    return { $: "?" };
  };
  const walk = (json: Json, tail = false): Json => {
    if (json === null || typeof json !== "object") return json;
    if (isList(json)) return json.map((item) => walk(item));
    // The tail of a list is never the same wildcard as an element, whatever their names.
    if (typeof json["$"] === "string") return wildcard(json["$"], `${tail ? "..." : ""}${json["$"]}`);
    if (isList(json["pair"])) return { pair: json["pair"].map((item, i) => walk(item, i === 1)) };
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, walk(value)]));
  };
  const json = walk(termToJson(term));
  return { json, vars: distinct < vars.length ? vars : undefined };
}

function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}
