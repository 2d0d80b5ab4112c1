/// <reference types="vite/client" />

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMMANDS, decodeServerFrame } from "../../src/inspect/frames.ts";
import { Recorder } from "../../src/inspect/recorder.ts";
import { COLUMNS, itemFromRow, rowFromItem } from "../../src/inspect/rows.ts";
import { TermPost } from "../../src/inspect/term-post.ts";
import { rowOf } from "../../src/inspect/write-entry.ts";
import { Machine } from "../../src/vm/machine.ts";
import { atMost, bootAll, program } from "./program.ts";

const [page = ""] = Object.values(
  import.meta.glob<string>("../../../../docs/inspector-protocol.md", { eager: true, query: "?raw", import: "default" }),
);

describe("rows", () => {
  test("itemFromRow reads every row that is written of what happens in a random program, and rowFromItem writes it again", () => {
    fc.assert(
      fc.property(program, fc.constantFrom("none" as const, "small" as const), (scripts, bodies) => {
        const recorder = new Recorder(1e9, () => 1.5);
        new Machine(
          bootAll(scripts, () => {}),
          { tracer: recorder },
        ).run(atMost(1000));
        const writer = new TermPost().writer(bodies);
        recorder.ring.forward(1, (entry) => {
          const row: unknown = JSON.parse(JSON.stringify(rowOf(entry, writer)));
          expect(rowFromItem(itemFromRow(row))).toEqual(row);
          return true;
        });
      }),
      { numRuns: 50 },
    );
  });

  test.each<[string, unknown]>([
    ["no list", {}],
    ["of an unknown kind", [99, 1, 0, 0]],
    ["of a kind that is no number", ["__proto__", 1, 0, 0]],
    ["without an id", [1]],
    ["whose process is no path", [1, 1, 0, 0, "<script>", 1]],
    ["with a column missing", [1, 1, 0, 0, "1"]],
    ["of a gap that is not whole", [0, 1, 2]],
    ["of an exit whose reason is text", [11, 1, 0, 0, "1", "quit", "reason"]],
    ["of a message to something that is no endpoint", [2, 1, 0, 0, "1", 0, "publisher", { term: 1 }, ["1"], false]],
  ])("itemFromRow refuses a row %s", (_, row) => {
    expect(() => itemFromRow(row)).toThrow(expect.objectContaining({ code: "BAD_FRAME" }));
  });

  test("decodeServerFrame refuses what is no frame of a program", () => {
    const frames = [
      "{",
      "[]",
      '{"type":"hello"}',
      '{"type":"toString"}',
      '{"type":"events","frame":1,"rows":{}}',
      '{"type":"welcome","protocol":2}',
    ];
    for (const frame of frames)
      expect(() => decodeServerFrame(frame)).toThrow(expect.objectContaining({ code: "BAD_FRAME" }));
  });
});

describe("docs/inspector-protocol.md tells", () => {
  test("the number, the kind and the columns of every event", () => {
    COLUMNS.forEach(([kind, columns], i) => {
      const names = columns.map(([name]) => name).join(", ");
      expect(page).toContain(`| ${i + 1} | ${kind} | ${names} |`);
    });
  });

  test("every command, and which of them are control", () => {
    for (const [name, { fields, control }] of Object.entries(COMMANDS)) {
      const row = page.split("\n").find((line) => line.startsWith(`| ${name} |`)) ?? "";
      expect(row.includes("control:") || row.includes("control |"), name).toBe(control);
      for (const field of Object.keys(fields)) expect(row, name).toContain(field);
    }
  });
});
