import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groundOf } from "../../src/vm/ground-vm.ts";
import { liveTree } from "./live-tree.ts";
import { Room } from "./room.ts";
import { Viewer } from "./viewer.ts";

const HELLO = '{"type":"hello","protocol":1}';

/** What a viewer is told that sends these as its first frames. */
function failure(...frames: unknown[]): string | undefined {
  const room = new Room();
  const viewer = Viewer.silent(room.vm, room.host);
  for (const frame of frames) viewer.raw(frame);
  viewer.flush();
  expect(viewer.closed).toBe(viewer.failed !== undefined);
  expect(groundOf(room.vm).machine.tracer === null).toBe(viewer.closed);
  return viewer.failed?.code;
}

describe("a frame that breaks the protocol ends that viewer's connection with a code:", () => {
  test.each([
    ["not JSON", "{", "BAD_FRAME"],
    ["nothing", "", "BAD_FRAME"],
    ["no object", "[]", "BAD_FRAME"],
    ["null", "null", "BAD_FRAME"],
    ["bytes", new Uint8Array([1, 2]), "BAD_FRAME"],
    ["no text at all", undefined, "BAD_FRAME"],
    ["an unknown type", '{"type":"hi"}', "BAD_FRAME"],
    ["a type that every object has", '{"type":"constructor"}', "BAD_FRAME"],
    ["a hello with a history that is no number", '{"type":"hello","protocol":1,"history":"all"}', "BAD_FRAME"],
    ["a hello with an infinite history", '{"type":"hello","protocol":1,"history":1e999}', "BAD_FRAME"],
    ["a hello with an unknown mode of bodies", '{"type":"hello","protocol":1,"bodies":"all"}', "BAD_FRAME"],
    ["another version", '{"type":"hello","protocol":2}', "PROTOCOL_VERSION"],
    ["an ack before hello", '{"type":"ack","frame":0}', "NOT_GREETED"],
    ["a request before hello", '{"type":"request","request":1,"command":"pause"}', "NOT_GREETED"],
    ["more than a megabyte", `{"type":"hello","protocol":1,"token":"${"x".repeat(1_048_576)}"}`, "FRAME_TOO_LARGE"],
    ["a hundred thousand brackets", "[".repeat(100_000), "BAD_FRAME"],
  ])("%s", (_, frame, code) => {
    expect(failure(frame)).toBe(code);
  });

  test.each([
    ["a second hello", HELLO, "NOT_GREETED"],
    ["an ack of what was not sent", '{"type":"ack","frame":999}', "BAD_ACK"],
    ["an ack that is negative", '{"type":"ack","frame":-1}', "BAD_FRAME"],
    ["a request without a number", '{"type":"request","command":"pause"}', "BAD_FRAME"],
  ])("after hello: %s", (_, frame, code) => {
    expect(failure(HELLO, frame)).toBe(code);
  });

  test("an ack that goes back", () => {
    expect(failure(HELLO, '{"type":"ack","frame":2}', '{"type":"ack","frame":1}')).toBe("BAD_ACK");
  });

  test("more than 64 requests whose answers are not acknowledged", () => {
    const requests = Array.from(
      { length: 80 },
      (_, i) => `{"type":"request","request":${i},"command":"bodies","mode":"none"}`,
    );
    const room = new Room();
    const viewer = Viewer.silent(room.vm, room.host);
    viewer.acknowledges = false;
    for (const frame of [HELLO, ...requests]) viewer.raw(frame);
    expect(viewer.failed?.code).toBe("TOO_MANY_REQUESTS");
    expect(viewer.closed).toBe(true);
  });
});

