import { describe, expect, it } from "vitest";
import type { Json } from "../../src/terms/json.ts";
import { compare } from "../../src/testing/conformance/compare.ts";
import type { Observation } from "../../src/testing/conformance/interpreter.ts";
import type { EventOrder, Snapshot, TraceEvent } from "../../src/testing/conformance/trace.ts";

const ORDERS: readonly EventOrder[] = ["total", "perProcess", "perEndpoint", "multiset"];

function message(process: string, endpoint: string, body: Json): TraceEvent {
  const interest = "participant";
  return { process, endpoint, event: "message", orientation: "publisher", topic: body, interest, message: body };
}

function absence(reason: Json, exception?: "thrown" | "internal"): TraceEvent {
  return {
    process: "A",
    endpoint: "s",
    event: "absence",
    orientation: "publisher",
    topic: "t",
    interest: "participant",
    reason,
    ...(exception && { reasonIsException: true }),
    ...(exception === "internal" && { reasonIsInternal: true }),
  };
}

function snapshot(events: readonly TraceEvent[], rules: Partial<Snapshot> = {}): Snapshot {
  return { events, alive: ["A", "B"], order: "total", before: [], skipped: false, ...rules };
}

function came(events: readonly TraceEvent[], alive: readonly string[] = ["A", "B"]): Observation {
  return { events, alive, skipped: false };
}

const s1 = message("A", "s", 1);
const s2 = message("A", "s", 2);
const r1 = message("A", "r", 1);
const b1 = message("B", "s", 1);

describe.each(ORDERS)("compare under the order rule %s", (order) => {
  const recorded = snapshot([s1, s2, r1, b1], { order });

  it("accepts the recorded events", () => {
    expect(compare(recorded, came([s1, s2, r1, b1]))).toBeUndefined();
  });

  it("finds an event that is missing", () => {
    expect(compare(recorded, came([s1, s2, r1]))).toMatchObject({ subject: "an event is missing" });
    expect(compare(snapshot([s1, s1], { order }), came([s1]))).toMatchObject({ subject: "an event is missing" });
  });

  it("finds an event that is too much", () => {
    expect(compare(recorded, came([s1, s2, r1, b1, message("C", "s", 1)]))).toMatchObject({
      subject: "an event is too much",
    });
    expect(compare(recorded, came([s1, s2, r1, b1, b1]))).toMatchObject({ subject: "an event is too much" });
  });

  it("finds another message, topic, reason or kind of reason", () => {
    expect(compare(recorded, came([s1, s2, r1, { ...b1, message: 2 }]))).toBeDefined();
    expect(compare(recorded, came([s1, s2, r1, { ...b1, topic: { $: "?" } }]))).toBeDefined();
    expect(compare(snapshot([absence("x")], { order }), came([absence("y")]))).toBeDefined();
    expect(compare(snapshot([absence(false)], { order }), came([absence(null)]))).toBeDefined();
    expect(compare(snapshot([absence("x", "thrown")], { order }), came([absence("x")]))).toBeDefined();
    expect(compare(snapshot([absence("x")], { order }), came([absence("x", "thrown")]))).toBeDefined();
    expect(compare(snapshot([absence("X", "thrown")], { order }), came([absence("X", "internal")]))).toBeDefined();
  });

  it("finds wildcards that are not the same where they were, and an endpoint at another level", () => {
    const topic = [{ $: "?" }, { $: "?" }];
    expect(compare(snapshot([{ ...s1, topic, vars: [0, 0] }], { order }), came([{ ...s1, topic }]))).toBeDefined();
    expect(compare(snapshot([{ ...s1, topic }], { order }), came([{ ...s1, topic, vars: [0, 0] }]))).toBeDefined();
    expect(compare(snapshot([{ ...s1, meta: true }], { order }), came([s1]))).toBeDefined();
  });

  it("finds somebody who should have died, or should not have", () => {
    expect(compare(recorded, came(recorded.events, ["A", "B", "C"]))).toMatchObject({ subject: "alive" });
    expect(compare(recorded, came(recorded.events, ["A"]))).toMatchObject({ subject: "alive" });
  });

  it("finds a pair of `before` that came in the other order, and accepts it in the recorded one", () => {
    const pair = snapshot([s1, b1], { order, before: [[0, 1]] });
    expect(compare(pair, came([s1, b1]))).toBeUndefined();
    expect(compare(pair, came([b1, s1]))).toBeDefined();
  });

  it("takes the n-th of equal events for the n-th recorded one", () => {
    // The first s1 came before b1, b1 before the second s1.
    const between = snapshot([s1, b1, s1], {
      order,
      before: [
        [0, 1],
        [1, 2],
      ],
    });
    expect(compare(between, came([s1, b1, s1]))).toBeUndefined();
    expect(compare(between, came([s1, s1, b1]))).toBeDefined();
    expect(compare(between, came([b1, s1, s1]))).toBeDefined();
  });

  it("finds a step that was performed though its process should be dead, and the other way round", () => {
    expect(compare(snapshot([], { order, skipped: true }), came([]))).toMatchObject({ subject: "the step is" });
    expect(compare(snapshot([], { order }), { ...came([]), skipped: true })).toMatchObject({ subject: "the step is" });
  });
});

describe("compare tells swapped events apart where the order rule does", () => {
  const swaps = {
    "of one endpoint": [
      [s1, s2],
      [s2, s1],
    ],
    "of one process": [
      [s1, r1],
      [r1, s1],
    ],
    "of two processes": [
      [s1, b1],
      [b1, s1],
    ],
  } as const;
  const found: { readonly [order in EventOrder]: readonly (keyof typeof swaps)[] } = {
    total: ["of one endpoint", "of one process", "of two processes"],
    perProcess: ["of one endpoint", "of one process"],
    perEndpoint: ["of one endpoint"],
    multiset: [],
  };
  for (const order of ORDERS) {
    for (const [which, [before, after]] of Object.entries(swaps)) {
      const isFound = found[order].some((each) => each === which);
      it(`${order}: two events ${which} ${isFound ? "may not" : "may"} be swapped`, () => {
        expect(compare(snapshot(before, { order }), came(after)) !== undefined).toBe(isFound);
      });
    }
  }
});

it("compare under perEndpoint leaves the order of what is no endpoint's to the pairs of `before`", () => {
  const yields: readonly TraceEvent[] = [1, 2].map((note) => ({ process: "A", event: "yield", note }));
  expect(compare(snapshot(yields, { order: "perEndpoint" }), came(yields.toReversed()))).toBeUndefined();
  expect(
    compare(snapshot(yields, { order: "perEndpoint", before: [[0, 1]] }), came(yields.toReversed())),
  ).toBeDefined();
  expect(compare(snapshot(yields, { order: "perProcess" }), came(yields.toReversed()))).toBeDefined();
});

describe("compare takes the text of an internal error", () => {
  it("for what it is where that is a code", () => {
    const recorded = snapshot([absence("ROLE_MISMATCH", "internal")]);
    expect(compare(recorded, came([absence("ROLE_MISMATCH", "internal")]))).toBeUndefined();
    expect(compare(recorded, came([absence("UNKNOWN_ACTION", "internal")]))).toBeDefined();
  });

  it("as no part of the event where it is in another implementation's words", () => {
    const recorded = snapshot([absence("match: no matching clause", "internal")]);
    expect(compare(recorded, came([absence("ROLE_MISMATCH", "internal")]))).toBeUndefined();
    expect(compare(recorded, came([absence("ROLE_MISMATCH", "thrown")]))).toBeDefined();
  });
});
