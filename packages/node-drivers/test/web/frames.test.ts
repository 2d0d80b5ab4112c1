import { describe, expect, test } from "vitest";
import type { Route } from "../../src/web/route.ts";
import { connectTo, echo, enter, hello, startEcho, StillHost, token } from "./fixtures.ts";
import { frame, opcodes } from "./raw-client.ts";

/** Tells a story about a client that misbehaves, and then sees that one beside it is served as before. */
async function expectNoHarmFrom(story: (port: number) => Promise<void>): Promise<void> {
  await using server = await startEcho();
  const bystander = await enter(server.port);
  await story(server.port);
  bystander.send(frame("all well?"));
  expect(await bystander.next()).toEqual({ type: "message", data: "all well?" });
}

describe("a message", () => {
  test("of 1 MiB is taken, in one frame or in 16", async () => {
    await expectNoHarmFrom(async (port) => {
      const client = await enter(port);
      const text = "x".repeat(1024 * 1024);
      client.send(frame(text));
      expect(await client.next()).toEqual({ type: "message", data: text });
      const part = text.slice(0, 65_536);
      client.send(frame(part, { last: false }));
      for (let index = 1; index < 16; index += 1)
        client.send(frame(part, { opcode: opcodes.continuation, last: index === 15 }));
      expect(await client.next()).toEqual({ type: "message", data: text });
    });
  });

  test("of one byte more closes its connection with 1009, as soon as its header says so", async () => {
    await expectNoHarmFrom(async (port) => {
      const client = await enter(port);
      client.send(frame("", { claimedLength: 1024n * 1024n + 1n }));
      expect(await client.next()).toMatchObject({ type: "closed", code: 1009 });
    });
  });

  test("that grows beyond 1 MiB by fragments closes its connection with 1009", async () => {
    await expectNoHarmFrom(async (port) => {
      const client = await enter(port);
      client.send(frame("x".repeat(1024 * 1024), { last: false }), frame("x", { opcode: opcodes.continuation }));
      expect(await client.next()).toMatchObject({ type: "closed", code: 1009 });
    });
  });

  test("in 17 frames closes its connection with 1008", async () => {
    await expectNoHarmFrom(async (port) => {
      const client = await enter(port);
      client.send(frame("", { last: false }));
      for (let index = 1; index < 17; index += 1)
        client.send(frame("", { opcode: opcodes.continuation, last: index === 16 }));
      expect(await client.next()).toMatchObject({ type: "closed", code: 1008 });
    });
  });
});

test("compression is not agreed to, and a compressed frame closes its connection with 1002", async () => {
  await expectNoHarmFrom(async (port) => {
    const client = await connectTo(port, ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]);
    expect(client.answer.headers.has("sec-websocket-extensions")).toBe(false);
    client.send(hello());
    await client.next();
    client.send(frame("x", { reserved: 4 }));
    expect(await client.next()).toMatchObject({ type: "closed", code: 1002 });
  });
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
    await expectNoHarmFrom(async (port) => {
      for (const client of [await connectTo(port), await enter(port)]) {
        client.send(bytes);
        expect(await client.next()).toMatchObject({ type: "closed", code });
      }
    });
  });
}

const faultyAtTheEnd: Route["open"] = (client, said) => {
  echo.open(client, said);
  client.onClose(() => {
    throw new Error("a fault");
  });
};

describe("a fault of the path that is served", () => {
  const faults: readonly [when: string, open: Route["open"]][] = [
    [
      "when a client comes",
      () => {
        throw new Error("a fault");
      },
    ],
    [
      "when it says something",
      (client) => {
        client.onMessage(() => {
          throw new Error("a fault");
        });
      },
    ],
  ];
  for (const [when, open] of faults) {
    test(`${when} costs that client its connection, with 1011, and is reported without the token`, async () => {
      const host = new StillHost();
      await using faulty = await startEcho({}, { host, route: { open } });
      const inFrame = await connectTo(faulty.port);
      inFrame.send(hello(), frame("x"));
      const bySubprotocol = await connectTo(faulty.port, [
        `Sec-WebSocket-Protocol: marketplace.echo.1, token.${token}`,
      ]);
      bySubprotocol.send(frame("x"));
      for (const client of [inFrame, bySubprotocol]) {
        expect(await client.next()).toMatchObject({ type: "closed", code: 1011 });
      }
      expect(host.warnings).toHaveLength(2);
      for (const warning of host.warnings) {
        expect(warning).toMatch(/^marketplace: startEcho: .*marketplace\.echo\.1.*Error: a fault/s);
        expect(warning).not.toContain(token);
      }
    });
  }

  test("when a client has gone is reported, and others are served as before", async () => {
    const host = new StillHost();
    await using faulty = await startEcho({}, { host, route: { open: faultyAtTheEnd } });
    const bystander = await enter(faulty.port);
    (await enter(faulty.port)).drop();
    await expect.poll(() => host.warnings).toHaveLength(1);
    bystander.send(frame("all well?"));
    expect(await bystander.next()).toEqual({ type: "message", data: "all well?" });
  });
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
