// Flow control: a hundred connections flood a program that gives credit, then once more with one that gets none. What does the stalled one
// cost the driver, how much of their throughput do the others keep, and does more come than there is credit for? Then one is paused for a
// second: nothing may come, and the total is to be exact afterwards.
import { connect, type Socket } from "node:net";
import {
  ANY,
  groundVm,
  observePublishers,
  publisher,
  sendFeedback,
  setTimer,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpListener,
  tcpListening,
  tcpMode,
  timerDriver,
  timerExpired,
  sendMessage,
  type TcpAddress,
} from "@marketplace/runtime";
import { nodeHost, tcpDriver } from "@marketplace/node-drivers";

const CONNECTIONS = 100;
const WINDOW = 64 * 1024;
const TIME = 4000;
const MIB = 1024 * 1024;
const TOTAL = 32 * MIB;

const us = tcpListener(0);

interface Hearing {
  credit: number;
  delivered: number;
}

/** A server that gives each connection this much credit at first, and as much again as it has heard. */
async function world(creditOf: (index: number) => number) {
  const hearings: Hearing[] = [];
  let excess = 0;
  let listening: (port: number) => void = () => {};
  const port = new Promise<number>((resolve) => (listening = resolve));
  const session = (them: TcpAddress) => {
    const hearing: Hearing = { credit: creditOf(hearings.length), delivered: 0 };
    hearings.push(hearing);
    const give = (amount: number) => sendFeedback(tcpChannel(them, us, tcpCredit(amount)));
    return [
      publisher(tcpChannel(us, them, ANY)),
      subscriber(tcpChannel(them, us, ANY), {
        onMessage({ subpacket }) {
          if (!(subpacket instanceof Uint8Array)) return null;
          hearing.delivered += subpacket.length;
          excess = Math.max(excess, hearing.delivered - hearing.credit);
          hearing.credit += subpacket.length;
          return give(subpacket.length);
        },
      }),
      give(hearing.credit),
    ];
  };
  const vm = groundVm(
    () => [
      tcpDriver(),
      spawn(() =>
        observePublishers(tcpListening(us, ANY), {
          onPresence: ({ role }) => {
            const { address } = role.topic;
            if (tcpAddress.isGround(address)) listening(address.port);
          },
        }),
      ),
      spawn(() =>
        observePublishers(tcpChannel(ANY, us, ANY), {
          onPresence: ({ role }) => {
            const them = role.topic.source;
            return tcpAddress.isGround(them) && spawn(() => session(them));
          },
        }),
      ),
    ],
    { host: nodeHost() },
  );
  return { vm, port: await port, hearings, excess: () => excess };
}

function flood(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  const piece = new Uint8Array(64 * 1024);
  const more = (): void =>
    void socket.write(piece, (error) => (error === undefined || error === null ? more() : undefined));
  socket.on("error", () => {});
  socket.once("connect", more);
  return socket;
}

/** @returns the bytes that connections other than the first got, and what the first one did */
async function run(stalled: boolean) {
  const { vm, port, hearings, excess } = await world((index) => (stalled && index === 0 ? 0 : WINDOW));
  const sockets: Socket[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    sockets.push(flood(port));
    while (hearings.length <= i) await new Promise((resolve) => setImmediate(resolve));
  }
  const begin = hearings.map(({ delivered }) => delivered);
  await new Promise((resolve) => setTimeout(resolve, TIME));
  const others = hearings.slice(1).reduce((sum, { delivered }, i) => sum + delivered - (begin[i + 1] as number), 0);
  const result = { others, excess: excess(), stalled: hearings[0]?.delivered ?? 0 };
  for (const socket of sockets) socket.destroy();
  await vm.stop();
  return result;
}

