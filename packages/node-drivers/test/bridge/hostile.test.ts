import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ANY, publisher, sendMessage, subscriber, tcpChannel } from "@marketplace/runtime";
import { encodeFrame, type Wire } from "@marketplace/runtime/bridge";
import type { SessionListener } from "../../src/bridge/options.ts";
import type { BridgeServer } from "../../src/bridge/serve-bridge.ts";
import { process as vmProcess } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "../tcp/listening.ts";
import { dial } from "../tcp/remote.ts";
import { frame, opcodes, RawWebSocket } from "../web/raw-client.ts";
import { startBridge, startBridged } from "./world.ts";

const MiB = 1024 * 1024;

/** A client that was let in, and says what it likes. */
async function enter({ port, token }: BridgeServer): Promise<RawWebSocket> {
  const lines = [`Host: 127.0.0.1:${port}`, `Sec-WebSocket-Protocol: marketplace.bridge.1, token.${token}`];
  const client = await RawWebSocket.open(port, "/bridge", lines);
  await client.next();
  return client;
}

/** The code that a client is closed with, whatever it hears before. */
async function closeCode(client: RawWebSocket): Promise<number | undefined> {
  for (;;) {
    const heard = await client.next();
    if (heard.type === "closed") return heard.code;
  }
}

/** A bridge with a session that serves a TCP client; and what sees that it still does. */
async function withBystander(
  warnings: string[] = [],
): Promise<{ server: BridgeServer; isServed: () => Promise<void>; listeners: SessionListener[] }> {
  const listeners: SessionListener[] = [];
  const { server } = await startBridge({ onListening: (listener) => listeners.push(listener) }, warnings);
  const log = new Log<string>();
  startBridged(
    server,
    vmProcess([
      watchListener(anyPort, log),
      listen(anyPort, (them) => [
        publisher(tcpChannel(anyPort, them, ANY)),
        subscriber(tcpChannel(them, anyPort, ANY), {
          onMessage: ({ subpacket }) => sendMessage(tcpChannel(anyPort, them, subpacket)),
        }),
      ]),
    ]),
  );
  const remote = await dial(await portOf(log));
  const isServed = async (): Promise<void> => {
    const text = `${remote.text}x`;
    remote.socket.write("x");
    await remote.hears(text);
  };
  await isServed();
  return { server, isServed, listeners };
}

const add = (endpoint: number, topic: Wire): Wire => [0, endpoint, 1, 0, topic];
let deep: Wire = [0];
for (let i = 0; i < 400; i++) deep = [0, deep];

const malformed: readonly [what: string, frame: Buffer][] = [
  ["of text", frame("hello")],
  ["of no CBOR", binary(Buffer.from([0xff, 0x00]))],
  ["of CBOR that is cut off", binary(Buffer.from([0x9a, 0xff, 0xff, 0xff, 0xff]))],
  ["of nothing", binary(Buffer.alloc(0))],
  ["that is no array", cbor("hello")],
  ["with an unknown kind of item", cbor([99])],
  ["with an item that is no array", cbor([[6, 0], "hello"])],
  ["with an endpoint that is no number", cbor([0, "x", 1, 0, [3]])],
  ["with an orientation that is none", cbor([0, 1, 7, 0, [3]])],
  ["with a term of an unknown kind", cbor(add(1, [99]))],
  ["with a term that is nested too deeply", cbor(add(1, deep))],
  ["with a number in use", cbor([add(1, [3]), add(1, [3])])],
  ["about an endpoint that there is not", cbor([1, 5])],
  ["with a message for an endpoint that there is not", cbor([2, 5, "x"])],
  ["with a message of too many parts", cbor([add(1, [3]), [2, 1, "x", "y"]])],
  ["with a label that is too long to be told why", cbor(add(1, [1, "x".repeat(1001)]))],
  ["with a text that takes more bytes than it has characters", cbor(["ü日😀".repeat(100)])],
  ["with more elements than an endpoint has", cbor([0, 1, 1, 0, [3], false, 1])],
  ["with a credit that is no number", cbor([add(1, [3]), [5, 1, -1]])],
];

