import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MarketplaceError } from "../../src/terms/error.ts";
import { startRecording } from "../../src/inspect/attach.ts";
import type { Recording } from "../../src/inspect/protocol.ts";
import { readRecording, writeRecording } from "../../src/inspect/recording.ts";
import { Room } from "./room.ts";
import { Viewer } from "./viewer.ts";

/** A recording of something that has happened: a message, a crash, a kill, a state. */
function recorded(): Recording {
  const room = new Room();
  startRecording(room.vm);
  room.give("one");
  const viewer = Viewer.attach(room.vm, room.host, { history: 3 });
  viewer.ask({ command: "kill", process: "1" });
  const { run, target, started } = viewer.welcome;
  const { event, value } = viewer.ask({ command: "state", process: "1" });
  return {
    header: { type: "recording", protocol: 1, run, target, started },
    at: viewer.at - viewer.events.length,
    processes: viewer.processes,
    events: viewer.events,
    states: [{ type: "state", process: "1", event, value }],
  };
}

const text = (recording: Recording): string => [...writeRecording(recording)].join("");
const codeOf = (file: string, limit?: number): string => {
  try {
    readRecording(file, limit);
    return "none";
  } catch (error) {
    if (error instanceof MarketplaceError) return error.code;
    throw error;
  }
};

describe("a recording", () => {
  test("readRecording gives back what writeRecording was given", () => {
    const recording = recorded();
    expect(recording.events.map(({ kind }) => kind)).toContain("exit");
    expect(readRecording(text(recording))).toEqual(recording);
  });

  test("gaps and large trees come back too", () => {
    const { header } = recorded();
    const processes = Array.from({ length: 1200 }, (_, i) => ({ process: `${i}`, vm: false, since: 0, endpoints: [] }));
    const events = [
      { kind: "gap", id: 6, last: 10, count: 5 },
      { kind: "turn", id: 11, t: 1.5, cause: 0, process: "3", pending: 2 },
    ] as const;
    const recording: Recording = { header, at: 5, processes, events, states: [] };
    expect(readRecording(text(recording))).toEqual(recording);
  });

  test("line ends of other systems and empty lines do no harm", () => {
    const recording = recorded();
    expect(readRecording(text(recording).replaceAll("\n", "\r\n\n"))).toEqual(recording);
  });
});

describe("readRecording refuses", () => {
  const file = text(recorded());
  const lines = file.trimEnd().split("\n");

  test.each<[string, string, string]>([
    ["what is empty", "", "BAD_RECORDING"],
    ["what is no JSON", "hello", "BAD_RECORDING"],
    ["another kind of file", '{"type":"welcome"}', "BAD_RECORDING"],
    ["a later version", file.replace('"protocol":1', '"protocol":2'), "RECORDING_VERSION"],
    ["one without a snapshot", lines[0] as string, "BAD_RECORDING"],
    ["one with events before the snapshot", [lines[0], lines[2], lines[1]].join("\n"), "BAD_RECORDING"],
    ["one with two snapshots", [lines[0], lines[1], lines[1]].join("\n"), "BAD_RECORDING"],
    ["one with a hole between events", [lines[0], lines[1], lines[2], lines[2]].join("\n"), "BAD_RECORDING"],
    [
      "one that ends within its snapshot",
      [lines[0], lines[1]?.replace('"rest":0', '"rest":4')].join("\n"),
      "BAD_RECORDING",
    ],
    ["one that is cut off", file.slice(0, file.length - 20), "BAD_RECORDING"],
    [
      "a frame that does not belong there",
      [...lines, '{"type":"failed","code":"X","message":""}'].join("\n"),
      "BAD_RECORDING",
    ],
    ["a process whose path is something else", file.replace('"process":"0"', '"process":"<img>"'), "BAD_RECORDING"],
    [
      "a state that is not taken apart",
      [...lines, '{"type":"state","process":"1","event":1,"value":{"kind":1}}'].join("\n"),
      "BAD_RECORDING",
    ],
  ])("%s", (_, broken, code) => {
    expect(codeOf(broken)).toBe(code);
  });

  test("one that is too large, before it looks at it", () => {
    expect(codeOf(file, file.length)).toBe("none");
    expect(codeOf(file, file.length - 1)).toBe("RECORDING_TOO_LARGE");
  });

  test("and names the line", () => {
    expect(() => readRecording([lines[0], lines[1], "{"].join("\n"))).toThrow(/^line 3: /);
  });

  test("whatever has been done to a file, with a code and nothing else", () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.string({ maxLength: 3 }), fc.nat(5), (at, insert, cut) => {
        const code = codeOf(file.slice(0, at) + insert + file.slice(at + cut));
        expect(["none", "BAD_RECORDING", "RECORDING_VERSION"]).toContain(code);
      }),
      { numRuns: 1000 },
    );
  });
});
