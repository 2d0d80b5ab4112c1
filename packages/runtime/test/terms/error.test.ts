import { expect, test } from "vitest";
import { badArgument, describe, MarketplaceError } from "../../src/terms/error.ts";

test("new MarketplaceError(code, message, { cause }) is an Error with a code", () => {
  const cause = new Error("below");
  const error = new MarketplaceError("SOME_CODE", "what happened", { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message, error.cause]).toEqual([
    "MarketplaceError",
    "SOME_CODE",
    "what happened",
    cause,
  ]);
  expect(String(error)).toBe("MarketplaceError: what happened");
  expect("cause" in new MarketplaceError("SOME_CODE", "what happened")).toBe(false);
});

test("badArgument(what, expected, came) says all three", () => {
  const error = badArgument("tcpAddress: port", "an integer", { port: [undefined] });
  expect(error.code).toBe("BAD_ARGUMENT");
  expect(error.message).toBe("tcpAddress: port: expected an integer, got {port: [undefined]}");
});

test("describe(value) is short whatever the value", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle, cycle);
  for (const large of [
    "x".repeat(1e6),
    Array.from({ length: 1e6 }, () => 1),
    new Uint8Array(1e6),
    cycle,
    10n ** 10_000n,
  ]) {
    expect(describe(large)).toHaveLength(80);
    expect(describe(large)).toMatch(/…$/);
  }
});
