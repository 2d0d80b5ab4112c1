import { createHash } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import {
  ANY,
  eof,
  publisher,
  quit,
  sendMessage,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpHandle,
  type ActionTree,
  type GroundVm,
} from "@marketplace/runtime";
import { attachInspector, type Channel } from "@marketplace/runtime/inspect";
import { decodeFrame, encodeFrame, PROTOCOL, type Wire } from "@marketplace/runtime/bridge";
import type { BridgeServer } from "../../src/bridge/serve-bridge.ts";
import { process as vmProcess } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "../tcp/listening.ts";
import { dial, RemoteServer, type Remote } from "../tcp/remote.ts";
import { conversation } from "../tcp/world.ts";
import { startBridge, startBridged } from "./world.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** How much of one conversation may be at the bridge, in each direction. */
const WINDOW = 256 * KiB;

/** An echo server in a VM on the other side of a bridge. */
function echo(log: Log<string>): ActionTree<any> {
  return vmProcess([
    watchListener(anyPort, log),
    listen(anyPort, (them) => [
      publisher(tcpChannel(anyPort, them, ANY)),
      subscriber(tcpChannel(them, anyPort, ANY), {
        onMessage: ({ subpacket }) => sendMessage(tcpChannel(anyPort, them, subpacket)),
        onAbsence: () => quit(),
      }),
    ]),
  ]);
}

/** The bridge's own sockets, as it runs in this process: those it accepted, by the remote's port, and those it connected, by their own. */
const accepted = new Map<number, Socket>();
const connected = new Set<Socket>();
beforeAll(() => {
  const noteAccepted = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    if (socket.remotePort !== undefined) accepted.set(socket.remotePort, socket);
  };
  const noteConnected = (message: unknown): void => void connected.add((message as { socket: Socket }).socket);
  subscribe("net.server.socket", noteAccepted);
  subscribe("net.client.socket", noteConnected);
  return () => {
    unsubscribe("net.server.socket", noteAccepted);
    unsubscribe("net.client.socket", noteConnected);
  };
});

/** The socket that the bridge has connected to this remote. */
function fromBridge(remote: Remote): Socket {
  for (const socket of connected) if (socket.localPort === remote.socket.remotePort) return socket;
  throw new Error("the bridge has no socket for this remote");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function atBridge(remote: Remote): Socket {
  const socket = accepted.get(remote.socket.localPort as number);
  if (socket === undefined) throw new Error("the bridge has no socket for this remote");
  return socket;
}

async function roundTrips(remote: Remote, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const length = remote.bytes.length + 1;
    remote.socket.write("x");
    await remote.heard(({ bytes }) => bytes.length === length);
  }
}

