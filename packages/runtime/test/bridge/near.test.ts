import { describe, expect, test } from "vitest";
import { bridge } from "../../src/bridge/bridge.ts";
import type { BridgeChannel, Closing } from "../../src/bridge/channel.ts";
import { addItem, creditItem, itemsOf, presenceItem, sayItem } from "../../src/bridge/frames.ts";
import { memoryChannel } from "../../src/bridge/memory-channel.ts";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, deleteEndpoint, quit } from "../../src/dsl/processes.ts";
import { tcpAddress, tcpChannel, tcpHandle } from "../../src/messages/tcp.ts";
import type { Role } from "../../src/model/role.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import { Actor, noting } from "./pair.ts";

const KiB = 1024;
const us = tcpHandle("us");
const them = tcpAddress("host", 1);
const outbound = tcpChannel(us, them, ANY);

/** A bridged VM whose far half is played by hand. */
function byHand() {
  const host = new FakeHost();
  const here = new Actor(host);
  const told: unknown[] = [];
  const closings: Closing[] = [];
  let far!: BridgeChannel;
  const dial = (): BridgeChannel => {
    const [near, other] = memoryChannel(host);
    far = other;
    far.onMessage((frame) => told.push(...itemsOf(frame)));
    far.onClose((closing) => closings.push(closing));
    return near;
  };
  const container = bridge(dial, { firstWait: 100, random: () => 0 });
  const vm = groundVm(() => here.boot, { host, container });
  host.settle();
  return {
    here,
    vm,
    told,
    closings,
    /** What the far half says in one frame. */
    tells: (...items: Parameters<BridgeChannel["send"]>[0][]): void => {
      far.send(items);
      host.settle();
    },
    reconnects: (): void => host.advance(100),
    loses: (): void => {
      far.close(0, "lost");
      host.settle();
    },
    /** How many bytes of the conversation have been sent since the last time. */
    said: (): number =>
      told.splice(0).reduce<number>((sum, item) => {
        const [kind, , what] = item as readonly unknown[];
        return kind === 2 ? sum + (what as Uint8Array).length : sum;
      }, 0),
  };
}

const publisherOf = (topic: Role["topic"]): Role => ({ orientation: "publisher", topic, interestType: "participant" });

describe("a bridged VM whose far half does as it likes", () => {
  test("begins a new connection with nothing of the last: what waited for credit then is not sent now", () => {
    const { here, told, said, tells, loses, reconnects } = byHand();
    here.does(
      atMetaLevel(publisher(outbound)),
      atMetaLevel(sendMessage(tcpChannel(us, them, new Uint8Array(1024 * KiB)))),
    );
    expect(said()).toBe(256 * KiB);
    loses();
    reconnects();
    expect(told).toEqual([addItem(0, publisherOf(outbound), false)]);
    told.length = 0;
    here.does(atMetaLevel(sendMessage(tcpChannel(us, them, new Uint8Array(1024 * KiB)))));
    expect(said()).toBe(256 * KiB);
    tells(creditItem(0, 64 * KiB));
    expect(said()).toBe(64 * KiB);
  });

  test("gives up a connection on which something came that is none, and what that frame had set free is not sent on the next", () => {
    const { here, told, said, tells, closings, reconnects } = byHand();
    here.does(
      atMetaLevel(publisher(outbound)),
      atMetaLevel(sendMessage(tcpChannel(us, them, new Uint8Array(1024 * KiB)))),
    );
    said();
    tells(creditItem(0, 256 * KiB), ["no item"]);
    expect(closings).toEqual([{ code: 4400, reason: expect.stringContaining("a kind that the far half sends") }]);
    reconnects();
    expect(told).toEqual([addItem(0, publisherOf(outbound), false)]);
  });

  test.each<[string, Parameters<BridgeChannel["send"]>[0]]>([
    ["an endpoint that there never was", presenceItem(7, publisherOf("x"))],
    ["a peer that faces the same way", presenceItem(0, { ...publisherOf("x"), orientation: "subscriber" })],
    ["the absence of nobody", [1, 0, 0, 0, "x"]],
    ["credit for what is no conversation", creditItem(0, 1)],
    ["a message with too many parts", [2, 0, 1, 2]],
  ])("gives up a connection on which it is told of %s", (_what, item) => {
    const { here, tells, closings } = byHand();
    here.does(atMetaLevel(subscriber("x")));
    tells(item);
    expect(closings).toEqual([{ code: 4400, reason: expect.stringContaining("expected") }]);
  });

  test("knows an endpoint that it has deleted until the far half says that it is gone, and no longer than the connection", () => {
    const log: string[] = [];
    const { here, tells, closings, loses, reconnects } = byHand();
    here.does(
      [0, 1, 2].map((id) => atMetaLevel(subscriber("x", noting(log, String(id)), { id }))),
      [0, 1].map((id) => atMetaLevel(deleteEndpoint(id))),
    );
    tells(presenceItem(0, publisherOf("x")), [9, 0]);
    expect(closings).toEqual([]);
    loses();
    reconnects();
    tells(presenceItem(2, publisherOf("x")));
    expect(log).toEqual(['2 + publisher "x"']);
    tells(presenceItem(1, publisherOf("x")));
    expect(closings.at(-1)?.code).toBe(4400);
  });

  test("hears nothing more of a conversation that has ended for it, and keeps the connection", () => {
    const log: string[] = [];
    const { here, tells, closings } = byHand();
    const inbound = tcpChannel(them, us, ANY);
    here.does(atMetaLevel(subscriber(inbound, noting(log, "here"))));
    tells(presenceItem(0, publisherOf(inbound)));
    // More than there is credit for, within one frame: the VM has no time to deal with it.
    tells(...Array.from({ length: 7 }, () => sayItem(0, [new Uint8Array(64 * KiB)])));
    expect(log.at(-1)).toMatch(/^here - .* because driver-error\("BRIDGE_OVERRUN"/);
    const { length } = log;
    // On its way before the far half knew.
    tells(
      sayItem(0, ["late"]),
      [1, 0, 0, 0, [1, "tcp-channel", [1, "tcp-address", "host", 1], [1, "tcp-handle", "us"], [3]]],
      [9, 0],
    );
    expect(log).toHaveLength(length);
    expect(closings).toEqual([]);
  });

  test("that wants its end and has something to say first is not disturbed by what goes on meanwhile", async () => {
    const { here, vm, said, tells, closings } = byHand();
    const inbound = publisherOf("x");
    here.does(
      atMetaLevel(publisher(outbound)),
      atMetaLevel(subscriber("x")),
      atMetaLevel(sendMessage(tcpChannel(us, them, new Uint8Array(320 * KiB)))),
    );
    tells(presenceItem(1, inbound));
    here.does(atMetaLevel(quit({ reason: "done" })));
    tells([1, 1, 0, 0, "x"]);
    expect(said()).toBe(256 * KiB);
    tells(creditItem(0, 256 * KiB));
    expect(said()).toBe(64 * KiB);
    await vm.ended;
    expect(closings).toEqual([]);
  });

  test("is warned of what cannot cross", async () => {
    const host = new FakeHost();
    const [near, far] = memoryChannel(host);
    const warnings: string[] = [];
    const vm = groundVm(() => atMetaLevel(subscriber("x")), {
      host,
      container: bridge(near),
      onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
    });
    host.settle();
    far.send([7, 0, "message: expected a term, got a function"]);
    host.settle();
    expect(warnings).toEqual([
      'BRIDGE_UNSAID: something on "x" could not cross the bridge: message: expected a term, got a function',
    ]);
    await vm.stop();
  });
});
