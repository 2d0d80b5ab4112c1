import { describe, expect, test } from "vitest";
import * as runtime from "@marketplace/runtime";
import { FakeHost } from "../../src/testing/fake-host.ts";
import { simulate } from "../../src/testing/simulate.ts";

const {
  atMetaLevel,
  deleteEndpoint,
  groundVm,
  nameEndpoint,
  nameProcess,
  observePublishers,
  on,
  publisher,
  quit,
  sendFeedback,
  sendMessage,
  spawn,
  spawnVm,
  subscriber,
  yieldThen,
} = runtime;

/** Each call, and what its complaint has to say. The arguments are what JavaScript, or an `any`, lets through. */
const mistakes: readonly [call: string, run: () => unknown, code: string, says: RegExp][] = [
  ["publisher()", () => (publisher as any)(), "BAD_TERM", /publisher: topic.*undefined/],
  ["subscriber(NaN)", () => subscriber(Number.NaN), "BAD_TERM", /subscriber: topic.*NaN/],
  ["subscriber(topic, null)", () => subscriber("t", null as any), "BAD_ARGUMENT", /handlers.*onPresence.*null/],
  [
    "subscriber(topic, function)",
    () => subscriber("t", (() => {}) as any),
    "BAD_ARGUMENT",
    /handlers.*object.*function/,
  ],
  [
    "subscriber with onMesage",
    () => subscriber("t", { onMesage: () => {} } as any),
    "BAD_ARGUMENT",
    /onMessage.*onMesage/,
  ],
  [
    "subscriber with onMessage 3",
    () => subscriber("t", { onMessage: 3 as any }),
    "BAD_ARGUMENT",
    /onMessage.*function.*3/,
  ],
  [
    "subscriber with a clause of one",
    () => subscriber("t", { onMessage: [["p"]] as any }),
    "BAD_ARGUMENT",
    /onMessage\[0\]/,
  ],
  [
    "subscriber with onPresence null",
    () => subscriber("t", { onPresence: null as any }),
    "BAD_ARGUMENT",
    /onPresence.*function.*null/,
  ],
  [
    "subscriber with id NaN",
    () => subscriber("t", {}, { id: Number.NaN }),
    "BAD_ARGUMENT",
    /id.*string or a finite number.*NaN/,
  ],
  [
    "subscriber with interest 'all'",
    () => subscriber("t", {}, { interest: "all" as any }),
    "BAD_ARGUMENT",
    /interest.*"participant".*all/,
  ],
  [
    "observePublishers as participant",
    () => observePublishers("t", {}, { interest: "participant" as any }),
    "BAD_ARGUMENT",
    /"observer" or "everything"/,
  ],
  ["on(pattern)", () => on("p", undefined as any), "BAD_ARGUMENT", /on: handler.*function.*undefined/],
  ["nameEndpoint(id, nothing)", () => nameEndpoint("a", undefined as any), "BAD_ARGUMENT", /nameEndpoint: action/],
  [
    "nameProcess(3, spawn)",
    () =>
      nameProcess(
        3 as any,
        spawn(() => undefined),
      ),
    "BAD_ARGUMENT",
    /nameProcess: name.*string.*3/,
  ],
  [
    "nameProcess(name, message)",
    () => nameProcess("n", sendMessage("x") as any),
    "BAD_ARGUMENT",
    /spawn\(\) or spawnVm\(\)/,
  ],
  ["sendMessage()", () => (sendMessage as any)(), "BAD_TERM", /sendMessage: body.*undefined/],
  [
    "sendMessage(body, 'up')",
    () => sendMessage("x", "up" as any),
    "BAD_ARGUMENT",
    /orientation.*"publisher" or "subscriber".*up/,
  ],
  ["sendFeedback(Infinity)", () => sendFeedback([Infinity]), "BAD_TERM", /sendFeedback: body.*Infinity/],
  ["deleteEndpoint()", () => (deleteEndpoint as any)(), "BAD_ARGUMENT", /deleteEndpoint: id/],
  ["spawn(a state)", () => spawn({ count: 0 } as any), "BAD_ARGUMENT", /spawn: boot.*function/],
  [
    "spawn with onSpawned 3",
    () => spawn(() => undefined, { onSpawned: 3 as any }),
    "BAD_ARGUMENT",
    /onSpawned.*function.*3/,
  ],
  ["spawn with name 3", () => spawn(() => undefined, { name: 3 as any }), "BAD_ARGUMENT", /name.*string.*3/],
  ["spawnVm()", () => (spawnVm as any)(), "BAD_ARGUMENT", /spawnVm: boot.*function.*undefined/],
  [
    "spawnVm with limits.processes 0",
    () => spawnVm(() => undefined, { limits: { processes: 0 } }),
    "BAD_ARGUMENT",
    /limits.processes.*positive.*0/,
  ],
  ["quit(3)", () => quit(3 as any), "BAD_ARGUMENT", /quit: options.*object.*3/],
  ["quit({ pid: -1 })", () => quit({ pid: -1 }), "BAD_ARGUMENT", /quit: pid.*PID.*-1/],
  ["yieldThen(actions)", () => yieldThen([] as any), "BAD_ARGUMENT", /yieldThen: then.*function/],
  ["atMetaLevel()", () => (atMetaLevel as any)(), "BAD_ARGUMENT", /atMetaLevel: action.*undefined/],
  ["quit(an error)", () => quit(new Error("why") as any), "BAD_ARGUMENT", /quit: options.*object.*why/],
  ["deleteEndpoint(NaN)", () => deleteEndpoint(Number.NaN), "BAD_ARGUMENT", /deleteEndpoint: id.*finite number.*NaN/],
  [
    "sequenceActions(actions)",
    () => runtime.sequenceActions([] as any),
    "BAD_ARGUMENT",
    /sequenceActions: first.*transition\(\).*\[\]/,
  ],
  ["eventRelay()", () => (runtime.eventRelay as any)(), "BAD_ARGUMENT", /eventRelay: selfId.*string.*undefined/],
  ["timerRelay(3)", () => runtime.timerRelay(3 as any), "BAD_ARGUMENT", /timerRelay: selfId.*string.*3/],
  [
    "supervise with name 3",
    () => runtime.supervise(() => undefined, { name: 3 as any }),
    "BAD_ARGUMENT",
    /supervise: name.*string.*3/,
  ],
  [
    "onDemand with name 3",
    () => runtime.onDemand(runtime.wild("who"), () => undefined, { name: 3 as any }),
    "BAD_ARGUMENT",
    /onDemand: name.*string.*3/,
  ],
  ["formatTerm(term, 80)", () => runtime.formatTerm("x", 80 as any), "BAD_ARGUMENT", /options.*maxLength.*80/],
  ["parseTerm(text, null)", () => runtime.parseTerm("1", null as any), "BAD_ARGUMENT", /options.*records.*null/],
  [
    "termToJson with an unknown option",
    () => runtime.termToJson(1, { opaque: 1 } as any),
    "BAD_ARGUMENT",
    /only opaqueId.*opaque/,
  ],
  [
    "termFromJson with an unknown option",
    () => runtime.termFromJson(1, { record: 1 } as any),
    "BAD_ARGUMENT",
    /only records, opaque.*record/,
  ],
  [
    "termFromJson with an opaque() that returns nothing",
    () => runtime.termFromJson({ opaque: 7, text: "" }, { opaque: () => undefined as any }),
    "BAD_TERM",
    /opaque\(7\) returned.*undefined/,
  ],
  ["new RecordTable()", () => new (runtime.RecordTable as any)(), "BAD_ARGUMENT", /RecordTable: types.*undefined/],
  ["groundVm()", () => (groundVm as any)(), "BAD_ARGUMENT", /groundVm: boot.*function.*undefined/],
  [
    "groundVm with a signal that is none",
    () => groundVm(() => undefined, { signal: {} as any }),
    "BAD_ARGUMENT",
    /AbortSignal/,
  ],
  [
    "groundVm with half a signal",
    () => groundVm(() => undefined, { signal: { addEventListener() {} } as any }),
    "BAD_ARGUMENT",
    /AbortSignal/,
  ],
  [
    "groundVm with tracer 3",
    () => groundVm(() => undefined, { tracer: 3 as any }),
    "BAD_ARGUMENT",
    /tracer.*recorder\(\).*3/,
  ],
  [
    "groundVm with linger 1",
    () => groundVm(() => undefined, { linger: 1 as any }),
    "BAD_ARGUMENT",
    /linger.*boolean.*1/,
  ],
  [
    "groundVm with half a host",
    () => groundVm(() => undefined, { host: { now: Date.now } as any }),
    "BAD_ARGUMENT",
    /host\.monotonic/,
  ],
  [
    "groundVm with an unknown option",
    () => groundVm(() => undefined, { hosts: 1 } as any),
    "BAD_ARGUMENT",
    /only host, signal, onWarning.*hosts/,
  ],
  [
    "simulate(seed 1.5)",
    () => simulate(() => undefined, { seed: 1.5 }),
    "BAD_ARGUMENT",
    /simulate: seed.*integer.*1\.5/,
  ],
  ["FakeHost.advance(-1)", () => new FakeHost().advance(-1), "BAD_ARGUMENT", /milliseconds.*-1/],
];

describe("a mistake is told at the call, with what was expected and what came", () => {
  test.each(mistakes)("%s", (_call, run, code, says) => {
    expect(run).toThrow(expect.objectContaining({ code, message: expect.stringMatching(says) }));
  });
});
