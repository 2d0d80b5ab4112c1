import { encodeFrame } from "../../src/bridge/codec.ts";
import {
  absenceItem,
  addItem,
  creditItem,
  deleteItem,
  endedItem,
  goneItem,
  hearItem,
  messageItem,
  pingItem,
  pongItem,
  presenceItem,
  quitItem,
  sayItem,
  sayToItem,
  sendItem,
  unsaidItem,
} from "../../src/bridge/frames.ts";
import type { Wire } from "../../src/bridge/wire.ts";
import { driverError } from "../../src/messages/driver.ts";
import { tcpAddress, tcpChannel, tcpHandle } from "../../src/messages/tcp.ts";
import type { Orientation, Role } from "../../src/model/role.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";

const role = (orientation: Orientation, topic: Role["topic"]): Role => ({
  orientation,
  topic,
  interestType: "participant",
});
const us = tcpHandle("us");
const them = tcpAddress("127.0.0.1", 80);
const everything = [1, -1.5, 2n ** 80n, "täxt", null, true, Symbol.for("s"), { key: [wild("x"), ...ANY] }, "\ud800"];

/** What a near half says in good order, for sides that know a topic `["news", ANY]`. */
export const asks: readonly Wire[] = [
  addItem(0, role("subscriber", ["news", ANY]), true),
  addItem(1, role("publisher", tcpChannel(us, them, ANY)), false),
  addItem(2, { ...role("publisher", everything), interestType: "observer" }, true),
  sayItem(1, [new Uint8Array(40)]),
  hearItem(1),
  sendItem("publisher", ["news", everything]),
  sendItem("subscriber", ["news", new Uint8Array(300)]),
  [creditItem(1, 65_536), pongItem(1), deleteItem(0, undefined)],
  deleteItem(1, driverError("ECONNRESET", "gone")),
  quitItem("done"),
];

/** What a far half tells in good order. */
export const tells: readonly Wire[] = [
  presenceItem(0, role("publisher", ["news", "today"])),
  presenceItem(1, role("subscriber", ["news", everything])),
  [presenceItem(0, role("publisher", ["news", 1])), sayItem(0, ["hello"]), messageItem(0, ["news", everything])],
  sayItem(0, [new Uint8Array(40)]),
  sayToItem(0, 1, [new Uint8Array(300)]),
  goneItem(7),
  absenceItem(0, role("publisher", ["news", "today"]), driverError("ECONNRESET", "gone")),
  absenceItem(1, role("subscriber", ["news", everything]), undefined),
  [creditItem(0, 65_536), pingItem(1, 10_000), unsaidItem(0, "too large")],
  endedItem("done"),
];

/** Values that no frame has, but a structured clone may. */
const STRANGE: readonly unknown[] = [
  undefined,
  NaN,
  Infinity,
  -1,
  2 ** 53,
  1n,
  {},
  { 0: 1 },
  new Map([[1, 1]]),
  new Date(0),
];
const PLAIN: readonly Wire[] = [
  null,
  true,
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  1000,
  2 ** 40,
  1.5,
  "",
  "a",
  "x y",
  [],
  [0],
  [3],
  [7, new Uint8Array(3)],
];

/** Makes frames such as no half sends, from those that it does. The same numbers make the same frames. */
export class Fuzzer {
  readonly #random: () => number;
  readonly #corpus: readonly Wire[];
  readonly #encoded: readonly Uint8Array[];

  /** @param random gives numbers from 0 to below 1 */
  constructor(random: () => number, corpus: readonly Wire[]) {
    this.#random = random;
    this.#corpus = corpus;
    this.#encoded = corpus.map(encodeFrame);
  }

  /** Bytes as they may come through a socket. */
  bytes(): Uint8Array {
    const kind = this.#below(10);
    if (kind === 0) return Uint8Array.from({ length: this.#below(60) }, () => this.#below(256));
    if (kind < 4) return encodeFrame(this.#changed(this.#one(this.#corpus), PLAIN) as Wire);
    let frame = this.#one(this.#encoded);
    if (kind === 4) return frame.slice(0, this.#below(frame.length));
    for (let changes = this.#below(4); changes >= 0; changes--) frame = this.#mutated(frame);
    return frame;
  }

  /** A value as it may come through a port: a frame in good order, for the most part, or one with something in another's place. */
  value(): unknown {
    const frame = this.#one(this.#corpus);
    const kind = this.#below(6);
    return kind < 3 ? frame : this.#changed(frame, kind === 3 ? STRANGE : PLAIN);
  }

  #changed(value: unknown, instead: readonly unknown[]): unknown {
    if (!Array.isArray(value) || value.length === 0 || this.#below(6) === 0) return this.#one(instead);
    const array = [...(value as unknown[])];
    const at = this.#below(array.length);
    const kind = this.#below(8);
    if (kind === 0) array.splice(at, 1);
    else if (kind === 1) array.splice(at, 0, this.#one(instead));
    else if (kind === 2) array[at] = this.#one(this.#corpus);
    else array[at] = this.#changed(array[at], instead);
    return array;
  }

  #mutated(frame: Uint8Array): Uint8Array {
    const at = this.#below(frame.length + 1);
    const [before, after] = [frame.subarray(0, at), frame.subarray(at)];
    switch (this.#below(5)) {
      case 0:
        return joined(before, after.subarray(this.#below(4)));
      case 1:
        return joined(before, Uint8Array.of(this.#below(256)), after);
      case 2:
        return joined(before, this.#one(this.#encoded), after);
      case 3: {
        const flipped = frame.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << this.#below(8));
        return flipped;
      }
      default:
        return joined(before, Uint8Array.of(this.#below(256)), after.subarray(1));
    }
  }

  #one<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Terms as costly to read as there is room for in a frame, by name.
 *
 * @param part how much of the room they take: 1 is all
 */
export function costly(part: number): readonly (readonly [what: string, term: () => Wire])[] {
  const many = (length: number, make: (index: number) => Wire): Wire[] =>
    Array.from({ length: Math.round(length * part) }, (_, i) => make(i));
  return [
    ["nothing but empty lists", () => [0, ...many(500_000, () => [0])]],
    ["nothing but numbers", () => [0, ...many(1_000_000, () => 1)]],
    ["a record of a million fields", () => [1, "r", ...many(1_000_000, () => 1)]],
    ["a record kind for each few bytes", () => [0, ...many(150_000, (i) => [1, i.toString(36)])]],
    ["a plain object of many keys", () => [2, ...many(300_000, (i) => (i % 2 === 0 ? i.toString(36) : 1))]],
    ["symbols nobody knows", () => [0, ...many(60_000, (i) => [6, `unknown ${i.toString(36)}`])]],
    ["a bigint of a million digits", () => [5, `0x${"f".repeat(1_000_000 * part)}`]],
    ["wildcards with a name", () => [0, ...many(250_000, () => [3, "x"])]],
    [
      "lists in one another",
      () =>
        deep(
          255,
          many(4000, () => 1),
        ),
    ],
    ["a long text", () => "x".repeat(1_048_000 * part)],
  ];
}

/** A list in a list, and so on, with these beside each. */
function deep(levels: number, beside: readonly Wire[]): Wire {
  return levels === 0 ? 1 : [0, deep(levels - 1, beside), ...beside];
}
