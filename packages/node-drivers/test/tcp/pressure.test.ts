import { createHash } from "node:crypto";
import { connect } from "node:net";
import { expect, test, vi } from "vitest";
import {
  ANY,
  groundVm,
  publisher,
  sendMessage,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpHandle,
  transition,
  yieldThen,
  type ActionTree,
  type Host,
} from "@marketplace/runtime";
import { nodeHost } from "../../src/host.ts";
import { tcpBareDriver } from "../../src/tcp/driver.ts";
import { Button, process as vmProcess } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "./listening.ts";
import { openSockets } from "./open-sockets.ts";
import { dial, Remote, RemoteServer } from "./remote.ts";
import { absence, conversation, startWorld } from "./world.ts";

const MiB = 1024 * 1024;

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 2_654_435_761) >>> 22;
  return bytes;
}

/** An echo server that counts the bytes it has heard from each remote, in the order in which they came. */
async function echoServer(): Promise<{ readonly port: number; readonly heard: readonly number[] }> {
  const log = new Log<string>();
  const heard: number[] = [];
  startWorld(
    vmProcess([
      watchListener(anyPort, log),
      listen(anyPort, (them) => {
        const index = heard.push(0) - 1;
        return [
          publisher(tcpChannel(anyPort, them, ANY)),
          subscriber(tcpChannel(them, anyPort, ANY), {
            onMessage: ({ subpacket }) => {
              if (subpacket instanceof Uint8Array) heard[index] = (heard[index] as number) + subpacket.length;
              return sendMessage(tcpChannel(anyPort, them, subpacket));
            },
          }),
        ];
      }),
    ]),
  );
  return { port: await portOf(log), heard };
}

/** Waits until `value` is the same before and after a good many round trips to the same server: it changes no more. */
async function settled(value: () => number, other: Remote): Promise<number> {
  for (;;) {
    const before = value();
    for (let i = 0; i < 100; i++) {
      other.socket.write("x");
      const length = other.bytes.length + 1;
      await other.heard(({ bytes }) => bytes.length === length);
    }
    if (value() === before) return before;
  }
}

test("64 MiB through an echo server and back, with half-close, are the same bytes", async () => {
  const { port } = await echoServer();
  const sent = pattern(64 * MiB);
  const remote = await dial(port);
  remote.socket.end(sent);
  await remote.ended;
  expect(remote.bytes.length).toBe(sent.length);
  expect(sha256(remote.bytes)).toBe(sha256(sent));
});

test("a remote that writes without reading is itself not read, and gets everything once it reads", async () => {
  const { port, heard } = await echoServer();
  const sent = pattern(64 * MiB);
  const remote = await dial(port, { reads: false });
  remote.socket.end(sent);
  const other = await dial(port);
  const taken = await settled(() => heard[0] as number, other);
  // What the system buffers on the way back, and the 256 KiB for which the driver lets a connection wait.
  expect(taken).toBeGreaterThan(256 * 1024);
  expect(taken).toBeLessThan(32 * MiB);
  remote.listen();
  await remote.ended;
  expect(sha256(remote.bytes)).toBe(sha256(sent));
});

test("a connection is read only while it has a subscriber that takes part", async () => {
  const { port: otherPort } = await echoServer();
  const log = new Log<string>();
  const join = new Button();
  let heard = 0;
  startWorld(
    vmProcess([
      watchListener(anyPort, log),
      // An observer hears what is read, and is no reason to read.
      subscriber(
        tcpChannel(ANY, anyPort, ANY),
        { onMessage: () => void log.add("overheard") },
        { interest: "observer" },
      ),
      listen(anyPort, (them) => [
        publisher(tcpChannel(anyPort, them, ANY)),
        join.onPress(() =>
          subscriber(tcpChannel(them, anyPort, ANY), {
            onMessage: ({ subpacket }) => {
              if (subpacket instanceof Uint8Array) heard += subpacket.length;
              else log.add("EOF");
            },
          }),
        ),
      ]),
    ]),
  );
  const remote = await dial(await portOf(log));
  const sent = new Uint8Array(16 * MiB);
  remote.socket.end(sent);
  const other = await dial(otherPort);
  await settled(() => remote.socket.writableLength, other);
  expect(remote.socket.writableLength).toBeGreaterThan(0);
  expect(log.entries).not.toContain("overheard");
  join.press();
  await log.has("EOF");
  expect(heard).toBe(sent.length);
});

/** A host whose clock makes each slice so short that the event loop goes round after every action. */
function slowHost(): Host {
  let milliseconds = 0;
  return { ...nodeHost(), monotonic: () => (milliseconds += 5) };
}

