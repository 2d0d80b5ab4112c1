import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { WebServer } from "../../src/web/server.ts";
import { connectTo, enter, hello, startEcho, token } from "./fixtures.ts";
import { frame, opcodes, RawWebSocket } from "./raw-client.ts";

let server: WebServer;
let bystander: RawWebSocket;

beforeEach(async () => {
  server = await startEcho();
  bystander = await enter(server.port);
});

/** Whatever one client did: the one beside it is served as before. */
afterEach(async () => {
  bystander.send(frame("all well?"));
  expect(await bystander.next()).toEqual({ type: "message", data: "all well?" });
  await server.close();
});

describe("a message", () => {
  test("of 1 MiB is taken, in one frame or in 16", async () => {
    const client = await enter(server.port);
    const text = "x".repeat(1024 * 1024);
    client.send(frame(text));
    expect(await client.next()).toEqual({ type: "message", data: text });
    const part = text.slice(0, 65_536);
    client.send(frame(part, { last: false }));
    for (let index = 1; index < 16; index += 1) client.send(frame(part, { opcode: opcodes.continuation, last: index === 15 }));
    expect(await client.next()).toEqual({ type: "message", data: text });
  });

  test("of one byte more closes its connection with 1009, as soon as its header says so", async () => {
    const client = await enter(server.port);
    client.send(frame("", { claimedLength: 1024n * 1024n + 1n }));
    expect(await client.next()).toMatchObject({ type: "closed", code: 1009 });
  });

  test("that grows beyond 1 MiB by fragments closes its connection with 1009", async () => {
    const client = await enter(server.port);
    client.send(frame("x".repeat(1024 * 1024), { last: false }), frame("x", { opcode: opcodes.continuation }));
    expect(await client.next()).toMatchObject({ type: "closed", code: 1009 });
  });

  test("in 17 frames closes its connection with 1008", async () => {
    const client = await enter(server.port);
    client.send(frame("", { last: false }));
    for (let index = 1; index < 17; index += 1) client.send(frame("", { opcode: opcodes.continuation, last: index === 16 }));
    expect(await client.next()).toMatchObject({ type: "closed", code: 1008 });
  });
});

test("compression is not agreed to, and a compressed frame closes its connection with 1002", async () => {
  const client = await connectTo(server.port, ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]);
  expect(client.answer.headers.has("sec-websocket-extensions")).toBe(false);
  client.send(hello());
  await client.next();
  client.send(frame("x", { reserved: 4 }));
  expect(await client.next()).toMatchObject({ type: "closed", code: 1002 });
});

const malformed: readonly [what: string, bytes: Buffer, code: number][] = [
  ["without a mask", frame("x", { masked: false }), 1002],
  ["with a reserved bit", frame("x", { reserved: 1 }), 1002],
  ["of an unknown kind", frame("x", { opcode: 3 }), 1002],
  ["of an unknown control kind", frame("x", { opcode: 15 }), 1002],
  ["that continues nothing", frame("x", { opcode: opcodes.continuation }), 1002],
  ["that is a ping in parts", frame("x", { opcode: opcodes.ping, last: false }), 1002],
  ["that is a ping of 126 bytes", frame("x".repeat(126), { opcode: opcodes.ping }), 1002],
  ["that closes with half a code", frame("x", { opcode: opcodes.close }), 1002],
  ["that closes with a code nobody may send", frame(Buffer.from([0x03, 0xed]), { opcode: opcodes.close }), 1002],
  ["of text that is no UTF-8", frame(Buffer.from([0xff, 0xfe])), 1007],
  ["whose length needs more than 53 bits", frame("", { claimedLength: 0xffff_ffff_ffff_ffffn }), 1009],
];
for (const [what, bytes, code] of malformed) {
  test(`a frame ${what} closes its connection with ${code}, before and after hello`, async () => {
    for (const client of [await connectTo(server.port), await enter(server.port)]) {
      client.send(bytes);
      expect(await client.next()).toMatchObject({ type: "closed", code });
    }
  });
}

test("a listener that throws costs its client the connection, with 1011, and is reported", async () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  const fault = new Error("a fault");
  server.route("/faulty", {
    subprotocol: "marketplace.faulty.1",
    maxClients: 1,
    open: (client) => {
      client.send("welcome");
      client.onMessage(() => {
        throw fault;
      });
    },
  });
  const client = await RawWebSocket.open(server.port, "/faulty", [`Host: 127.0.0.1:${server.port}`]);
  client.send(hello());
  await client.next();
  client.send(frame("x"));
  expect(await client.next()).toMatchObject({ type: "closed", code: 1011 });
  expect(errors).toHaveBeenCalledWith(expect.stringContaining("marketplace.faulty.1"), fault);
  expect(JSON.stringify(errors.mock.calls)).not.toContain(token);
  errors.mockRestore();
});

test("a client that does not read is cut off when more than the allowed bytes wait for it", async () => {
  await using small = await startEcho({}, { limits: { unsentBytes: 1024 * 1024 } });
  const client = await enter(small.port);
  client.socket.pause();
  const block = frame("x".repeat(1024 * 1024));
  // A socket that does not read hears of the cut when it writes.
  const cut = await new Promise<NodeJS.ErrnoException>((resolve) => {
    const fill = (error?: Error | null): void => {
      if (error) resolve(error);
      else client.socket.write(block, fill);
    };
    fill();
  });
  expect(["ECONNRESET", "EPIPE"]).toContain(cut.code);
});
