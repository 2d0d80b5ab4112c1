import { describe, expect, test } from "vitest";
import type { BridgeChannel } from "../../src/bridge/channel.ts";
import type { TcpFlow } from "../../src/bridge/far.ts";
import { addItem, creditItem, itemsOf, sayItem, sendItem } from "../../src/bridge/frames.ts";
import { memoryChannel } from "../../src/bridge/memory-channel.ts";
import { type Wire, wireSize } from "../../src/bridge/wire.ts";
import { acceptBridge } from "../../src/bridge/accept.ts";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, deleteEndpoint, quit, spawn } from "../../src/dsl/processes.ts";
import { eof, isEof, tcpAddress, tcpChannel, tcpHandle } from "../../src/messages/tcp.ts";
import { udpHandle, udpPacket, udpRemoteAddress } from "../../src/messages/udp.ts";
import type { ActionTree } from "../../src/model/action.ts";
import type { Term } from "../../src/terms/term.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import { Viewer } from "../inspect/viewer.ts";
import { Actor, noting, pair, type Pair, type PairOptions } from "./pair.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** A connection of the driver's, played by hand: what it reads and takes is told to the flow, as the driver does. */
class Socket {
  readonly us;
  readonly them;
  /** What has been written to it. */
  readonly written: (Uint8Array | "EOF")[] = [];
  isHeld = false;
  /** Does the system take what is written at once? */
  takes = true;
  readonly #room: Pair;
  readonly #flow: ReturnType<TcpFlow["begin"]>;
  #untaken = 0;

  constructor(room: Pair, flow: TcpFlow, name: string) {
    this.us = tcpHandle(name);
    this.them = tcpAddress("host", 1);
    this.#room = room;
    this.#flow = flow.begin(this.us, this.them, (isHeld) => (this.isHeld = isHeld));
  }

  connect(): void {
    const heard = ({ subpacket }: { readonly subpacket: Term }): void => {
      if (isEof(subpacket)) this.written.push("EOF");
      if (!(subpacket instanceof Uint8Array)) return;
      this.written.push(subpacket);
      this.#untaken += subpacket.length;
      if (this.takes) this.take();
    };
    this.#room
      .there()
      .does(
        publisher(tcpChannel(this.them, this.us, ANY), {}, { id: `in ${this.us.id as string}` }),
        subscriber(tcpChannel(this.us, this.them, ANY), { onMessage: heard }, { id: `out ${this.us.id as string}` }),
      );
  }

  disconnect(): void {
    this.#flow.end();
    const ids = ["in", "out"].map((way) => `${way} ${this.us.id as string}`);
    this.#room.there().does(ids.map((id) => deleteEndpoint(id, "gone")));
  }

  /** The remote has sent something, and the driver has it. */
  read(): void {
    this.#flow.read(64 * KiB);
  }

  /** The remote sends as much as is read. @returns how much that was */
  flood(most = 10 * MiB): number {
    let sent = 0;
    while (!this.isHeld && sent < most) {
      this.read();
      this.#room.there().does(sendMessage(tcpChannel(this.them, this.us, new Uint8Array(64 * KiB).fill(sent >> 16))));
      sent += 64 * KiB;
    }
    return sent;
  }

  take(): void {
    const taken = this.#untaken;
    this.#untaken = 0;
    if (taken > 0) this.#flow.taken(taken);
  }

  get writtenBytes(): number {
    return this.written.reduce((sum, each) => sum + (each === "EOF" ? 0 : each.length), 0);
  }
}

interface Net extends Pair {
  /** A connection that the driver is about to make. */
  readonly socket: (name: string) => Socket;
}

function net(options: PairOptions = {}): Net {
  let flow!: TcpFlow;
  const room = pair({
    ...options,
    session(given) {
      flow = given;
      return null;
    },
  });
  return { ...room, socket: (name) => new Socket(room, flow, name) };
}

/** A program's two endpoints of a conversation. */
function conversation(
  { us, them }: Socket,
  heard: (bytes: Uint8Array) => ActionTree<any> | void = () => {},
  log: string[] = [],
) {
  const { onPresence, onAbsence } = noting(log, us.id as string);
  return [
    atMetaLevel(publisher(tcpChannel(us, them, ANY), { onPresence, onAbsence }, { id: `to ${us.id as string}` })),
    atMetaLevel(
      subscriber(
        tcpChannel(them, us, ANY),
        { onMessage: ({ subpacket }) => (subpacket instanceof Uint8Array ? heard(subpacket) : undefined) },
        { id: `from ${us.id as string}` },
      ),
    ),
  ];
}

const say = ({ us, them }: Socket, what: Uint8Array | string | typeof eof) =>
  atMetaLevel(sendMessage(tcpChannel(us, them, what)));