describe("a request that is wrong is refused with a code, and the connection goes on:", () => {
  const deep = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels)) as unknown;

  test.each<[string, object, string]>([
    ["no command", {}, "UNKNOWN_COMMAND"],
    ["an unknown one", { command: "eval" }, "UNKNOWN_COMMAND"],
    ["one that every object has", { command: "toString" }, "UNKNOWN_COMMAND"],
    ["a field missing", { command: "kill" }, "BAD_REQUEST"],
    ["a process that is no path", { command: "state", process: "../etc" }, "BAD_REQUEST"],
    ["a process named by a very long path", { command: "state", process: "1".repeat(100_000) }, "BAD_REQUEST"],
    ["a process many levels deep", { command: "state", process: Array(50_000).fill("1").join(".") }, "NO_SUCH_PROCESS"],
    ["a path of no numbers", { command: "state", process: "1", path: ["__proto__"] }, "BAD_REQUEST"],
    ["a path that goes on for ever", { command: "state", process: "1", path: Array(1000).fill(0) }, "BAD_REQUEST"],
    ["an event that is negative", { command: "value", event: -1 }, "BAD_REQUEST"],
    ["an orientation that there is not", { command: "inject", vm: "", body: 1, orientation: "both" }, "BAD_REQUEST"],
    [
      "a body that is no term",
      { command: "inject", vm: "", body: { nothing: 1 }, orientation: "publisher" },
      "BAD_TERM",
    ],
    ["a body that is too deep", { command: "inject", vm: "", body: deep(300), orientation: "publisher" }, "BAD_TERM"],
    ["a pattern with a bad wildcard", { command: "break", pattern: { $: "no name" }, kind: "any" }, "BAD_TERM"],
    ["a kind that there is not", { command: "break", pattern: 1, kind: "spawn" }, "BAD_REQUEST"],
    ["a VM that there is not", { command: "preview", vm: "0", body: 1, orientation: "publisher" }, "NO_SUCH_VM"],
  ])("%s", (_, command, code) => {
    const room = new Room();
    const viewer = Viewer.attach(room.vm, room.host);
    expect(viewer.refusal(command)).toBe(code);
    expect(viewer.closed).toBe(false);
    room.give("still here");
    viewer.flush();
    expect(viewer.of("message")).toHaveLength(2);
  });
});

test("a request with a field that is nested a hundred thousand times is refused", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const room = new Room();
  const viewer = Viewer.attach(room.vm, room.host);
  const frames = [
    `{"type":"request","request":1,"command":"inject","vm":"","orientation":"publisher","body":${deep}}`,
    `{"type":"request","request":2,"command":"state","process":"1","path":${deep}}`,
    `{"type":"request","request":3,"command":${deep}}`,
  ];
  for (const frame of frames) viewer.raw(frame);
  const refused = viewer.frames.filter((frame) => frame.type === "refusal");
  expect(refused.map(({ code }) => code)).toEqual(["BAD_TERM", "BAD_REQUEST", "UNKNOWN_COMMAND"]);
});

const anything = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record(
      {
        type: fc.constantFrom("hello", "ack", "request", "welcome", 1, null),
        protocol: fc.constantFrom(1, 2, "1"),
        frame: fc.oneof(fc.integer(), fc.double(), fc.string()),
        request: fc.oneof(fc.nat(), fc.string()),
        command: fc.constantFrom(
          "snapshot",
          "bodies",
          "value",
          "state",
          "preview",
          "inject",
          "break",
          "unbreak",
          "resume",
          "step",
          "kill",
          "x",
        ),
        process: fc.constantFrom("0", "1", "1.1", "", "outside", "9", 1, null),
        vm: fc.constantFrom("", "1", "outside", 0, null),
        event: fc.oneof(fc.integer(), fc.constant(null)),
        at: fc.oneof(fc.nat(), fc.constant("x")),
        path: fc.oneof(fc.array(fc.integer()), fc.jsonValue()),
        from: fc.oneof(fc.nat(), fc.string()),
        history: fc.oneof(fc.nat(), fc.double()),
        mode: fc.constantFrom("none", "small", "x"),
        bodies: fc.constantFrom("none", "small", undefined, 1),
        body: fc.jsonValue(),
        pattern: fc.jsonValue(),
        orientation: fc.constantFrom("publisher", "subscriber", "x"),
        kind: fc.constantFrom("any", "message", "x"),
        id: fc.oneof(fc.nat(), fc.string()),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);

test("whatever viewers send, other viewers and the VM go on", () => {
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 30 }), (frames) => {
      const room = new Room();
      const viewer = Viewer.attach(room.vm, room.host);
      const hostile = Viewer.silent(room.vm, room.host);
      hostile.raw(HELLO);
      for (const frame of frames) {
        hostile.raw(frame);
        room.host.settle();
      }
      hostile.leave();
      viewer.flush();
      // It may have killed what is there: a ground VM with nobody left in it has ended, and that is all.
      expect(viewer.closed).toBe(false);
      const tree = liveTree(groundOf(room.vm).machine.root);
      if (viewer.status.ended || tree["0"] === undefined) return;
      const before = viewer.of("message").length;
      room.give("still here");
      viewer.ask({ command: "bodies", mode: "small" });
      if (viewer.status.paused === null) expect(viewer.of("message").length).toBeGreaterThan(before);
    }),
    { numRuns: 300 },
  );
});
