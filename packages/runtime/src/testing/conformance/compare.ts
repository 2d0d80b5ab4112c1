import type { Json } from "../../terms/json.ts";
import type { Observation } from "./interpreter.ts";
import type { EventOrder, Snapshot, TraceEvent } from "./trace.ts";

/** The first thing in which what came is not what was recorded. */
export interface Difference {
  /** What was compared. */
  readonly subject: string;
  readonly expected: string;
  readonly came: string;
}

/** Compares by the rules that the recorded snapshot gives. */
export function compare(recorded: Snapshot, came: Observation): Difference | undefined {
  return compareSkipped(recorded, came) ?? compareEvents(recorded, came) ?? compareAlive(recorded, came);
}

function compareSkipped(recorded: Snapshot, came: Observation): Difference | undefined {
  if (recorded.skipped === came.skipped) return undefined;
  const [skipped, performed] = ["skipped, its process being dead", "performed"];
  return recorded.skipped
    ? { subject: "the step is", expected: skipped, came: performed }
    : { subject: "the step is", expected: performed, came: skipped };
}

function compareAlive(recorded: Snapshot, came: Observation): Difference | undefined {
  const expected = JSON.stringify(recorded.alive);
  const alive = JSON.stringify(came.alive);
  return expected === alive ? undefined : { subject: "alive", expected, came: alive };
}

function compareEvents(recorded: Snapshot, came: Observation): Difference | undefined {
  const asText = textOfEvents(recorded.events);
  const expected = recorded.events.map(asText);
  const texts = came.events.map(asText);

  const places = placesIn(texts, expected);
  const missing = places.indexOf(undefined);
  if (missing !== -1)
    return { subject: "an event is missing", expected: expected[missing]!, came: "none, or fewer of it" };
  const extra = placesIn(expected, texts).indexOf(undefined);
  if (extra !== -1) return { subject: "an event is too much", expected: "none, or fewer of it", came: texts[extra]! };

  const groupOf = GROUPS[recorded.order];
  const queues = new Map<string, string[]>();
  recorded.events.forEach((event, i) => {
    const group = groupOf(event, expected[i]!);
    const queue = queues.get(group);
    if (queue === undefined) queues.set(group, [expected[i]!]);
    else queue.push(expected[i]!);
  });
  for (const [i, event] of came.events.entries()) {
    const next = queues.get(groupOf(event, texts[i]!))?.shift();
    if (next !== texts[i]) {
      return { subject: `the order of events (${recorded.order})`, expected: next ?? "none", came: texts[i]! };
    }
  }
  for (const [first, second] of recorded.before) {
    if (places[first]! > places[second]!) {
      const inOrder = `${expected[first]}, then ${expected[second]}`;
      return { subject: "the order of two events", expected: inOrder, came: "the second before the first" };
    }
  }
  return undefined;
}

/** Which events are to come in the order in which they were recorded: those of one group. */
const GROUPS: { readonly [order in EventOrder]: (event: TraceEvent, text: string) => string } = {
  total: () => "",
  perProcess: (event) => event.process,
  // Yields and spawn continuations are no endpoint's.
  perEndpoint: ({ process, meta, endpoint }, text) =>
    endpoint === undefined ? text : JSON.stringify([process, meta, endpoint]),
  multiset: (_, text) => text,
};

/** For each of `texts`, where in `list` it is; the n-th of equal ones is the n-th there. */
function placesIn(list: readonly string[], texts: readonly string[]): (number | undefined)[] {
  const places = new Map<string, number[]>();
  list.forEach((text, place) => {
    const known = places.get(text);
    if (known === undefined) places.set(text, [place]);
    else known.push(place);
  });
  return texts.map((text) => places.get(text)?.shift());
}

/** What an error code looks like. Where one is recorded as the text of an internal error, it counts; any other text does not. */
function isCode(reason: Json | undefined): boolean {
  return typeof reason === "string" && /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(reason);
}

/** A text for each event, equal if and only if the events are. */
function textOfEvents(recorded: readonly TraceEvent[]): (event: TraceEvent) => string {
  const codesCount = recorded.every(({ reason, reasonIsInternal }) => !reasonIsInternal || isCode(reason));
  return (event) => {
    const { process, event: kind, endpoint, reason, ...rest } = event;
    const reasonCounts = codesCount || !event["reasonIsInternal"];
    return canonical({ process, endpoint, event: kind, ...sorted(rest), ...(reasonCounts && { reason }) });
  };
}

function sorted(object: object): { readonly [key: string]: Json } {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The JSON text with the keys of the objects within in alphabetical order. */
function canonical(event: { readonly [field: string]: Json | undefined }): string {
  return JSON.stringify(event, (_, value: unknown) =>
    value === event || typeof value !== "object" || value === null || Array.isArray(value) ? value : sorted(value),
  );
}
