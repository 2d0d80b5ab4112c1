import { describe, expect, test } from "vitest";
import { connectTo, echo, enter, hello, startEcho, StillHost, token } from "./fixtures.ts";
import { frame, opcodes, type Heard, RawWebSocket } from "./raw-client.ts";

async function closing(client: RawWebSocket): Promise<Heard & { type: "closed" }> {
  const heard = await client.next();
  if (heard.type !== "closed") throw new Error(`expected to be closed, got the ${heard.type} ${heard.data}`);
  return heard;
}

describe("a WebSocket that has not said hello", () => {
  test("is told nothing, and is closed with 4408 when its time is over", async () => {
    const host = new StillHost();
    await using server = await startEcho({}, { host, limits: { helloTime: 5000 } });
    const client = await connectTo(server.port);
    host.advance(4999);
    client.send(frame("", { opcode: opcodes.ping }));
    host.advance(1);
    expect(await closing(client)).toEqual({ type: "closed", code: 4408, reason: "no hello within 5000 ms" });
  });

  test("is closed with 4400 for any other first frame, and what follows it is not heard", async () => {
    await using server = await startEcho();
    const firsts = [
      "",
      "hello",
      "{",
      "null",
      "[]",
      '"hello"',
      '{"type":"HELLO"}',
      `{"token":"${token}"}`,
      " ".repeat(5000) + "{}",
    ];
    for (const first of [
      ...firsts.map((text) => frame(text)),
      frame(`{"type":"hello","token":"${token}"}`, { opcode: opcodes.binary }),
    ]) {
      const client = await connectTo(server.port);
      client.send(first, hello());
      expect((await closing(client)).code, first.toString()).toBe(4400);
    }
  });

  test("is closed with 4400 for a hello that is longer than any hello, though its token is right", async () => {
    await using server = await startEcho();
    const client = await connectTo(server.port);
    client.send(hello({ token, name: "x".repeat(4096) }));
    expect((await closing(client)).code).toBe(4400);
  });

  test("gets one attempt: a right hello after a wrong one is not heard", async () => {
    await using server = await startEcho();
    const client = await connectTo(server.port);
    client.send(hello({ token: "wrong" }), hello());
    expect((await closing(client)).code).toBe(4401);
  });

  test("is answered with 503 while too many others wait, until one of them has gone", async () => {
    await using server = await startEcho({}, { limits: { strangers: 2 } });
    const first = await connectTo(server.port);
    await connectTo(server.port);
    expect((await connectTo(server.port)).answer.status).toBe(503);
    first.send(hello());
    await first.next();
    expect((await connectTo(server.port)).answer.status).toBe(101);
  });

  test("does not count as gone while it is being closed, so that wrong tokens make no room for more", async () => {
    const host = new StillHost();
    await using server = await startEcho({}, { host, limits: { strangers: 1, goodbyeTime: 1000 } });
    const rude = await connectTo(server.port);
    // It stops reading and never answers the goodbye.
    rude.socket.pause();
    rude.send(hello({ token: "wrong" }));
    // Its connection holds the only place until the server cuts it.
    expect((await connectTo(server.port)).answer.status).toBe(503);
    await expect
      .poll(async () => {
        host.advance(1000);
        const next = await connectTo(server.port);
        next.drop();
        return next.answer.status;
      })
      .toBe(101);
  });
});

