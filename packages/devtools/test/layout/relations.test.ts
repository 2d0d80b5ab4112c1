import { describe, expect, test } from "vitest";
import { arrowsOf } from "../../src/layout/arrows.ts";
import { Meetings } from "../../src/layout/meetings.ts";
import { endpoint, exited, met, model, parted, process, ran, said, spawned } from "./made-up.ts";

describe("arrowsOf", () => {
  test("a message's arrows end where it was heard, when it was", () => {
    const of = model([], [said(1, "0", ["1:1", "2:2"]), ran(2, "1", 1), ran(3, "2", 1)]);
    expect(arrowsOf(of.log.at(0)!, 0, of).map(({ to, toPosition, heard }) => [to, toPosition, heard])).toEqual([
      ["1", 1, true],
      ["2", 2, true],
    ]);
  });

  test("a receiver in which nothing ran is told apart", () => {
    const of = model([], [said(1, "0", ["1:1"])]);
    expect(arrowsOf(of.log.at(0)!, 0, of)).toMatchObject([{ to: "1", heard: false }]);
  });

  test("what a VM passes on inwards has its arrow to the process inside, and none to the VM", () => {
    const of = model([], [said(1, "0", ["3:1"]), ran(2, "3.1", 1)]);
    expect(arrowsOf(of.log.at(0)!, 0, of).map(({ to }) => to)).toEqual(["3.1"]);
  });

  test("presence joins the two, and goes to who heard of it from the other", () => {
    const of = model([], [met(1, "0:0", "1:1"), { ...ran(2, "1", 1), kind: "activation" } as ReturnType<typeof ran>]);
    expect(arrowsOf(of.log.at(0)!, 0, of).map(({ from, to, heard }) => [from, to, heard])).toEqual([
      ["0", "1", false],
      ["0", "1", true],
    ]);
  });

  test("a spawn comes from the process that asked for it", () => {
    const of = model([], [ran(1, "0", 0), spawned(2, "5", 1)]);
    expect(arrowsOf(of.log.at(1)!, 1, of)).toMatchObject([{ from: "0", to: "5" }]);
  });
});

describe("Meetings", () => {
  const pub = endpoint("0:0", "publisher", "x");
  const sub = endpoint("1:1", "subscriber", "x");
  const read = (of: ReturnType<typeof model>, grain: "processes" | "endpoints" = "processes"): Meetings => {
    const meetings = new Meetings(of, grain);
    meetings.read(1000);
    return meetings;
  };

  test("who met before the first event is known by the roles", () => {
    const meetings = read(model([process("0", [pub]), process("1", [sub])]));
    expect(meetings.axes(null, false)).toEqual({ rows: ["0"], columns: ["1"] });
    expect(meetings.cell("0", "1", null)).toMatchObject({ now: [{ from: 0, until: null }], parted: 0 });
  });

  test("endpoints of different VMs, or of topics that have nothing in common, do not meet", () => {
    const other = endpoint("1:2", "subscriber", "y");
    const inner = endpoint("2.0:3", "subscriber", "x");
    const meetings = read(
      model([process("0", [pub]), process("1", [other]), process("2", [], true), process("2.0", [inner])]),
    );
    expect(meetings.all).toEqual([]);
  });

  test("an absence of a pair that met before the recording is not told twice", () => {
    const meetings = read(model([process("0", [pub]), process("1", [sub])], [exited(5, "1"), parted(6, "0:0", "1:1")]));
    expect(meetings.all).toHaveLength(1);
    expect(meetings.cell("0", "1", null)).toMatchObject({ now: [], parted: 1 });
    expect(meetings.cell("0", "1", 4)).toMatchObject({ now: [{ from: 0 }], parted: 0 });
  });

  test("a cell shows the moment: before they met, while they met, and after", () => {
    const of = model([process("0"), process("1")], [met(3, "0:7", "1:8"), parted(9, "0:7", "1:8")]);
    const meetings = read(of);
    expect(meetings.cell("0", "1", 2)).toBeUndefined();
    expect(meetings.cell("0", "1", 5)).toMatchObject({ now: [{ from: 3 }], parted: 0 });
    expect(meetings.cell("0", "1", null)).toMatchObject({ now: [], parted: 1 });
  });

  test("rows and columns are those who live then, or all who are remembered", () => {
    const of = model([process("0"), process("1")], [met(3, "0:7", "1:8"), exited(9, "1")]);
    const meetings = read(of);
    expect(meetings.axes(null, false).columns).toEqual([]);
    expect(meetings.axes(5, false).columns).toEqual(["1"]);
    expect(meetings.axes(null, true).columns).toEqual(["1"]);
  });

  test("read tells when pairs have been let go, so that one begins anew", () => {
    const of = model([process("0"), process("1")], [met(1, "0:7", "1:8")]);
    const meetings = read(of);
    (of.pairs.all as unknown[]).splice(0, 1);
    expect(meetings.read(10)).toBeNull();
  });
});