function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 4) bytes.writeUInt32LE((i * 2_654_435_761) >>> 0, i);
  return bytes;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("through a bridge", () => {
  test("64 MiB go to an echo server in the VM on the other side, and are the same when they come back", async () => {
    const { server } = await startBridge();
    const log = new Log<string>();
    startBridged(server, echo(log));
    const remote = await dial(await portOf(log));
    const sent = pattern(64 * MiB);
    remote.socket.end(sent);
    await remote.ended;
    expect(remote.bytes.length).toBe(sent.length);
    expect(sha256(remote.bytes)).toBe(sha256(sent));
  }, 120_000);

  test("of 100 connections one does not read: it holds 256 KiB at the bridge, is itself not read, and the others go on", async () => {
    const { server } = await startBridge();
    const log = new Log<string>();
    startBridged(server, echo(log));
    const port = await portOf(log);
    const stalled = await dial(port, { reads: false });
    const others = await Promise.all(Array.from({ length: 99 }, () => dial(port)));
    await Promise.all(others.map((remote) => roundTrips(remote, 1)));
    const sent = pattern(8 * MiB);
    stalled.socket.end(sent);
    const socket = atBridge(stalled);
    let most = 0;
    let read = -1;
    // The others go on while it fills up, and after that.
    while (read !== (read = socket.bytesRead)) {
      await Promise.all(
        others.map(async (remote) => {
          await roundTrips(remote, 5);
          most = Math.max(most, socket.writableLength);
        }),
      );
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(WINDOW);
    expect(read).toBeLessThan(sent.length);
    stalled.listen();
    await stalled.ended;
    expect(sha256(stalled.bytes)).toBe(sha256(sent));
  }, 120_000);

  test("an end is not a reset: the program hears EOF and then an orderly absence, or an absence with a reason", async () => {
    const { server } = await startBridge();
    const remotes = await RemoteServer.open();
    const them = tcpAddress("127.0.0.1", remotes.port);
    const logs = [new Log<string>(), new Log<string>()] as const;
    const found: Remote[] = [];
    for (const [index, log] of logs.entries()) {
      const us = tcpHandle(index);
      startBridged(
        server,
        vmProcess(
          conversation(us, them, log, (text) =>
            text === "EOF" ? sendMessage(tcpChannel(us, them, eof)) : sendMessage(tcpChannel(us, them, "heard")),
          ),
        ),
      );
      const remote = (await remotes.accept()).listen();
      found.push(remote);
      remote.socket.write("hello");
      await remote.hears("heard");
    }
    const [ends, breaks] = found;
    ends!.socket.end("bye");
    await logs[0].has("absent");
    expect(await ends!.closed).toBe("closed");
    breaks!.socket.resetAndDestroy();
    await logs[1].has("absent: ECONNRESET");
    const life = ({ entries }: Log<string>): string[] => entries.filter((entry) => entry !== "sendable");
    expect(life(logs[0])).toEqual(["present", "hello", "bye", "EOF", "absent"]);
    expect(life(logs[1])).toEqual(["present", "hello", "absent: ECONNRESET"]);
  });
});

/** A client that speaks the bridge's language by hand, and gives and respects no credit. */
class Client {
  readonly items = new Log<readonly unknown[]>();
  /** Of its WebSocket. */
  localPort = 0;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("upgrade", ({ socket: carrier }) => (this.localPort = carrier.localPort ?? 0));
    socket.on("message", (bytes: Buffer) => {
      const frame = decodeFrame(bytes) as readonly unknown[];
      for (const item of Array.isArray(frame[0]) ? frame : [frame]) this.items.add(item as readonly unknown[]);
    });
    onTestFinished(() => socket.terminate());
  }

  static async open({ url, token }: BridgeServer): Promise<Client> {
    const socket = new WebSocket(url, [PROTOCOL, `token.${token}`]);
    const client = new Client(socket);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return client;
  }

  /** Read nothing more, or go on. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  send(...items: Wire[]): void {
    for (const item of items) this.#socket.send(encodeFrame(item));
  }

  /** Ask for a connection: its endpoints are `id` for what is sent, and `id + 1` for what comes. */
  async connect(id: number, port: number): Promise<void> {
    const us: Wire = [1, "tcp-handle", id];
    const them: Wire = [1, "tcp-address", "127.0.0.1", port];
    this.send([0, id, 0, 0, [1, "tcp-channel", us, them, [3]]], [0, id + 1, 1, 0, [1, "tcp-channel", them, us, [3]]]);
    await this.items.until(
      (items) => items.filter(([kind, of]) => kind === 0 && (of === id || of === id + 1)).length === 2,
    );
  }

  /** How many bytes have come for an endpoint. */
  heard(id: number): number {
    const said = this.items.entries.filter(([kind, of]) => kind === 2 && of === id);
    return sum(said.map(([, , bytes]) => (bytes as Uint8Array).length));
  }
}

