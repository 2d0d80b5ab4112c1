import { expect, test } from "vitest";
import { SessionQuota } from "../../src/policy/session-quota.ts";

/** What an attempt to open a socket says: "open", or the error. */
function attempt(quota: SessionQuota): string {
  try {
    quota.open();
    return "open";
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code} ${message}`;
  }
}

const fast = "BRIDGE_LIMIT a limit of this session: more than 50 sockets were opened within a second";
const many = "BRIDGE_LIMIT a limit of this session: there are 256 sockets, and no more may be at one time";

test("SessionQuota.open() lets 50 sockets open at once, and then as many as time has passed for", () => {
  let now = 1000;
  const quota = new SessionQuota("test", { now: () => now });
  expect(Array.from({ length: 51 }, () => attempt(quota))).toEqual([...Array.from({ length: 50 }, () => "open"), fast]);
  now += 19;
  expect(attempt(quota)).toBe(fast);
  now += 1;
  expect([attempt(quota), attempt(quota)]).toEqual(["open", fast]);
  // A long rest is worth one second, not more.
  now += 60_000;
  expect(Array.from({ length: 51 }, () => attempt(quota)).filter((each) => each === "open")).toHaveLength(50);
});

test("SessionQuota.open() lets 256 sockets be at one time, and another one as soon as one is released", () => {
  let now = 0;
  const quota = new SessionQuota("test", { now: () => now });
  const releases = Array.from({ length: 256 }, () => {
    now += 20;
    return quota.open();
  });
  now += 1000;
  expect(attempt(quota)).toBe(many);
  expect(quota.inUse).toBe(256);
  releases[7]?.();
  // To release it again is not to release another.
  releases[7]?.();
  expect(quota.inUse).toBe(255);
  expect([attempt(quota), attempt(quota)]).toEqual(["open", many]);
});

test("SessionQuota.accept() counts a socket, but not how fast they come", () => {
  const quota = new SessionQuota("test", { now: () => 0 });
  const releases = Array.from({ length: 256 }, () => quota.accept());
  expect(() => quota.accept()).toThrow(expect.objectContaining({ code: "BRIDGE_LIMIT" }));
  expect(attempt(quota)).toBe(many);
  for (const release of releases) release();
  expect(quota.inUse).toBe(0);
  // What was refused for the number of sockets has not used up any of the speed.
  expect(Array.from({ length: 51 }, () => attempt(quota)).at(-1)).toBe(fast);
});
