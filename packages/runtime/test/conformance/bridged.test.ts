import { describe, expect, test } from "vitest";
import { memoryChannel } from "../../src/bridge/memory-channel.ts";
import { BridgedWorld } from "../../src/testing/conformance/bridged-world.ts";
import { runVectorBridged } from "../../src/testing/conformance/run.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import { seededRandom } from "../../src/testing/random.ts";
import { bridgedExceptions, nestedVectors } from "./bridged-vectors.ts";

/** How often each vector is run, each time with another order of what is on its way at the same time. */
const SEEDS = [1, 2, 3, 4, 5];

function inMemory(seed: number): BridgedWorld {
  const host = new FakeHost(seededRandom(seed));
  return new BridgedWorld({
    host,
    connect: () => memoryChannel(host),
    settle() {
      const isBusy = host.pendingTasks > 0;
      host.settle();
      return isBusy;
    },
  });
}

describe("runVectorBridged, with each nested VM on the other side of a channel in memory, finds that the runtime behaves as was recorded in", () => {
  test.each(nestedVectors.filter(([file]) => !bridgedExceptions.has(file)))("%s", async (file, json) => {
    for (const seed of SEEDS) expect(await runVectorBridged(json, inMemory(seed), file)).toEqual({ ok: true });
  });
});

describe("runVectorBridged finds a difference in what is listed as an exception:", () => {
  test.each([...bridgedExceptions])("%s, which %s", async (file) => {
    const [, json] = nestedVectors.find(([name]) => name === file)!;
    for (const seed of SEEDS) expect(await runVectorBridged(json, inMemory(seed), file)).toMatchObject({ ok: false });
  });
});

test("there are vectors with nested VMs, and few exceptions", () => {
  expect(nestedVectors.length).toBeGreaterThan(80);
  expect(bridgedExceptions.size).toBeLessThan(10);
});