describe("a client of a bridge", () => {
  test("that gives no credit is sent 256 KiB of a connection, and the bridge reads no more of it; other connections go on", async () => {
    const { server } = await startBridge();
    const remotes = await RemoteServer.open();
    const client = await Client.open(server);
    await client.connect(0, remotes.port);
    const flood = await remotes.accept();
    await client.connect(2, remotes.port);
    const quiet = (await remotes.accept()).listen();
    let taken = 0;
    const block = Buffer.alloc(64 * KiB);
    const fill = (error?: Error | null): void => {
      if (error) return;
      flood.socket.write(block, (failure) => {
        taken += block.length;
        fill(failure);
      });
    };
    fill();
    let before = -1;
    let text = "";
    // What the system takes ends when nobody reads; until then, and after, the other connection is served.
    while (before !== (before = taken)) {
      for (let i = 0; i < 50; i++) {
        client.send([2, 2, new Uint8Array([120])]);
        text += "x";
        await quiet.hears(text);
      }
    }
    const heard = client.heard(1);
    expect(heard).toBeGreaterThan(WINDOW - 128 * KiB);
    expect(heard).toBeLessThanOrEqual(WINDOW);
    client.send([5, 1, 64 * KiB]);
    await client.items.until(() => client.heard(1) > heard);
    expect(client.heard(1)).toBeLessThanOrEqual(heard + 64 * KiB);
  });

  test("that sends more than it has credit for loses that connection, with BRIDGE_OVERRUN, and no other", async () => {
    const { server } = await startBridge();
    const remotes = await RemoteServer.open();
    const client = await Client.open(server);
    await client.connect(0, remotes.port);
    const unread = await remotes.accept();
    await client.connect(2, remotes.port);
    const other = (await remotes.accept()).listen();
    const block = new Uint8Array(64 * KiB);
    for (let sent = 0; sent < 64 * MiB; sent += block.length) client.send([2, 0, block]);
    const isOverrun = (item: readonly unknown[]): boolean => JSON.stringify(item).includes("BRIDGE_OVERRUN");
    await client.items.until((items) => items.some((item) => item[0] === 1 && isOverrun(item)));
    client.send([2, 2, new TextEncoder().encode("still here")]);
    await other.hears("still here");
    await unread.listen().gone;
    expect(server.sessions).toBe(1);
  }, 60_000);

  test("that reads nothing for a while keeps its session: its connections are not read beyond what is under way, and go on later", async () => {
    const { server } = await startBridge({ opens: 1000 });
    const remotes = await RemoteServer.open();
    const client = await Client.open(server);
    const count = 200;
    const found: Remote[] = [];
    for (let i = 0; i < count; i++) {
      await client.connect(2 * i, remotes.port);
      found.push(await remotes.accept());
    }
    client.pause();
    const read = (): number => sum(found.map((remote) => fromBridge(remote).bytesRead));
    // Without credit a connection is read as long as another 64 KiB would fit into its window.
    const each = WINDOW - 64 * KiB;
    for (const remote of found) remote.socket.write(Buffer.alloc(each));
    let before = -1;
    await expect.poll(() => before === (before = read()), { interval: 300, timeout: 30_000 }).toBe(true);
    expect(read()).toBeLessThan((count * each) / 2);
    expect(server.sessions).toBe(1);
    client.resume();
    const heard = (): number => sum(found.map((_, i) => client.heard(2 * i + 1)));
    await expect.poll(heard, { timeout: 30_000 }).toBe(count * each);
  }, 60_000);

  test("that says more than a VM takes is not read meanwhile, and is not taken for silent", async () => {
    let heard = 0;
    const { server, vm } = await startBridge({
      heartbeat: 200,
      boot: () =>
        vmProcess(
          subscriber(["told", ANY], { onMessage: ([, bytes]) => void (heard += (bytes as Uint8Array).length) }),
        ),
    });
    const client = await Client.open(server);
    const block = new Uint8Array(64 * KiB);
    const say = (): void => client.send([3, 0, [0, "told", block]]);
    say();
    await expect.poll(() => heard).toBe(block.length);
    const control = pausing(vm);
    control("pause");
    const socket = accepted.get(client.localPort) as Socket;
    for (let i = 0; i < 512; i++) say();
    // Time in which a silent client would be cut off several times.
    await client.items.until((items) => items.filter(([kind]) => kind === 6).length > 5);
    expect(server.sessions).toBe(1);
    expect(socket.bytesRead).toBeLessThan(8 * MiB);
    control("resume");
    await expect.poll(() => heard, { timeout: 30_000 }).toBe(513 * block.length);
  }, 60_000);
});

/** @returns gives a VM the debugger's commands */
function pausing(vm: GroundVm): (command: "pause" | "resume") => void {
  let receive: (text: unknown) => void = () => {};
  const channel: Channel = {
    send: () => {},
    close: () => {},
    onMessage: (listener) => (receive = listener),
    onClose: () => {},
  };
  attachInspector(vm, channel, { control: true });
  receive(JSON.stringify({ type: "hello", protocol: 1 }));
  return (command) => receive(JSON.stringify({ type: "request", request: 1, command }));
}
