// 1,000,000 hostile frames, or as many as the first argument says, into the reader of each side of a bridge and as many into each of the
// two halves themselves: nothing but BAD_FRAME is thrown, nothing hangs, no memory is left behind, and both sides serve as before.
import { strict as assert } from "node:assert";
import { decodeFrame, encodeFrame } from "@marketplace/runtime/bridge";
import { seededRandom } from "@marketplace/runtime/testing";
import { itemsOf, readAsk, readTell } from "../packages/runtime/src/bridge/frames.ts";
import { fromWire, Vocabulary } from "../packages/runtime/src/bridge/wire.ts";
import { AttackedFarHalf, AttackedNearHalf, Tally } from "../packages/runtime/test/bridge/attacked.ts";
import { asks, costly, Fuzzer, tells } from "../packages/runtime/test/bridge/hostile.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 20_260_101);

/** A reader knows one connection's words; after so many frames there is a new connection. */
const CONNECTION = 1000;

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Feeds frames one by one and tells what it took. `feed` says in a word what became of a frame. */
function assault(what: string, feed: (index: number) => string): void {
  // What is compiled and cached at the first frames is no leak.
  for (let i = 0; i < 20_000; i++) feed(i);
  const before = heap();
  const outcomes = new Tally();
  let slowest = 0;
  const begin = performance.now();
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    outcomes.add(feed(i));
    slowest = Math.max(slowest, performance.now() - start);
  }
  const seconds = (performance.now() - begin) / 1000;
  const grown = (heap() - before) / 1e6;
  console.log(
    `${what}: ${count} frames in ${seconds.toFixed(1)} s, the slowest ${slowest.toFixed(0)} ms; ${String(outcomes)}; heap ${grown.toFixed(1)} MB more after`,
  );
  assert.ok(grown < 16, "no memory is left behind");
}

/** What reading a frame leads to: "taken", or the code of the error. */
function outcome(read: () => unknown): string {
  try {
    read();
    return "taken";
  } catch (error) {
    const { code } = error as { code?: unknown };
    assert.equal(code, "BAD_FRAME", `only BAD_FRAME is thrown, not ${String(error)}`);
    return "refused";
  }
}

function attackReader(what: string, fuzzer: Fuzzer, readItem: typeof readAsk | typeof readTell): void {
  let vocabulary = new Vocabulary();
  assault(`the reader of ${what}`, (i) => {
    if (i % CONNECTION === 0) vocabulary = new Vocabulary();
    const bytes = fuzzer.bytes();
    return outcome(() => {
      for (const item of itemsOf(decodeFrame(bytes))) readItem(item, vocabulary);
    });
  });
}

/** Half of the frames as bytes through the codec, which may refuse them, and half as values. */
function nextFrame(fuzzer: Fuzzer, i: number): { readonly frame: unknown } | null {
  if (i % 2 === 0) return { frame: fuzzer.value() };
  try {
    return { frame: decodeFrame(fuzzer.bytes()) };
  } catch {
    return null;
  }
}

function attackFarHalf(): void {
  const fuzzer = new Fuzzer(seededRandom(seed + 2), asks);
  const attacked = new AttackedFarHalf();
  assault("the far half", (i) => {
    if (i % CONNECTION === 0) attacked.breaks();
    const next = nextFrame(fuzzer, i);
    return next === null ? "no CBOR" : attacked.feed(next.frame) ? "taken" : "refused";
  });
  const { sessions, closings, warnings, leaked } = attacked;
  console.log(`  ${sessions} sessions, closed with ${String(closings)}; warnings: ${String(warnings)}`);
  assert.deepEqual(warnings.names, [], "nothing has crashed");
  assert.deepEqual(leaked, [], "nobody outside of the sessions has heard anything");
  assert.deepEqual(closings.names, ["0", "1000", "4400"], "hung up, asked for, or because of a bad frame");
  assert.deepEqual(attacked.aftermath(), { heard: ['["news", "hello"]'], left: 0 }, "it serves as before");
}

function attackNearHalf(): void {
  const fuzzer = new Fuzzer(seededRandom(seed + 3), tells);
  const attacked = new AttackedNearHalf();
  const renew = (): void => {
    assert.deepEqual(attacked.present, [0, 0], "with the connection everybody is gone");
    attacked.redial();
  };
  assault("the near half", (i) => {
    if (i % CONNECTION === 0) {
      attacked.breaks();
      renew();
    }
    const next = nextFrame(fuzzer, i);
    if (next === null) return "no CBOR";
    if (attacked.feed(next.frame)) return "taken";
    renew();
    return "refused";
  });
  const { connections, closings, messages, warnings, least } = attacked;
  console.log(
    `  ${connections} connections, closed with ${String(closings)}; ${messages} messages taken; warnings: ${String(warnings)}`,
  );
  assert.equal(least, 0, "nobody was absent who was not present");
  const others = warnings.names.filter((code) => code !== "BRIDGE_UNSAID");
  assert.deepEqual(others, [], "nothing in the VM has crashed");
}

function readCostly(): void {
  for (const [what, term] of costly(1)) {
    const frame = encodeFrame(term());
    const start = performance.now();
    const became = outcome(() => fromWire(decodeFrame(frame)));
    console.log(`${what}, ${frame.length} bytes: ${became} in ${(performance.now() - start).toFixed(0)} ms`);
  }
}

readCostly();
attackReader("what is asked", new Fuzzer(seededRandom(seed), asks), readAsk);
attackReader("what is told", new Fuzzer(seededRandom(seed + 1), tells), readTell);
attackFarHalf();
attackNearHalf();
