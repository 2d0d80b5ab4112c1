import { describe, expect, test } from "vitest";
import {
  formatTerm,
  publisher,
  sendMessage,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpHandle,
  ANY,
  type Term,
} from "@marketplace/runtime";
import type { TcpFlow } from "../../src/tcp/flow.ts";
import { process as vmProcess } from "../ground.ts";
import { Log } from "../log.ts";
import { freePort, RemoteServer } from "./remote.ts";
import { absence, startWorld } from "./world.ts";

const MiB = 1024 * 1024;

/** A flow that holds each conversation from the beginning, and notes what it is told. */
class Holding implements TcpFlow {
  readonly log = new Log<string>();
  read = 0;
  taken = 0;
  largest = 0;
  hold!: (isHeld: boolean) => void;

  begin(local: Term, remote: Term, hold: (isHeld: boolean) => void): ReturnType<TcpFlow["begin"]> {
    this.log.add(`begin ${formatTerm(local)} ${formatTerm(remote)}`);
    this.hold = hold;
    hold(true);
    return {
      read: (bytes) => {
        this.read += bytes;
        this.largest = Math.max(this.largest, bytes);
        this.log.add("read");
      },
      taken: (bytes) => {
        this.taken += bytes;
        this.log.add("taken");
      },
      end: () => this.log.add("end"),
    };
  }
}

describe("tcpBareDriver({ flow })", () => {
  test("reads a connection only while the flow does not hold it, and tells of each byte that is read", async () => {
    const flow = new Holding();
    const server = await RemoteServer.open();
    const [us, them] = [tcpHandle("us"), tcpAddress("127.0.0.1", server.port)];
    const log = new Log<string>();
    let heard = 0;
    let limit = MiB;
    startWorld(
      vmProcess(
        subscriber(tcpChannel(them, us, ANY), {
          onPresence: () => log.add("present"),
          onMessage: ({ subpacket }) => {
            if (subpacket instanceof Uint8Array) heard += subpacket.length;
            else log.add("EOF");
            if (heard >= limit) flow.hold(true);
          },
        }),
      ),
      { flow },
    );
    const remote = await server.accept();
    await log.has("present");
    expect(flow.log.entries).toEqual([`begin tcp-handle("us") tcp-address("127.0.0.1", ${server.port})`]);
    const sent = 64 * MiB;
    remote.socket.end(Buffer.alloc(sent));
    flow.hold(false);
    await expect.poll(() => heard >= limit && heard === flow.read).toBe(true);
    // What is on its way to us is not read, nor is the end that stands behind it.
    expect(heard).toBeLessThan(sent);
    expect(log.entries).toEqual(["present"]);
    limit = Infinity;
    flow.hold(false);
    await log.has("EOF");
    expect([heard, flow.read]).toEqual([sent, sent]);
    expect(flow.largest).toBeLessThanOrEqual(65_536);
  });

  test("tells of the bytes that the system has taken, and once that the conversation is over", async () => {
    const flow = new Holding();
    const server = await RemoteServer.open();
    const [us, them] = [tcpHandle("us"), tcpAddress("127.0.0.1", server.port)];
    const log = new Log<string>();
    startWorld(
      vmProcess([
        publisher(tcpChannel(us, them, ANY), {
          onPresence: () => [sendMessage(tcpChannel(us, them, "12345")), sendMessage(tcpChannel(us, them, "é"))],
        }),
        subscriber(tcpChannel(them, us, ANY), { onAbsence: ({ reason }) => log.add(absence(reason)) }),
      ]),
      { flow },
    );
    const remote = (await server.accept()).listen();
    await remote.hears("12345é");
    await flow.log.until(() => flow.taken === 7);
    flow.hold(false);
    remote.socket.resetAndDestroy();
    await log.has("absent: ECONNRESET");
    expect(flow.log.entries.filter((entry) => entry === "end")).toHaveLength(1);
    expect(flow.log.entries.at(-1)).toBe("end");
  });

  test("a conversation that never comes up begins and ends", async () => {
    const flow = new Holding();
    const port = await freePort();
    startWorld(vmProcess(publisher(tcpChannel(tcpHandle("refused"), tcpAddress("127.0.0.1", port), ANY))), { flow });
    await flow.log.has("end");
    expect(flow.log.entries).toEqual([`begin tcp-handle("refused") tcp-address("127.0.0.1", ${port})`, "end"]);
  });
});