describe("what a socket reads, on its way into the bridged VM", () => {
  test("is at most 256 KiB while the VM does not deal with it, and goes on when it does", () => {
    let heard = 0;
    const room = net();
    const socket = room.socket("a");
    room.here.does(conversation(socket, (bytes) => void (heard += bytes.length)));
    socket.connect();
    const viewer = Viewer.attach(room.inner, room.host);
    viewer.ask({ command: "pause" });
    expect(socket.flood()).toBeLessThanOrEqual(256 * KiB);
    expect(heard).toBe(0);
    viewer.ask({ command: "resume" });
    room.host.settle();
    expect(heard).toBeGreaterThanOrEqual(192 * KiB);
    expect(socket.isHeld).toBe(false);
    expect(socket.flood(10 * MiB)).toBe(10 * MiB);
  });

  test("counts from when it is read, although it is not passed on yet", () => {
    const room = net();
    const socket = room.socket("a");
    room.here.does(conversation(socket));
    socket.connect();
    const viewer = Viewer.attach(room.inner, room.host);
    viewer.ask({ command: "pause" });
    socket.flood(128 * KiB);
    socket.read();
    expect(socket.isHeld).toBe(false);
    socket.read();
    expect(socket.isHeld).toBe(true);
  });

  test("waits for nobody else: one conversation that is stalled holds up no other", () => {
    const heard = { a: 0, b: 0 };
    const room = net();
    const [stalled, other] = [room.socket("a"), room.socket("b")];
    stalled.takes = false;
    room.here.does(
      // The one says everything again, and nobody takes it.
      conversation(stalled, (bytes) => {
        heard.a += bytes.length;
        return say(stalled, bytes);
      }),
      conversation(other, (bytes) => void (heard.b += bytes.length)),
    );
    stalled.connect();
    other.connect();
    // In the window of each direction, and unsent in the program's half.
    expect(stalled.flood(10 * MiB)).toBeLessThanOrEqual(3 * 256 * KiB + 64 * KiB);
    expect(stalled.isHeld).toBe(true);
    expect(stalled.writtenBytes).toBeLessThanOrEqual(256 * KiB);
    expect(other.flood(4 * MiB)).toBe(4 * MiB);
    expect(heard.b).toBe(4 * MiB);
    stalled.takes = true;
    for (let i = 0; i < 20; i++) {
      stalled.take();
      room.host.settle();
    }
    expect(stalled.isHeld).toBe(false);
    expect(stalled.writtenBytes).toBe(heard.a);
  });

  test("is not sent at all to endpoints that take no messages, until they do", () => {
    const frames: unknown[] = [];
    const heard: string[] = [];
    const room = net({ through: (near, far) => [near, tapped(far, (frame) => frames.push(...itemsOf(frame)))] });
    const topic = ["topic", ANY] as const;
    room.here.does(atMetaLevel(subscriber(topic, {}, { id: "s" })));
    room.there().does(sendMessage(["topic", 1]));
    const messages = (): unknown[] => frames.filter((item) => (item as unknown[])[0] === 2);
    expect(messages()).toEqual([]);
    room.here.does(
      atMetaLevel(subscriber(topic, { onMessage: ([, what]) => void heard.push(String(what)) }, { id: "s" })),
    );
    room.there().does(sendMessage(["topic", 2]));
    expect(heard).toEqual(["2"]);
    expect(messages()).toEqual([[2, 0, 2]]);
  });

  test("costs its bytes and two numbers, even where an endpoint hears it that looks at all conversations", () => {
    const items: unknown[] = [];
    const heard: unknown[] = [];
    const room = net({ through: (near, far) => [near, tapped(far, (frame) => items.push(...itemsOf(frame)))] });
    const socket = room.socket("a");
    const { us, them } = socket;
    room.here.does(
      atMetaLevel(subscriber(tcpChannel(ANY, tcpHandle(ANY), ANY), { onMessage: (body) => void heard.push(body) })),
      atMetaLevel(subscriber(tcpChannel(them, us, ANY), {})),
    );
    socket.connect();
    room.there().does(sendMessage(tcpChannel(them, us, new Uint8Array([1, 2]))));
    expect(items.at(-1)).toEqual([8, 0, 1, new Uint8Array([1, 2])]);
    expect(heard).toEqual([tcpChannel(them, us, new Uint8Array([1, 2]))]);
  });
});

