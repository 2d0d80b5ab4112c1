import fc from "fast-check";
import { encodeFrame } from "../../src/bridge/codec.ts";
import { toWire } from "../../src/bridge/wire.ts";
import { pattern } from "../terms/arbitraries.ts";

const good: fc.Arbitrary<Uint8Array> = fc.array(pattern, { maxLength: 5 }).map((terms) => encodeFrame(toWire(terms)));

/** A few bytes changed, left out or put in. */
const changes = fc.array(fc.record({ at: fc.nat(200), gone: fc.nat(3), come: fc.uint8Array({ maxLength: 4 }) }), {
  minLength: 1,
  maxLength: 4,
});

/** What a hostile peer might send: frames with changes, frames cut off, and noise. */
export const mutated: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.tuple(good, changes).map(([frame, each]) => each.reduce(change, frame)),
  fc.tuple(good, fc.nat(100)).map(([frame, length]) => frame.slice(0, length)),
  fc.uint8Array({ maxLength: 100 }),
);

function change(frame: Uint8Array, { at, gone, come }: { at: number; gone: number; come: Uint8Array }): Uint8Array {
  const begin = at % (frame.length + 1);
  return Uint8Array.from([...frame.subarray(0, begin), ...come, ...frame.subarray(begin + gone)]);
}