/** What a connection that gets no credit costs this process, in bytes: what memory grows by, for each of many, when they are written to. */
async function cost(): Promise<number> {
  const memory = (): number => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers, external } = process.memoryUsage();
    return heapUsed + Math.max(arrayBuffers, external);
  };
  const { vm, port, hearings } = await world(() => 0);
  const sockets: Socket[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    sockets.push(socket);
    while (hearings.length <= i) await new Promise((resolve) => setImmediate(resolve));
  }
  // One array for all, so that what the senders hold does not count.
  const piece = new Uint8Array(16 * MIB);
  const withPiece = memory();
  for (const socket of sockets) socket.write(piece);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = memory();
  for (const socket of sockets) socket.destroy();
  await vm.stop();
  return (after - withPiece) / CONNECTIONS;
}

/** One connection sends a known amount; in the middle of it its credit is taken away for a second. */
async function pause() {
  let [delivered, during] = [0, 0];
  let phase: "before" | "paused" | "after" = "before";
  let isOver: () => void = () => {};
  const over = new Promise<void>((resolve) => (isOver = resolve));
  let listening: (port: number) => void = () => {};
  const port = new Promise<number>((resolve) => (listening = resolve));
  const session = (them: TcpAddress) => {
    const say = (what: Parameters<typeof tcpChannel>[2]) => sendFeedback(tcpChannel(them, us, what));
    return [
      publisher(tcpChannel(us, them, ANY)),
      subscriber(tcpChannel(them, us, ANY), {
        onMessage({ subpacket }) {
          if (!(subpacket instanceof Uint8Array)) return void isOver();
          delivered += subpacket.length;
          if (phase === "paused") during += subpacket.length;
          if (phase !== "before" || delivered < TOTAL / 2) return say(tcpCredit(subpacket.length));
          phase = "paused";
          return [say(tcpMode("bytes")), sendMessage(setTimer("pause", 1000, "relative"))];
        },
      }),
      subscriber(timerExpired("pause", ANY), {
        onMessage() {
          phase = "after";
          return say(tcpCredit(WINDOW));
        },
      }),
      say(tcpCredit(WINDOW)),
    ];
  };
  const vm = groundVm(
    () => [
      tcpDriver(),
      timerDriver(),
      spawn(() =>
        observePublishers(tcpListening(us, ANY), {
          onPresence: ({ role }) => {
            const { address } = role.topic;
            if (tcpAddress.isGround(address)) listening(address.port);
          },
        }),
      ),
      spawn(() =>
        observePublishers(tcpChannel(ANY, us, ANY), {
          onPresence: ({ role }) => {
            const them = role.topic.source;
            return tcpAddress.isGround(them) && spawn(() => session(them));
          },
        }),
      ),
    ],
    { host: nodeHost() },
  );
  const socket = connect(await port, "127.0.0.1");
  socket.end(new Uint8Array(TOTAL));
  await over;
  socket.destroy();
  await vm.stop();
  return { delivered, during };
}

const perStalled = await cost();
const all = await run(false);
const one = await run(true);
const kept = one.others / all.others;
const paused = await pause();
console.log(`a stalled reader costs ${(perStalled / 1024).toFixed(0)} KiB, both ends of it counted; allowed: 1024 KiB`);
console.log(
  `${CONNECTIONS - 1} others carry ${(all.others / MIB / (TIME / 1000)).toFixed(0)} MiB/s beside one that reads and ` +
    `${(one.others / MIB / (TIME / 1000)).toFixed(0)} MiB/s beside one that is stalled: ${(100 * kept).toFixed(0)}% kept; needed: 80%`,
);
console.log(
  `delivered beyond credit: at most ${Math.max(all.excess, one.excess)} bytes; to the stalled one: ${one.stalled}`,
);
console.log(`paused for a second: ${paused.during} bytes came, in all ${paused.delivered} of ${TOTAL}`);
const isGood =
  perStalled <= MIB &&
  kept >= 0.8 &&
  Math.max(all.excess, one.excess) === 0 &&
  one.stalled === 0 &&
  paused.during === 0 &&
  paused.delivered === TOTAL;
if (!isGood) process.exitCode = 1;
