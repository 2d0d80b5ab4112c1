import { expect, test } from "vitest";
import type { Taken } from "@marketplace/runtime/inspect";
import { differences } from "../src/model/difference.ts";

const number = (text: string): Taken => ({ kind: "number", text });

function object(parts: { readonly [key: string]: Taken }, kind: Taken["kind"] = "object"): Taken {
  const entries = Object.entries(parts).map(([key, value], step) => ({ key, step, value }));
  return {
    kind,
    text: entries.map(({ key, value }) => `${key}: ${value.text}`).join(", "),
    size: entries.length,
    parts: entries,
  };
}

test("differences names the innermost places where two values differ", () => {
  const before = object({ users: object({ ann: number("1"), bob: number("2") }), count: number("2") });
  const after = object({ users: object({ ann: number("1"), cy: number("3") }), count: number("3") });
  expect(
    differences(before, after).map(({ path, before: was, after: is }) => [path.join("."), was?.text, is?.text]),
  ).toEqual([
    ["users.cy", undefined, "3"],
    ["users.bob", "2", undefined],
    ["count", "2", "3"],
  ]);
});

test("differences of the same value are none; of values of different kinds they are one", () => {
  const value = object({ a: number("1") });
  expect(differences(value, value)).toEqual([]);
  expect(differences(value, number("1"))).toHaveLength(1);
});

test("differences beyond what was taken apart are told as one", () => {
  const before: Taken = {
    kind: "list",
    text: "[1, … 200 in all]",
    size: 200,
    parts: [{ key: "0", step: 0, value: number("1") }],
  };
  const after: Taken = { ...before, text: "[1, … 201 in all]", size: 201 };
  expect(differences(before, after)).toEqual([{ path: [], before, after }]);
});
