import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StreamItem } from "@marketplace/runtime/inspect";
import { completionsAt } from "../src/filter/complete.ts";
import { FilterRun } from "../src/filter/filter-run.ts";
import { matcherOf } from "../src/filter/match.ts";
import { parseFilter, tokensOf } from "../src/filter/parse.ts";
import { Model } from "../src/model/model.ts";
import { choices, story } from "./events.ts";

const base = { t: 0, cause: 0 } as const;

function model(): Model {
  const made = new Model(0, 512);
  const sent = (
    id: number,
    process: string,
    term: unknown,
    extra: Partial<StreamItem & { kind: "message" }> = {},
  ): StreamItem => {
    const body = { term: term as never };
    return {
      ...base,
      kind: "message",
      id,
      process,
      turn: 0,
      orientation: "publisher",
      body,
      to: [],
      unmatched: false,
      ...extra,
    };
  };
  made.apply([
    { ...base, kind: "spawn", id: 1, process: "3", name: "room", vm: true },
    { ...base, kind: "spawn", id: 2, process: "3.7", name: "session", vm: false },
    sent(3, "3.7", ["chat", "ann", "says", "hello"], { cause: 2, to: ["3.8:1"] }),
    sent(4, "3.8", ["chat", "bob", "says", "hi"], { cause: 3, unmatched: true }),
    sent(5, "1", { struct: "set-timer", fields: [1, 2, 3] }, { cause: 4, orientation: "subscriber" }),
    { ...base, kind: "exit", id: 6, process: "3.7", how: "crashed", reason: { kind: "error", text: "Error: boom" } },
    { ...base, kind: "activation", id: 7, cause: 5, process: "1", on: "message", actions: 0, changed: true },
  ]);
  return made;
}

function passing(text: string): number[] {
  const made = model();
  const matcher = matcherOf(parseFilter(text), made);
  const ids: number[] = [];
  for (let position = made.log.first; position < made.log.end; position++) {
    if (matcher === null || matcher(position)) ids.push(made.log.idAt(position));
  }
  return ids;
}

describe("a filter lets pass", () => {
  test.each([
    ["", [1, 2, 3, 4, 5, 6, 7]],
    ["type:message", [3, 4, 5]],
    ["type:spawn type:exit", [1, 2, 6]],
    ["type:process", [1, 2, 6]],
    ["-type:message", [1, 2, 6, 7]],
    ["type:message -type:timer", [3, 4]],
    ["topic:(chat _ says _)", [3, 4]],
    ['topic:["chat", "ann", ..._]', [3]],
    ["-topic:(chat _ says _) type:message", [5]],
    ["from:3.7", [2, 3, 6]],
    ["from:3.*", [2, 3, 4, 6]],
    ["from:session", [2, 3, 6]],
    ["to:*", [3]],
    ["to:3.8", [3]],
    ["is:unmatched", [4]],
    ["is:delivered", [3, 5]],
    ["is:feedback", [5]],
    ["is:fault", [6]],
    ["is:changed", [7]],
    ["cause:#3", [3, 4, 5, 7]],
    ["cause:3 type:message", [3, 4, 5]],
    ["/BOOM|hello/", [3, 6]],
    ["/BOOM/s", []],
    ["/says/gs", [3, 4]],
    ["hello", [3]],
    ['"says", "hi', [4]],
  ])("%s", (text, ids) => {
    expect(parseFilter(text).faults).toEqual([]);
    expect(passing(text)).toEqual(ids);
  });
});

