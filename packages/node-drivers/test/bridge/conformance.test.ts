import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { PROTOCOL, webSocketDial, type BridgeChannel, type Wire } from "@marketplace/runtime/bridge";
import { BridgedWorld } from "../../../runtime/src/testing/conformance/bridged-world.ts";
import { runVectorBridged } from "../../../runtime/src/testing/conformance/run.ts";
import { bridgedExceptions, nestedVectors } from "../../../runtime/test/conformance/bridged-vectors.ts";
import { channelOver } from "../../src/bridge/client-channel.ts";
import { nodeHost } from "../../src/host.ts";
import { readWebOptions } from "../../src/web/options.ts";
import { openWebServer, type RoutedServer } from "../../src/web/server.ts";

/** The far half says something first, or the near half would take itself not to be let in. */
const PING: Wire = [6, 0, 0];

let server: RoutedServer;
let paths = 0;
beforeAll(async () => {
  server = await openWebServer(readWebOptions("conformance", { port: 0 }));
});
afterAll(() => server.close());

/** Counts what is under way, to know when nothing is any more. */
class Traffic {
  #pending = 0;
  #settled: (() => void) | null = null;

  begin(): void {
    this.#pending++;
  }

  end(count = 1): void {
    this.#pending -= count;
    if (this.#pending === 0) this.#settled?.();
  }

  async settle(): Promise<boolean> {
    if (this.#pending === 0) return false;
    await new Promise<void>((resolve) => (this.#settled = resolve));
    return true;
  }
}

/** One direction of a connection: what is sent there and has not arrived is under way. */
class Direction {
  readonly #traffic: Traffic;
  #underWay = 0;
  #isClosed = false;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  sent(): void {
    if (this.#isClosed) return;
    this.#underWay++;
    this.#traffic.begin();
  }

  arrived(): void {
    this.#underWay--;
    this.#traffic.end();
  }

  /** Nothing more arrives. */
  closed(): void {
    this.#isClosed = true;
    this.#traffic.end(this.#underWay);
    this.#underWay = 0;
  }
}

/** A channel that counts what it sends and what arrives. */
function counted(channel: BridgeChannel, out: Direction, incoming: Direction): BridgeChannel {
  return {
    send(frame) {
      out.sent();
      channel.send(frame);
    },
    close(code, reason) {
      out.sent();
      channel.close(code, reason);
    },
    onMessage(listener) {
      channel.onMessage((frame) => {
        listener(frame);
        incoming.arrived();
      });
    },
    onClose(listener) {
      channel.onClose((closing) => {
        listener(closing);
        incoming.closed();
      });
    },
  };
}

/** What is sent before there is a channel waits for it. */
class Awaited implements BridgeChannel {
  #channel: BridgeChannel | null = null;
  readonly #wishes: ((channel: BridgeChannel) => void)[] = [];

  is(channel: BridgeChannel): void {
    this.#channel = channel;
    for (const wish of this.#wishes) wish(channel);
  }

  send(frame: Wire): void {
    this.#do((channel) => channel.send(frame));
  }

  close(code?: number, reason?: string): void {
    this.#do((channel) => channel.close(code, reason));
  }

  onMessage(listener: (frame: unknown) => void): void {
    this.#do((channel) => channel.onMessage(listener));
  }

  onClose(listener: Parameters<BridgeChannel["onClose"]>[0]): void {
    this.#do((channel) => channel.onClose(listener));
  }

  #do(wish: (channel: BridgeChannel) => void): void {
    if (this.#channel === null) this.#wishes.push(wish);
    else wish(this.#channel);
  }
}

async function dial(path: string): Promise<BridgeChannel> {
  return webSocketDial({ url: `ws://127.0.0.1:${server.port}${path}`, token: server.token, WebSocket })();
}

/** Each VM that a vector nests has its container behind a WebSocket of its own. */
function overWebSockets(): BridgedWorld {
  const traffic = new Traffic();
  const host = nodeHost();
  return new BridgedWorld({
    host: {
      ...host,
      defer(task) {
        traffic.begin();
        host.defer(() => {
          task();
          traffic.end();
        });
      },
    },
    connect() {
      const [down, up] = [new Direction(traffic), new Direction(traffic)];
      const path = `/${paths++}`;
      const farEnd = new Awaited();
      server.route(path, {
        subprotocol: PROTOCOL,
        maxClients: 1,
        open(client) {
          const channel = counted(channelOver(client), up, down);
          channel.send(PING);
          farEnd.is(channel);
        },
      });
      const near = new Awaited();
      traffic.begin();
      void (async () => {
        near.is(counted(await dial(path), down, up));
        traffic.end();
      })();
      return [near, farEnd];
    },
    settle: () => traffic.settle(),
  });
}

describe("runVectorBridged, with each nested VM on the other side of a WebSocket, finds that the runtime behaves as was recorded in", () => {
  test.each(nestedVectors.filter(([file]) => !bridgedExceptions.has(file)))("%s", async (file, json) => {
    expect(await runVectorBridged(json, overWebSockets(), file)).toEqual({ ok: true });
  });
});