describe("what the bridged VM sends, on its way to a socket", () => {
  test("is at most 256 KiB that the socket has not taken, in pieces of at most 64 KiB, and all of it in the end", () => {
    const room = net();
    const socket = room.socket("a");
    socket.takes = false;
    room.here.does(conversation(socket));
    socket.connect();
    const bytes = Uint8Array.from({ length: MiB + 5 }, (_, i) => i % 251);
    room.here.does(say(socket, bytes), say(socket, eof));
    expect(socket.writtenBytes).toBe(256 * KiB);
    expect(socket.written.every((each) => each.length <= 64 * KiB)).toBe(true);
    for (let i = 0; i < 10; i++) {
      socket.take();
      room.host.settle();
    }
    expect(socket.written.at(-1)).toBe("EOF");
    const all = new Uint8Array(socket.writtenBytes);
    let at = 0;
    for (const each of socket.written) {
      if (each === "EOF") continue;
      all.set(each, at);
      at += each.length;
    }
    expect(all.length).toBe(bytes.length);
    expect(all.findIndex((byte, i) => byte !== bytes[i])).toBe(-1);
  });

  test("is sent before the endpoints go that were deleted after it, and before the VM is gone", async () => {
    const room = net();
    const socket = room.socket("a");
    socket.takes = false;
    room.here.does(conversation(socket));
    socket.connect();
    let isOver = false;
    void room.inner.ended.then(() => (isOver = true));
    room.here.does(say(socket, new Uint8Array(MiB)), quit());
    await Promise.resolve();
    expect(isOver).toBe(false);
    for (let i = 0; i < 10; i++) {
      socket.take();
      room.host.settle();
    }
    expect(socket.writtenBytes).toBe(MiB);
    await room.inner.ended;
    room.host.settle();
    expect(room.ended()).toBe(1);
  });

  test("gets up to a second where the VM is stopped", async () => {
    const room = net();
    const socket = room.socket("a");
    socket.takes = false;
    room.here.does(conversation(socket));
    socket.connect();
    room.here.does(say(socket, new Uint8Array(MiB)));
    const stopped = room.inner.stop("stopped");
    room.host.settle();
    socket.take();
    room.host.settle();
    expect(socket.writtenBytes).toBe(512 * KiB);
    room.host.advance(1000);
    await stopped;
    room.host.settle();
    expect(room.ended()).toBe(1);
  });

  test("ends the conversation where more than 16 MiB wait, and no other", () => {
    const log: string[] = [];
    const room = net();
    const [stalled, other] = [room.socket("a"), room.socket("b")];
    stalled.takes = false;
    room.here.does(conversation(stalled, undefined, log), conversation(other, undefined, log));
    stalled.connect();
    other.connect();
    log.length = 0;
    for (let i = 0; i < 17; i++) room.here.does(say(stalled, new Uint8Array(MiB)));
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^a - subscriber .* because driver-error\("TCP_UNSENT_LIMIT", /);
    room.here.does(say(other, new Uint8Array(MiB)));
    expect(other.writtenBytes).toBe(MiB);
    expect(room.states.map(({ state }) => state)).toEqual(["connecting", "open"]);
  });

  test("before there is anybody to take it, and after he has gone, uses up no credit", () => {
    const room = net();
    const socket = room.socket("a");
    socket.takes = false;
    room.here.does(conversation(socket));
    for (let i = 0; i < 20; i++) room.here.does(say(socket, new Uint8Array(64 * KiB)));
    socket.connect();
    room.here.does(say(socket, new Uint8Array(256 * KiB)));
    expect(socket.writtenBytes).toBeGreaterThanOrEqual(192 * KiB);
    socket.disconnect();
    for (let i = 0; i < 20; i++) room.here.does(say(socket, new Uint8Array(64 * KiB)));
    const again = room.socket("a");
    again.connect();
    room.here.does(say(socket, new Uint8Array(256 * KiB)));
    expect(again.writtenBytes).toBeGreaterThanOrEqual(192 * KiB);
  });

  test("text is its UTF-8 bytes, and is cut like them", () => {
    const room = net();
    const socket = room.socket("a");
    room.here.does(conversation(socket));
    socket.connect();
    room.here.does(say(socket, "é".repeat(100 * KiB)));
    expect(socket.writtenBytes).toBe(200 * KiB);
  });
});