describe("parseFilter names what is wrong", () => {
  test.each([
    ["is:lost", /expected unmatched/],
    ["cause:x", /such as #8812/],
    ["colour:red", /expected type, topic/],
    ["topic:[1,", /./],
    ["/(/", /./],
    ["/abc", /ends in a slash/],
  ])("%s", (text, message) => {
    const { conditions, faults } = parseFilter(`type:message ${text}`);
    expect(conditions).toHaveLength(1);
    expect(faults).toEqual([{ from: 13, to: 13 + text.length, message: expect.stringMatching(message) as string }]);
  });

  test.each([
    ["text", (x: string) => x],
    ["pattern", (x: string) => `/${x}/`],
  ])("a %s of 200,000 characters, which an engine refuses only when it is used", (_, written) => {
    const { conditions, faults } = parseFilter(written("x".repeat(200_000)));
    expect(conditions).toEqual([]);
    expect(faults).toEqual([expect.objectContaining({ message: expect.stringMatching(/not too large/) as string })]);
  });

  test("and never throws, whatever is written", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseFilter(text)));
    const pieces = fc.constantFrom(
      "type:",
      "topic:",
      "(",
      ")",
      "[",
      '"',
      "-",
      "/",
      " ",
      "#",
      "is:",
      "cause:",
      "a",
      "\\",
    );
    fc.assert(
      fc.property(
        fc.array(pieces).map((parts) => parts.join("")),
        (text) => void parseFilter(text),
      ),
    );
  });
});

test("tokensOf leaves out nothing but space, and keeps brackets and quotes together", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      let at = 0;
      for (const { from, to } of tokensOf(text)) {
        expect(text.slice(at, from).trim()).toBe("");
        expect(to).toBeGreaterThan(from);
        at = to;
      }
      expect(text.slice(at).trim()).toBe("");
    }),
  );
  const cut = (text: string): string[] => tokensOf(text).map(({ from, to }) => text.slice(from, to));
  expect(cut('type:a topic:(b c [d e]) -is:x /a b\\/ c/i "q r"')).toEqual([
    "type:a",
    "topic:(b c [d e])",
    "-is:x",
    "/a b\\/ c/i",
    '"q r"',
  ]);
});

test("FilterRun.advance, however it is cut into goes, finds the same as looking at all events at once", () => {
  fc.assert(
    fc.property(
      choices,
      fc.constantFrom("type:message", "type:process", "cause:#1", "is:unmatched", "/t/"),
      (from, text) => {
        const { events } = story(from);
        const whole = new Model(0, 512);
        whole.apply(events);
        const once = matcherOf(parseFilter(text), whole)!;
        const expected = events.map((_, position) => position).filter((position) => once(position));
        const growing = new Model(0, 512);
        const run = new FilterRun(growing, matcherOf(parseFilter(text), growing)!);
        for (const event of events) {
          growing.apply([event]);
          // A clock that has always run out: one go looks at a few events only.
          let now = 0;
          run.advance(growing.log.end, () => (now += 1000));
        }
        while (!run.advance(growing.log.end)) void 0;
        expect(Array.from({ length: run.count }, (_, row) => run.at(row))).toEqual(expected);
        for (const [row, position] of expected.entries()) expect(run.rowOf(position)).toBe(row);
      },
    ),
  );
});

test("FilterRun forgets what the log no longer keeps", () => {
  const small = new Model(0, 8);
  const run = new FilterRun(small, () => true);
  for (let id = 1; id <= 30; id++) {
    small.apply([{ kind: "turn", id, t: id, cause: 0, process: "1", pending: 0 }]);
    run.advance(small.log.end);
    expect(run.count).toBe(small.log.length);
    expect(run.at(0)).toBe(small.log.first);
    expect(run.gone).toBe(small.log.first);
  }
});

describe("completionsAt offers", () => {
  const offers = (text: string): string[] => completionsAt(text, text.length, model()).map((offer) => offer.text);
  test("the fields where nothing is written", () =>
    expect(offers("type:message ")).toEqual(["type:", "topic:", "from:", "to:", "is:", "cause:"]));
  test("fields that begin so", () => expect(offers("t")).toEqual(["type:", "topic:", "to:"]));
  test("kinds and groups", () =>
    expect(offers("-type:en")).toEqual([
      "endpoint-added",
      "endpoint-replaced",
      "endpoint-deleted",
      "ended",
      "endpoint",
    ]));
  test("qualities", () => expect(offers("is:un")).toEqual(["unmatched"]));
  test("processes that live, VMs and names", () =>
    expect(offers("from:")).toEqual(["*", "3.*", "3", "room", "session"]));
});
