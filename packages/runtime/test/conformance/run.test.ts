import { describe, expect, it } from "vitest";
import { VectorError } from "../../src/testing/conformance/check.ts";
import { runVector } from "../../src/testing/conformance/run.ts";

const none = { events: [], alive: ["A"], order: "total" };

const echo = {
  scenario: {
    name: "echo",
    processes: {
      A: {
        do: [{ op: "endpoint", id: "s", orientation: "subscriber", interest: "participant", topic: ["t", { $: "?" }] }],
      },
    },
    steps: [
      { in: "A", do: [{ op: "send", body: ["t", 1], orientation: "publisher" }] },
      { in: "A", do: [{ op: "quit" }] },
      { in: "A", do: [] },
    ],
  },
  trace: {
    boot: none,
    steps: [
      {
        ...none,
        events: [
          {
            process: "A",
            endpoint: "s",
            event: "message",
            orientation: "publisher",
            topic: ["t", 1],
            interest: "participant",
            message: ["t", 1],
          },
        ],
      },
      { ...none, alive: [] },
      { ...none, alive: [], skipped: true },
    ],
  },
};

/** A copy of `echo` in which what `path` leads to is `value`, or nothing. */
function echoWith(path: string, value: unknown): unknown {
  const copy = structuredClone(echo) as unknown;
  const keys = path.split(".");
  const last = keys.pop()!;
  let place = copy as { [key: string]: unknown };
  for (const key of keys) place = place[key] as { [key: string]: unknown };
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

describe("runVector", () => {
  it("says ok of a scenario that goes as recorded", () => {
    expect(runVector(echo)).toEqual({ ok: true });
  });

  it("names the first step that differs", () => {
    expect(runVector(echoWith("trace.steps.1.alive", ["A"]))).toMatchObject({ ok: false, step: 1 });
    expect(runVector(echoWith("trace.steps.2.skipped", undefined))).toMatchObject({ ok: false, step: 2 });
    expect(runVector(echoWith("trace.boot.alive", ["A", "B"]))).toEqual({
      ok: false,
      step: "boot",
      difference: { subject: "alive", expected: '["A","B"]', came: '["A"]' },
    });
  });
});

describe("runVector refuses what is no vector, and says where:", () => {
  const endpoint = "scenario.processes.A.do.0";
  it.each<[path: string, value: unknown, message: string]>([
    ["scenario", undefined, "x.json: scenario: expected an object, got nothing"],
    ["scenario.name", 7, "x.json: scenario.name: expected a string, got 7"],
    ["scenario.keepAlive", "no", 'x.json: scenario.keepAlive: expected true or false, got "no"'],
    ["scenario.processes", [], "x.json: scenario.processes: expected an object, got []"],
    ["scenario.processes.A.process", 1, "x.json: scenario.processes.A.process: expected a string, got 1"],
    ["scenario.processes.A.boot", [], "x.json: scenario.processes.A: expected no field but process, do, got boot"],
    ["scenario.steps", {}, "x.json: scenario.steps: expected a list, got {}"],
    ["scenario.steps.1.in", undefined, "x.json: scenario.steps[1].in: expected a string, got nothing"],
    [
      "scenario.steps.1.do.0.op",
      "leave",
      'x.json: scenario.steps[1].do[0].op: expected one of endpoint, delete, send, quit, spawn, vm, meta, yield, raise, cons, garbage, unknown, got "leave"',
    ],
    ["scenario.steps.1.do.0", "quit", 'x.json: scenario.steps[1].do[0]: expected an object, got "quit"'],
    [
      "scenario.steps.1.do.0.whom",
      "A",
      "x.json: scenario.steps[1].do[0]: expected no field but op, who, reason, got whom",
    ],
    [`${endpoint}.id`, null, "x.json: scenario.processes.A.do[0].id: expected a string or a number, got null"],
    [
      `${endpoint}.interest`,
      "some",
      'x.json: scenario.processes.A.do[0].interest: expected one of participant, observer, everything, got "some"',
    ],
    [
      `${endpoint}.onMessage`,
      [{ op: "raise" }],
      "x.json: scenario.processes.A.do[0].onMessage[0].message: expected a string, got nothing",
    ],
    [
      "trace.boot.order",
      "some",
      'x.json: trace.boot.order: expected one of total, perProcess, perEndpoint, multiset, got "some"',
    ],
    [
      "trace.steps.0.before",
      [[0, 1]],
      "x.json: trace.steps[0].before[0][1]: expected the index of one of the 1 events, got 1",
    ],
    ["trace.steps.0.before", [[0]], "x.json: trace.steps[0].before[0]: expected a pair [first, second], got [0]"],
    [
      "trace.steps.0.events.0.process",
      undefined,
      "x.json: trace.steps[0].events[0].process: expected a string, got nothing",
    ],
    [
      "trace.steps.0.events.0.endpoint",
      undefined,
      "x.json: trace.steps[0].events[0].endpoint: expected a string or a number, got nothing",
    ],
    ["trace.steps", [], "x.json: trace.steps: expected a snapshot for each of 3 steps, got 0"],
  ])("%s = %j", (path, value, message) => {
    expect(() => runVector(echoWith(path, value), "x.json")).toThrow(new VectorError(message));
  });

  it("a term that is none", () => {
    const vector = echoWith(`${endpoint}.topic`, { no: "term" });
    expect(() => runVector(vector, "x.json")).toThrow(VectorError);
    expect(() => runVector(vector, "x.json")).toThrow(/^x\.json: scenario\.processes\.A\.do\[0\]\.topic: /);
  });
});
