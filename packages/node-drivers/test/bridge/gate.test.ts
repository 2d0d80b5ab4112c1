import { publisher } from "@marketplace/runtime";
import { webSocketDial } from "@marketplace/runtime/bridge";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { serveInspector } from "../../src/inspector/serve-inspector.ts";
import { RawWebSocket } from "../web/raw-client.ts";
import { hello } from "../web/fixtures.ts";
import { startBridge, startBridged } from "./world.ts";
import { serveBridge } from "../../src/bridge/serve-bridge.ts";

test("serveBridge(vm, { server: await serveInspector(vm) }): one port, and one gate for both paths", async () => {
  const { server: alone, vm } = await startBridge();
  await using inspector = await serveInspector(vm, { port: 0, print: () => {} });
  await using server = await serveBridge(vm, { server: inspector });
  expect(server).toMatchObject({ port: inspector.port, token: inspector.token });
  expect(server.url).toBe(`ws://127.0.0.1:${inspector.port}/bridge`);
  const { port, token } = inspector;
  const own = `http://127.0.0.1:${port}`;
  const tokens = [
    { what: "the token as a subprotocol", allowed: true, lines: [`token.${token}`], first: undefined },
    { what: "the token in the first frame", allowed: true, lines: [], first: hello({ token }) },
    { what: "another server's token", allowed: false, lines: [`token.${alone.token}`], first: undefined },
    { what: "no token", allowed: false, lines: [], first: hello({}) },
  ];
  const outcomes: string[] = [];
  const expected: string[] = [];
  for (const [path, protocol] of [
    ["/inspect", "marketplace.inspect.1"],
    ["/bridge", "marketplace.bridge.1"],
  ] as const) {
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      "evil.example",
      `127.0.0.1:${alone.port}`,
      undefined,
    ]) {
      for (const origin of [undefined, own, "http://evil.example", "null", `http://127.0.0.1:${alone.port}`]) {
        for (const { what, allowed, lines, first } of tokens) {
          const passes = host?.endsWith(`:${port}`) === true && (origin === undefined || origin === own);
          const outcome = passes ? (allowed ? "entered" : "closed with 4401") : "HTTP 403";
          const name = `${path}, Host ${host}, Origin ${origin}, ${what}`;
          expected.push(`${name}: ${outcome}`);
          const headers = [
            ...(host === undefined ? [] : [`Host: ${host}`]),
            ...(origin === undefined ? [] : [`Origin: ${origin}`]),
            `Sec-WebSocket-Protocol: ${[protocol, ...lines].join(", ")}`,
          ];
          const client = await RawWebSocket.open(port, path, headers);
          outcomes.push(`${name}: ${await visit(client, first)}`);
        }
      }
    }
  }
  expect(outcomes).toEqual(expected);
});

async function visit(client: RawWebSocket, first: Buffer | undefined): Promise<string> {
  try {
    if (client.answer.status !== 101) return `HTTP ${client.answer.status}`;
    if (first !== undefined) client.send(first);
    const heard = await client.next();
    return heard.type === "closed" ? `closed with ${heard.code}` : "entered";
  } finally {
    client.drop();
  }
}

test("a bridge that is closed leaves the server that it shares; a server that is closed takes its bridge along", async () => {
  const { vm } = await startBridge();
  await using inspector = await serveInspector(vm, { port: 0, print: () => {} });
  const first = await serveBridge(vm, { server: inspector });
  await first.close();
  const second = await serveBridge(vm, { server: inspector });
  const { states } = startBridged(second, publisher("x"));
  await states.has("open");
  await expect(serveBridge(vm, { server: inspector })).rejects.toMatchObject({ code: "BAD_ARGUMENT" });
  await inspector.close();
  await states.has("lost");
  await expect.poll(() => second.sessions).toBe(0);
});

test.each([
  [{ polices: [] }, "serveBridge: options: expected only "],
  [{ policy: [{ op: "fly" }] }, "networkPolicy: rules[0]"],
  [{ tcp: "fast" }, 'serveBridge: tcp: expected "bare" or "credit", got "fast"'],
  [{ listenHost: "" }, 'serveBridge: listenHost: expected a host name or an IP address, got ""'],
  [{ heartbeat: 5 }, "serveBridge: heartbeat: expected an integer from 10 up, got 5"],
  [{ limits: { endpoints: "many" } }, 'serveBridge: endpoints: expected an integer from 1 up, got "many"'],
  [{ maxSessions: 1.5 }, "serveBridge: maxSessions: expected an integer from 1 up, got 1.5"],
  [
    { limits: { sockets: 1 } },
    'serveBridge: limits: expected only processes, endpoints, pendingActions, got "sockets"',
  ],
  [{ boot: [] }, "serveBridge: boot: expected a function, got []"],
  [{ server: {} }, "serveBridge: server: expected what serveInspector() returned, awaited, got {}"],
  [{ server: {}, port: 4000 }, "serveBridge: port: expected nothing, as the server has it already, got 4000"],
  [{ host: "0.0.0.0" }, "serveBridge: allowedHosts: expected the names"],
])("serveBridge(vm, %j) throws BAD_ARGUMENT: %s...", async (options, message) => {
  await expect(startBridge(options as object)).rejects.toMatchObject({
    code: "BAD_ARGUMENT",
    message: expect.stringContaining(message) as unknown,
  });
});

test("serveBridge of what is no VM throws BAD_ARGUMENT at the call, before a port is open", () => {
  expect(() => serveBridge({} as never)).toThrow("serveBridge: vm: expected what groundVm() returned, got {}");
  expect(() => serveBridge(undefined as never)).toThrow("serveBridge: vm: expected what groundVm() returned");
});

test("webSocketDial refuses options that it does not know, and an address that is none is not dialled again and again", async () => {
  expect(() => webSocketDial({ url: "ws://127.0.0.1/", token: "t", Websocket: WebSocket } as never)).toThrow(
    'webSocketDial: options: expected only url, token, WebSocket, timeout, got "Websocket"',
  );
  expect(() => webSocketDial(undefined as never)).toThrow("webSocketDial: options: expected an object");
  const dial = webSocketDial({ url: "ws://[", token: "t", WebSocket });
  expect(() => dial()).toThrow(expect.objectContaining({ code: "BRIDGE_REFUSED" }));
});