describe("a peer that sends beyond its credit", () => {
  /** A near half played by hand. */
  function byHand() {
    const host = new FakeHost();
    const idle = new Actor(host);
    const outer = groundVm(() => idle.boot, { host });
    const [near, far] = memoryChannel(host);
    const told: unknown[] = [];
    let flow!: TcpFlow;
    near.onMessage((frame) => told.push(...itemsOf(frame)));
    let isClosed = false;
    near.onClose(() => (isClosed = true));
    const there = new Actor(host);
    acceptBridge(outer, far, {
      boot(given) {
        flow = given;
        return there.boot;
      },
    });
    host.settle();
    const sends = (...items: Parameters<typeof near.send>[0][]): void => {
      for (const item of items) near.send(item);
      host.settle();
    };
    return { host, there, told, flow: () => flow, sends, isClosed: () => isClosed };
  }

  test("loses that conversation with BRIDGE_OVERRUN, and nothing else", () => {
    const { there, told, flow, sends, isClosed } = byHand();
    const them = tcpAddress("host", 1);
    const topic = (name: string, what: Term = ANY): Term => tcpChannel(tcpHandle(name), them, what as never);
    let written = 0;
    for (const name of ["a", "b"]) {
      flow().begin(tcpHandle(name), them, () => {});
      there.does(subscriber(topic(name), { onMessage: () => void written++ }));
    }
    sends(
      ...["a", "b"].map((name, i) =>
        addItem(i, { orientation: "publisher", topic: topic(name), interestType: "participant" }, true),
      ),
    );
    told.length = 0;
    for (let i = 0; i < 4; i++) sends(sayItem(0, [new Uint8Array(64 * KiB)]));
    expect(told).toEqual([]);
    sends(sayItem(0, [new Uint8Array(1)]));
    expect(JSON.stringify(told)).toContain("BRIDGE_OVERRUN");
    // What is still on its way of that conversation does no harm, in either form.
    sends(sayItem(0, [new Uint8Array(1)]), sendItem("publisher", topic("a", new Uint8Array(1))), creditItem(0, 5));
    expect(written).toBe(4);
    sends(sayItem(1, [new Uint8Array(1)]));
    expect(written).toBe(5);
    expect(isClosed()).toBe(false);
  });

  test("loses it in the bridged VM too, where the far half sends beyond its credit", () => {
    const log: string[] = [];
    const room = pair();
    const [us, them] = [tcpHandle("a"), tcpAddress("host", 1)];
    room.here.does(
      atMetaLevel(subscriber(tcpChannel(them, us, ANY), noting(log, "here"))),
      atMetaLevel(subscriber("x", noting(log, "here"))),
    );
    room.there().does(publisher(tcpChannel(them, us, ANY)), publisher("x"));
    const viewer = Viewer.attach(room.inner, room.host);
    viewer.ask({ command: "pause" });
    // Not the driver: somebody who reads no socket, and whom nobody can hold.
    for (let i = 0; i < 7; i++) room.there().does(sendMessage(tcpChannel(them, us, new Uint8Array(64 * KiB))));
    viewer.ask({ command: "resume" });
    room.host.settle();
    expect(log.at(-1)).toMatch(/because driver-error\("BRIDGE_OVERRUN"/);
    room.there().does(sendMessage("x"), sendMessage(tcpChannel(them, us, "late")));
    expect(log.at(-1)).toBe('here: "x"');
  });
});

test("datagrams are lost where the network does not get rid of them, and nothing else is", () => {
  let unsent = 0;
  const heard: string[] = [];
  const room = pair({ through: (near, far) => [near, { ...tapped(far, () => {}), unsent: () => unsent }] });
  const packet = (body: string): Term => udpPacket(udpRemoteAddress("host", 1), udpHandle("u"), body);
  room.here.does(
    atMetaLevel(subscriber(udpPacket(ANY, ANY, ANY), { onMessage: ({ body }) => void heard.push(String(body)) })),
    atMetaLevel(subscriber("other", { onMessage: () => void heard.push("other") })),
  );
  room.there().does(sendMessage(packet("one")));
  unsent = 2 * MiB;
  room.there().does(sendMessage(packet("two")), sendMessage("other"));
  unsent = 0;
  room.there().does(sendMessage(packet("three")));
  expect(heard).toEqual(["one", "other", "three"]);
});

test("a peer that reads nothing at all loses its session", () => {
  const room = pair({
    through: (near, far) => [near, { ...tapped(far, () => {}), unsent: () => 17 * MiB }],
    program: () => spawn(() => atMetaLevel(subscriber("x"))),
  });
  room.there().does(publisher("x"));
  expect(room.ended()).toBe(1);
});

test("sendMessage(body) to hundreds of endpoints of one peer: no more is made ready to be sent than it may leave unread", () => {
  let unsent = 0;
  const room = pair({
    through: (near, far) => [
      near,
      { ...tapped(far, (frame) => (unsent += wireSize(frame as Wire))), unsent: () => unsent },
    ],
    program: () =>
      spawn(() => Array.from({ length: 200 }, () => atMetaLevel(subscriber(ANY, { onMessage: () => {} })))),
  });
  room.there().does(sendMessage(new Uint8Array(MiB / 2)));
  expect(room.ended()).toBe(1);
  expect(unsent).toBeGreaterThan(16 * MiB);
  expect(unsent).toBeLessThan(19 * MiB);
});

/** A channel that tells what is sent over it. */
function tapped(channel: BridgeChannel, told: (frame: unknown) => void): BridgeChannel {
  return {
    send(frame) {
      told(frame);
      channel.send(frame);
    },
    close: (code, reason) => channel.close(code, reason),
    onMessage: (listener) => channel.onMessage(listener),
    onClose: (listener) => channel.onClose(listener),
  };
}
