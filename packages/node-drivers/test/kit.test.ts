import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  ANY,
  consoleInput,
  publisher,
  sendFeedback,
  sendMessage,
  setTimer,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpError,
  tcpHandle,
  timerDriver,
  timerExpired,
  udpError,
  udpListener,
  udpPacket,
  udpRemoteAddress,
  type ActionTree,
  type TcpAddress,
} from "@marketplace/runtime";
import { driverKit, type DriverUnderTest } from "@marketplace/runtime/testing";
import { consoleDriver } from "../src/console/driver.ts";
import { nodeHost } from "../src/host.ts";
import { tcpBareDriver, tcpDriver } from "../src/tcp/driver.ts";
import { udpDriver } from "../src/udp/driver.ts";
import { freePort, RemoteServer, type Remote } from "./tcp/remote.ts";
import { isFree } from "./udp/people.ts";

const me = tcpHandle("kit");

/** A user of a connection; with flow control it has to give credit. */
function tcpUser(them: TcpAddress): ActionTree<any> {
  return [
    publisher(tcpChannel(me, them, ANY)),
    subscriber(tcpChannel(them, me, ANY), {
      onPresence: () => sendFeedback(tcpChannel(them, me, tcpCredit(2 ** 40))),
    }),
  ];
}

/** A server, and the remote that it has accepted, once there is one. */
async function remoteServer() {
  const server = await RemoteServer.open();
  const seen: { remote: Remote | null; open: boolean } = { remote: null, open: false };
  const accept = async (): Promise<void> => {
    const remote = await server.accept();
    seen.remote = remote;
    seen.open = true;
    await remote.gone;
    seen.open = false;
  };
  void accept();
  return { them: tcpAddress("127.0.0.1", server.port), seen };
}

function tcp(driver: () => ActionTree<any>): DriverUnderTest {
  return {
    host: nodeHost,
    driver,
    async opening() {
      const { them, seen } = await remoteServer();
      return {
        demand: tcpUser(them),
        present: tcpChannel(them, me, ANY),
        inbound: tcpChannel(them, me, ANY),
        isOpen() {
          // It says something all the time, so that there is something that could come after the absence.
          if (seen.open) seen.remote?.listen().socket.write("more");
          return seen.open;
        },
      };
    },
    async failing() {
      const them = tcpAddress("127.0.0.1", await freePort());
      return { demand: tcpUser(them), present: tcpChannel(them, me, ANY), error: tcpError(me, them, ANY) };
    },
    async flood() {
      const server = await RemoteServer.open();
      const them = tcpAddress("127.0.0.1", server.port);
      let sent = 0;
      const accept = async (): Promise<void> => {
        const { socket } = await server.accept();
        const piece = new Uint8Array(64 * 1024);
        const more = (): void => {
          socket.write(piece, (error) => {
            if (error !== undefined && error !== null) return;
            sent += piece.length;
            more();
          });
        };
        more();
      };
      void accept();
      // Both ends' system buffers grow up to a few MiB each.
      return { demand: tcpUser(them), inbound: tcpChannel(them, me, ANY), sent: () => sent, most: 16 * 1024 * 1024 };
    },
  };
}

const udp: DriverUnderTest = {
  host: nodeHost,
  driver: udpDriver,
  async opening() {
    const port = await freePort();
    const us = udpListener(port);
    return {
      demand: subscriber(udpPacket(ANY, us, ANY)),
      present: udpPacket(udpRemoteAddress(ANY, ANY), us, ANY),
      inbound: udpPacket(ANY, us, ANY),
      isOpen: async () => !(await isFree(port)),
    };
  },
  async failing() {
    const server = await import("node:dgram").then(({ createSocket }) => createSocket("udp4"));
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const us = udpListener(server.address().port);
    return {
      demand: subscriber(udpPacket(ANY, us, ANY)),
      present: udpPacket(udpRemoteAddress(ANY, ANY), us, ANY),
      error: udpError(us, ANY),
    };
  },
};

const timer: DriverUnderTest = {
  host: nodeHost,
  driver: timerDriver,
  answering: () => ({ ask: sendMessage(setTimer("kit", 3, "relative")), answer: timerExpired("kit", ANY) }),
};

/** A console whose input never ends. */
function endlessConsole(): DriverUnderTest {
  let input = new PassThrough();
  return {
    host: nodeHost,
    driver: () => consoleDriver({ input, output: new PassThrough() }),
    flood() {
      let sent = 0;
      input = new PassThrough();
      const stream = input;
      // A few lines in each turn of the host: one who reads at once would keep an endless loop going.
      const more = (): void => {
        if (stream.destroyed) return;
        for (let lines = 0; lines < 64; lines++) {
          sent += 1024;
          if (!stream.write(`${"x".repeat(1023)}\n`)) return;
        }
        setImmediate(more);
      };
      stream.on("drain", () => setImmediate(more));
      more();
      onTestFinished(() => void stream.destroy());
      return { demand: subscriber(consoleInput(ANY)), inbound: consoleInput(ANY), sent: () => sent, most: 256 * 1024 };
    },
  };
}

describe.each([
  ["tcpBareDriver", () => tcp(tcpBareDriver)],
  ["tcpDriver", () => tcp(tcpDriver)],
  ["udpDriver", () => udp],
  ["timerDriver", () => timer],
  ["consoleDriver", endlessConsole],
] as const)("driverKit of %s", (_name, underTest) => {
  test.each(driverKit(underTest()))("$name", ({ run }) => run());
});

test("driverKit finds a driver that does not close, and one that takes more than it may", async () => {
  const us = "thing";
  const checks = driverKit({
    host: nodeHost,
    // It is there before anybody asks, and never goes.
    driver: () => spawn(() => publisher([us, ANY])),
    opening: () => ({ demand: subscriber([us, ANY]), present: [us, ANY], inbound: [us, ANY], isOpen: () => true }),
  });
  await expect(checks[0]?.run()).rejects.toThrow("expected the driver's absence within 10000 ms");
  const greedy = endlessConsole();
  const [flood] = driverKit({ ...greedy, flood: async () => ({ ...(await greedy.flood?.()), most: 0 }) as never });
  await expect(flood?.run()).rejects.toThrow("expected at most 0 to be sent while the VM is busy");
});