describe("a WebSocket that says hello", () => {
  test("can do so by subprotocols, and the one that is sent back is never the token's", async () => {
    await using server = await startEcho();
    const client = await connectTo(server.port, [`Sec-WebSocket-Protocol: token.${token}, marketplace.echo.1`]);
    expect(client.answer.headers.get("sec-websocket-protocol")).toBe("marketplace.echo.1");
    expect(await client.next()).toEqual({ type: "message", data: "welcome" });
  });

  test("can say it again in its first frame, which adds nothing", async () => {
    await using server = await startEcho();
    const client = await connectTo(server.port, [`Sec-WebSocket-Protocol: marketplace.echo.1, token.${token}`]);
    client.send(hello({}), frame("first"), hello({}));
    expect(await client.next()).toEqual({ type: "message", data: "welcome" });
    expect(await client.next()).toEqual({ type: "message", data: "first" });
    expect(await client.next()).toEqual({ type: "message", data: '{"type":"hello","protocol":1}' });
  });

  test("is not let in by a token beside the subprotocol of another path", async () => {
    const host = new StillHost();
    await using server = await startEcho({}, { host });
    const client = await connectTo(server.port, [`Sec-WebSocket-Protocol: marketplace.other.1, token.${token}`]);
    expect(client.answer.headers.has("sec-websocket-protocol")).toBe(false);
    host.advance(60_000);
    expect((await closing(client)).code).toBe(4408);
  });

  test("has no deadline any more", async () => {
    const host = new StillHost();
    await using server = await startEcho({}, { host });
    const client = await enter(server.port);
    host.advance(3_600_000);
    client.send(frame("still there?"));
    expect(await client.next()).toEqual({ type: "message", data: "still there?" });
  });

  test("hands its hello, without the token, to the path that it came to", async () => {
    const hellos: unknown[] = [];
    await using server = await startEcho(
      {},
      { route: { open: (client, said) => (hellos.push(said), echo.open(client, said)) } },
    );
    const client = await connectTo(server.port);
    client.send(hello({ token, resume: 7 }));
    await client.next();
    expect(hellos).toEqual([{ type: "hello", protocol: 1, resume: 7 }]);
  });

  test("is closed with 4429 when as many clients are served as there may be, until one of them has gone", async () => {
    await using server = await startEcho({}, { route: { maxClients: 2 } });
    const first = await enter(server.port);
    await enter(server.port);
    const third = await connectTo(server.port);
    third.send(hello());
    expect(await closing(third)).toMatchObject({ code: 4429, reason: expect.stringContaining("2 clients") as unknown });
    first.drop();
    await expect
      .poll(async () => {
        const next = await connectTo(server.port);
        next.send(hello());
        return (await next.next()).type;
      })
      .toBe("message");
  });
});

test("server.route(path, route) returns what ends it: its clients hear 1001, and the path is gone", async () => {
  await using server = await startEcho();
  const end = server.route("/second", echo);
  const client = await RawWebSocket.open(server.port, "/second", [`Host: 127.0.0.1:${server.port}`]);
  client.send(hello());
  await client.next();
  end();
  expect((await closing(client)).code).toBe(1001);
  expect((await RawWebSocket.open(server.port, "/second", [`Host: 127.0.0.1:${server.port}`])).answer.status).toBe(404);
  expect((await enter(server.port)).answer.status).toBe(101);
});

test("server.route(path, route) refuses a path that is served, and takes it again once that has ended", async () => {
  await using server = await startEcho();
  let ends = 0;
  const second = { ...echo, end: () => (ends += 1) };
  const end = server.route("/second", second);
  expect(() => server.route("/second", echo)).toThrow(/route: path: expected one that is not served yet/);
  end();
  end();
  expect(ends).toBe(1);
  server.route("/second", second);
  await server.close();
  expect(ends).toBe(2);
});

test("a client whose path has ended while it waited to say hello is closed with 1001", async () => {
  await using server = await startEcho();
  const end = server.route("/second", echo);
  const client = await RawWebSocket.open(server.port, "/second", [`Host: 127.0.0.1:${server.port}`]);
  end();
  client.send(hello());
  expect((await closing(client)).code).toBe(1001);
});

test("server.close() says 1001 to clients and strangers, cuts those that do not answer, and can be called twice", async () => {
  const host = new StillHost();
  const server = await startEcho({}, { host });
  const client = await enter(server.port);
  const stranger = await connectTo(server.port);
  const rude = await enter(server.port);
  rude.socket.pause();
  const closed = server.close();
  expect((await closing(client)).code).toBe(1001);
  expect((await closing(stranger)).code).toBe(1001);
  host.advance(1000);
  await closed;
  await server.close();
  expect((await connectTo(server.port)).answer.status).toBe(0);
});
