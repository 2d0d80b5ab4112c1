import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, deleteEndpoint } from "../../src/dsl/processes.ts";
import { driverError } from "../../src/messages/driver.ts";
import { tcpAddress, tcpChannel, tcpHandle } from "../../src/messages/tcp.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { seededRandom } from "../../src/testing/random.ts";
import type { TcpFlow } from "../../src/bridge/far.ts";
import { itemsOf } from "../../src/bridge/frames.ts";
import type { BridgeChannel } from "../../src/bridge/channel.ts";
import type { ActionTree } from "../../src/model/action.ts";
import { Cuts } from "./cuts.ts";
import { pair, type Pair } from "./pair.ts";

/** What one endpoint of the bridged VM sees of the publishers `["x", k]`, checked as it comes. */
class Witness {
  readonly present = new Set<number>();
  readonly heard = new Set<number>();
  losses = 0;
  readonly #last = new Map<number, number>();

  get endpoint(): ActionTree<any> {
    return atMetaLevel(
      subscriber(["x", ANY, ANY], {
        onPresence: ({ role }) => {
          const who = role.topic[1] as number;
          if (this.present.has(who)) throw new Error(`${who} appeared twice`);
          this.present.add(who);
        },
        onAbsence: ({ role, reason }) => {
          const who = role.topic[1] as number;
          if (!this.present.delete(who)) throw new Error(`${who} went, and was not there`);
          if (driverError.is(reason) && reason.code === "BRIDGE_LOST") this.losses++;
        },
        onMessage: ([, sender, number]) => {
          const [who, what] = [sender as number, number as number];
          if (!this.present.has(who)) throw new Error(`${what} came from ${who}, who was not there`);
          if (this.heard.has(what)) throw new Error(`${what} came twice`);
          if ((this.#last.get(who) ?? -1) > what) throw new Error(`${what} came too late`);
          this.#last.set(who, what);
          this.heard.add(what);
        },
      }),
    );
  }
}

/** A random story on both sides of a bridge that breaks again and again. */
function story(seed: number): {
  readonly room: Pair;
  readonly witnesses: readonly Witness[];
  readonly cuts: Cuts;
  readonly said: Set<number>;
} {
  const random = seededRandom(seed);
  const below = (most: number): number => Math.floor(random() * most);
  let cuts: Cuts | undefined;
  const said = new Set<number>();
  let messages = 0;
  const there = new Set<number>();
  const room = pair({
    random,
    bridge: { firstWait: 20, longestWait: 200, random },
    accept: { heartbeat: 1000 },
    reachable: () => cuts?.isOn !== true || random() < 0.8,
    through(near, far, host) {
      cuts ??= new Cuts(host, random);
      // A new session knows nothing of the one before.
      there.clear();
      return cuts.through(near, far);
    },
    session: () =>
      subscriber(["y", ANY], {
        onMessage: ([, number]) => {
          if (said.has(number as number)) throw new Error(`${String(number)} was performed twice`);
          said.add(number as number);
        },
      }),
  });
  const witnesses = [new Witness(), new Witness()];
  room.here.does(witnesses.map((witness) => witness.endpoint));
  for (let step = 0; step < 80; step++) {
    const who = below(4);
    switch (below(6)) {
      case 0:
        if (there.has(who)) break;
        there.add(who);
        room.there().does(publisher(["x", who, ANY], {}, { id: who }));
        break;
      case 1:
        there.delete(who);
        room.there().does(deleteEndpoint(who, "left"));
        break;
      case 2:
      case 3:
        if (there.has(who)) room.there().does(sendMessage(["x", who, messages++]), sendMessage(["x", who, messages++]));
        break;
      case 4:
        room.here.does(atMetaLevel(sendMessage(["y", messages++])));
        break;
      default:
        room.host.advance(below(300));
    }
  }
  if (cuts === undefined) throw new Error("there was no connection");
  cuts.isOn = false;
  return { room, witnesses, cuts, said };
}

describe("a bridge whose connection breaks at any frame", () => {
  test("delivers nothing twice and nothing after an absence, and is as it was when it is back", () => {
    let cutsInAll = 0;
    let lossesInAll = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { room, witnesses, cuts } = story(seed);
        cutsInAll += cuts.count;
        room.host.advance(20_000);
        const now = room.states.at(-1);
        expect(now).toEqual({ state: "open" });
        room.there().does(
          [7, 8].map((who) => publisher(["x", who, ANY], {}, { id: who })),
          sendMessage(["x", 7, 1_000_000]),
        );
        for (const witness of witnesses) {
          lossesInAll += witness.losses;
          expect([...witness.present].filter((who) => who >= 7)).toEqual([7, 8]);
          expect(witness.heard).toContain(1_000_000);
        }
        expect(witnesses[0]!.present).toEqual(witnesses[1]!.present);
        // Whatever the handlers above have thrown.
        expect(room.warnings.map(({ message }) => message)).toEqual([]);
      }),
      { numRuns: 150 },
    );
    // It did break, and that was seen.
    expect(cutsInAll).toBeGreaterThan(150);
    expect(lossesInAll).toBeGreaterThan(50);
  });

