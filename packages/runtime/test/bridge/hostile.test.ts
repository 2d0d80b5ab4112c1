import { expect, test } from "vitest";
import { seededRandom } from "../../src/testing/random.ts";
import { AttackedFarHalf, AttackedNearHalf } from "./attacked.ts";
import { asks, costly, Fuzzer, tells } from "./hostile.ts";

// `npm run soak -- bridge-frames` is the same with a million frames.

test("acceptBridge(vm, channel): hostile frames end the session that they came to, and harm nothing else", () => {
  const attacked = new AttackedFarHalf();
  const fuzzer = new Fuzzer(seededRandom(2), asks);
  let taken = 0;
  for (let i = 0; i < 1000; i++) {
    if (attacked.feed(fuzzer.value())) taken++;
    if (i % 100 === 0) attacked.breaks();
  }
  expect(attacked.warnings.names).toEqual([]);
  expect(attacked.leaked).toEqual([]);
  expect(attacked.aftermath()).toEqual({ heard: ['["news", "hello"]'], left: 0 });
  // 0 is the attacker's, 1000 an orderly end that it asked for.
  expect(attacked.closings.names).toEqual(["0", "1000", "4400"]);
  expect(taken).toBeGreaterThan(100);
});

test("bridge(dial): hostile frames cost the connection that they came by, and the VM inside sees nothing that cannot be", () => {
  const attacked = new AttackedNearHalf();
  const fuzzer = new Fuzzer(seededRandom(3), tells);
  for (let i = 0; i < 1000; i++) {
    const survived = attacked.feed(fuzzer.value());
    if (survived && i % 100 === 0) attacked.breaks();
    if (survived && i % 100 !== 0) continue;
    expect(attacked.present).toEqual([0, 0]);
    attacked.redial();
  }
  expect(attacked.least).toBe(0);
  expect(attacked.warnings.names.filter((name) => name !== "BRIDGE_UNSAID")).toEqual([]);
  expect(attacked.closings.names).toEqual(["0", "1000", "4400"]);
  expect(attacked.messages).toBeGreaterThan(30);
});

test("the costliest frames end nothing but their own connection", () => {
  const attacked = new AttackedFarHalf();
  for (const [, term] of costly(0.05)) {
    attacked.feed([3, 0, term()]);
    attacked.feed([0, 5, 0, 0, term()]);
  }
  expect(attacked.warnings.names).toEqual([]);
  expect(attacked.aftermath()).toEqual({ heard: ['["news", "hello"]'], left: 0 });
});