test("nothing is read while the VM is busy with what was read before, however long that takes", async () => {
  const server = await RemoteServer.open();
  const [me, them] = [tcpHandle("me"), tcpAddress("127.0.0.1", server.port)];
  const log = new Log<string>();
  let [heard, turns, heardInTurn] = [0, 0, -1];
  // One turn of many slices; the next value can come only when the round is over.
  const longTurn = (): ActionTree<any> => {
    const before = heard;
    return [
      Array.from({ length: 3000 }, () => yieldThen(() => void turns++)),
      yieldThen(() => {
        heardInTurn = heard - before;
        log.add("turn over");
      }),
    ];
  };
  const vm = groundVm(
    () => [
      tcpBareDriver(),
      vmProcess(
        subscriber(tcpChannel(them, me, ANY), {
          onMessage: ({ subpacket }) => {
            if (!(subpacket instanceof Uint8Array)) return void log.add("EOF");
            heard += subpacket.length;
            return turns === 0 ? longTurn() : null;
          },
        }),
      ),
    ],
    { host: slowHost() },
  );
  const remote = await server.accept();
  const sent = new Uint8Array(32 * MiB);
  remote.socket.end(sent);
  await log.has("turn over");
  expect(heardInTurn).toBe(0);
  expect(turns).toBe(3000);
  // The event loop went round 3000 times, and the remote could write no more than the system buffers.
  expect(remote.socket.writableLength).toBeGreaterThan(0);
  await log.has("EOF");
  expect(heard).toBe(sent.length);
  await vm.stop();
});

test("a connection gives at most one value of at most 64 KiB for each round of the VM", async () => {
  const server = await RemoteServer.open();
  const [me, them] = [tcpHandle("me"), tcpAddress("127.0.0.1", server.port)];
  const log = new Log<string>();
  const rounds: number[] = [];
  const lengths: number[] = [];
  let round = 0;
  let isOver = false;
  const everyRound = (): ActionTree<any> => {
    round++;
    return isOver ? null : yieldThen(everyRound);
  };
  startWorld([
    vmProcess(everyRound()),
    vmProcess(
      subscriber(tcpChannel(them, me, ANY), {
        onMessage: ({ subpacket }) => {
          if (subpacket instanceof Uint8Array) {
            rounds.push(round);
            lengths.push(subpacket.length);
            return;
          }
          isOver = true;
          log.add("EOF");
        },
      }),
    ),
  ]);
  const remote = await server.accept();
  remote.socket.end(new Uint8Array(4 * MiB));
  await log.has("EOF");
  expect(lengths.reduce((sum, length) => sum + length)).toBe(4 * MiB);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(64 * 1024);
  expect(new Set(rounds).size).toBe(rounds.length);
});

/** A session that sends pieces of 64 KiB for as long as the connection lasts, whether or not anybody reads. */
function flood(log: Log<string>, count: (bytes: number) => void): Parameters<typeof listen>[1] {
  return (them) => {
    const piece = new Uint8Array(64 * 1024);
    const more = (): ActionTree<any> => {
      count(piece.length);
      return [sendMessage(tcpChannel(anyPort, them, piece)), yieldThen((isOver) => (isOver === true ? null : more()))];
    };
    return transition<boolean>(
      false,
      publisher(tcpChannel(anyPort, them, ANY), {
        onPresence: more,
        onAbsence: ({ reason }) => {
          log.add(absence(reason));
          return transition(true);
        },
      }),
    );
  };
}

test("a connection whose remote does not read ends with TCP_UNSENT_LIMIT when more than 16 MiB are unsent", async () => {
  const log = new Log<string>();
  let sent = 0;
  startWorld(
    vmProcess([
      watchListener(anyPort, log),
      listen(
        anyPort,
        flood(log, (bytes) => (sent += bytes)),
      ),
    ]),
  );
  const port = await portOf(log);
  const before = openSockets();
  new Remote(connect(port, "127.0.0.1")).socket.pause();
  await log.has("absent: TCP_UNSENT_LIMIT");
  // Our end is closed, although the remote has still not read: only its own is open.
  await vi.waitUntil(() => openSockets() === before + 1, { timeout: 30_000 });
  expect(sent).toBeGreaterThan(16 * MiB);
  // More than the limit only by what the system had taken, and by the few rounds in which the end came round.
  expect(sent).toBeLessThan(32 * MiB);
});

test("tcpBareDriver({ maxUnsent }) sets how much may be unsent on each connection, and one that exceeds it harms no other", async () => {
  const log = new Log<string>();
  const sizes = [4096, 8 * MiB, 4096];
  startWorld(
    vmProcess([
      watchListener(anyPort, log),
      listen(anyPort, (them) => [
        conversation(anyPort, them, log),
        sendMessage(tcpChannel(anyPort, them, new Uint8Array(sizes.shift() as number))),
      ]),
    ]),
    { maxUnsent: 1024 },
  );
  const port = await portOf(log);
  const first = await dial(port);
  await first.heard(({ bytes }) => bytes.length === 4096);
  new Remote(connect(port, "127.0.0.1")).socket.pause();
  await log.has("absent: TCP_UNSENT_LIMIT");
  const third = await dial(port);
  await third.heard(({ bytes }) => bytes.length === 4096);
  first.socket.write("still here");
  await log.has("still here");
});