  test("says nothing twice to the other side either", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { room, said } = story(seed);
        room.host.advance(20_000);
        room.here.does(atMetaLevel(sendMessage(["y", 2_000_000])));
        expect(said).toContain(2_000_000);
        expect(room.warnings.map(({ message }) => message)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("conversations of any pace", () => {
  const KiB = 1024;
  const us = (name: number) => tcpHandle(name);
  const them = tcpAddress("host", 1);

  interface Step {
    readonly who: number;
    readonly does: "write" | "take" | "read";
    readonly size: number;
  }
  const steps = fc.array(
    fc.record<Step>({
      who: fc.nat(2),
      does: fc.constantFrom("write", "take", "read"),
      size: fc.oneof(fc.nat(1000), fc.nat(200 * KiB)),
    }),
    { maxLength: 60 },
  );

  test("lose no byte, keep their order, and have at most 256 KiB under way in each direction", () => {
    fc.assert(
      fc.property(fc.nat(), steps, (seed, script) => {
        const talks = [0, 1, 2].map((name) => ({
          name,
          sent: 0,
          written: 0,
          untaken: 0,
          read: 0,
          heard: 0,
          isHeld: false,
        }));
        const underWay = talks.map(() => 0);
        let flow!: TcpFlow;
        const room = pair({
          random: seededRandom(seed),
          session(given) {
            flow = given;
            return null;
          },
          through: (near, far) => [near, counting(far, underWay)],
        });
        const flows = talks.map((talk) => flow.begin(us(talk.name), them, (isHeld) => (talk.isHeld = isHeld)));
        room.here.does(
          talks.map((talk) => [
            atMetaLevel(publisher(tcpChannel(us(talk.name), them, ANY))),
            atMetaLevel(
              subscriber(tcpChannel(them, us(talk.name), ANY), {
                onMessage: ({ subpacket }) => void (talk.heard = checkRun(subpacket as Uint8Array, talk.heard)),
              }),
            ),
          ]),
        );
        room.there().does(
          talks.map((talk) => [
            publisher(tcpChannel(them, us(talk.name), ANY)),
            subscriber(tcpChannel(us(talk.name), them, ANY), {
              onMessage({ subpacket }) {
                talk.written = checkRun(subpacket as Uint8Array, talk.written);
                talk.untaken += (subpacket as Uint8Array).length;
                if (talk.untaken > 256 * KiB) throw new Error(`${talk.untaken} bytes wait for the socket`);
              },
            }),
          ]),
        );
        const take = (who: number): void => {
          const { untaken } = talks[who]!;
          talks[who]!.untaken = 0;
          flows[who]!.taken(untaken);
          room.host.settle();
        };
        for (const { who, does, size } of script) {
          const talk = talks[who]!;
          if (does === "take") {
            take(who);
          } else if (does === "write") {
            room.here.does(atMetaLevel(sendMessage(tcpChannel(us(who), them, run(talk.sent, size)))));
            talk.sent += size;
          } else if (!talk.isHeld) {
            const bytes = Math.min(size, 64 * KiB);
            flows[who]!.read(bytes);
            room.there().does(sendMessage(tcpChannel(them, us(who), run(talk.read, bytes))));
            talk.read += bytes;
          }
          for (const bytes of underWay) expect(bytes).toBeLessThanOrEqual(256 * KiB);
        }
        for (let i = 0; i < 100; i++) for (const { name } of talks) take(name);
        for (const talk of talks) expect(talk).toMatchObject({ written: talk.sent, heard: talk.read, isHeld: false });
        expect(room.warnings.map(({ message }) => message)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  /** Bytes that tell where in their stream they are. */
  function run(from: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let i = 0; i < size; i++) bytes[i] = (from + i) % 251;
    return bytes;
  }

  /** @returns where the stream goes on */
  function checkRun(bytes: Uint8Array, from: number): number {
    for (let i = 0; i < bytes.length; i++)
      if (bytes[i] !== (from + i) % 251) throw new Error(`byte ${from + i} is wrong`);
    return from + bytes.length;
  }

  /** Counts the bytes of each conversation that the far half has sent and not got credit for. */
  function counting(far: BridgeChannel, underWay: number[]): BridgeChannel {
    // Of each conversation the program adds the endpoint that publishes first, then the one that hears.
    const talkOf = (endpoint: unknown): number => (endpoint as number) >> 1;
    return {
      send(frame) {
        for (const [kind, endpoint, what] of itemsOf(frame))
          if (kind === 2) underWay[talkOf(endpoint)]! += (what as Uint8Array).length;
        far.send(frame);
      },
      close: (code, reason) => far.close(code, reason),
      onMessage: (listener) =>
        far.onMessage((frame) => {
          for (const [kind, endpoint, what] of itemsOf(frame))
            if (kind === 5) underWay[talkOf(endpoint)]! -= what as number;
          listener(frame);
        }),
      onClose: (listener) => far.onClose(listener),
    };
  }
});
