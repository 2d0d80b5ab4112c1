import { describe, expect, it, test } from "vitest";
import { runVector } from "../../src/testing/conformance/run.ts";
import { vectors } from "./vectors.ts";

describe("runVector finds that the runtime behaves as was recorded in", () => {
  test.each(vectors)("%s", (file, json) => {
    expect(runVector(json, file)).toEqual({ ok: true });
  });
});

describe("the project's vectors", () => {
  it.each(["hand/h", "hand/f", "hand/k", "hand/n", "random/r", "random/rn", "deviations/h", "own/o"])(
    "are there: %s*",
    (start) => {
      expect(vectors.some(([file]) => file.startsWith(start))).toBe(true);
    },
  );
});