function binary(payload: Uint8Array): Buffer {
  return frame(payload, { opcode: opcodes.binary });
}

function cbor(wire: Wire): Buffer {
  return binary(encodeFrame(wire));
}

test.each(malformed)("a frame %s closes its connection with 4400, and nothing else", async (_what, bytes) => {
  const { server, isServed } = await withBystander();
  const client = await enter(server);
  client.send(bytes);
  expect(await closeCode(client)).toBe(4400);
  await isServed();
  await expect.poll(() => server.sessions).toBe(1);
});

test("a frame of more than 1 MiB closes its connection with 1009, and nothing else", async () => {
  const { server, isServed } = await withBystander();
  const client = await enter(server);
  client.send(binary(Buffer.alloc(MiB + 1)));
  expect(await closeCode(client)).toBe(1009);
  await isServed();
});

test("the items before what is malformed in a frame are not done either", async () => {
  const { server, isServed, listeners } = await withBystander();
  const client = await enter(server);
  const us: Wire = [1, "tcp-listener", 0];
  const listens: Wire = [0, 1, 1, 1, [1, "tcp-channel", [3], us, [3]]];
  client.send(cbor([listens, [99]]));
  expect(await closeCode(client)).toBe(4400);
  await isServed();
  expect(listeners).toHaveLength(1);
  const other = await enter(server);
  other.send(cbor([listens]));
  await expect.poll(() => listeners).toHaveLength(2);
  other.drop();
});

test("onListening({ host, port }) is told of sockets that are open, whatever a client says that it has", async () => {
  const { server, listeners } = await withBystander();
  const client = await enter(server);
  const says = (endpoint: number, label: string, listener: string, address: string): Wire => [
    0,
    endpoint,
    0,
    0,
    [1, label, [1, listener, 22], [1, address, "\u001b[2J", 22]],
  ];
  const listens = (endpoint: number, label: string, listener: string): Wire => [
    0,
    endpoint,
    1,
    1,
    [1, label, [3], [1, listener, 0], [3]],
  ];
  client.send(
    cbor([
      says(1, "tcp-listening", "tcp-listener", "tcp-address"),
      says(2, "udp-listening", "udp-listener", "udp-remote-address"),
    ]),
    cbor([listens(3, "tcp-channel", "tcp-listener")]),
  );
  await expect.poll(() => listeners).toHaveLength(2);
  expect(listeners.map(({ protocol, asked, host }) => `${protocol} ${asked} ${host}`)).toEqual([
    "tcp 0 127.0.0.1",
    "tcp 0 127.0.0.1",
  ]);
  client.drop();
});

test("thousands of frames that are nearly right leave a bridge and its other sessions as they were", async () => {
  const warnings: string[] = [];
  const { server, isServed } = await withBystander(warnings);
  const atom = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.nat(9),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ maxLength: 8 }),
    fc.constantFrom("tcp-channel", "tcp-handle", "tcp-address", "tcp-listener", "set-timer"),
    fc.uint8Array({ maxLength: 8 }),
  );
  const { wire } = fc.letrec<{ wire: Wire }>((tie) => ({
    wire: fc.oneof({ depthSize: "small" }, atom, fc.array(tie("wire"), { maxLength: 5 })),
  }));
  const item = fc
    .tuple(fc.nat(7), fc.nat(3), fc.array(wire, { maxLength: 4 }))
    .map(([kind, endpoint, rest]): Wire => [kind, endpoint, ...rest]);
  const frames = fc.sample(fc.oneof(wire, item, fc.array(item, { maxLength: 4 })), { seed: 1, numRuns: 3000 });
  let client = await enter(server);
  for (const each of frames) {
    client.send(cbor(each), frame("", { opcode: opcodes.ping }));
    for (;;) {
      const heard = await client.next();
      if (heard.type === "pong") break;
      if (heard.type === "message") continue;
      expect([1000, 4400, undefined]).toContain(heard.code);
      client.drop();
      client = await enter(server);
      break;
    }
  }
  client.drop();
  await isServed();
  await expect.poll(() => server.sessions).toBe(1);
}, 120_000);
