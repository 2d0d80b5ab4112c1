import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ANY, groundVm, nameProcess, spawn, subscriber, type GroundVm, type Source } from "@marketplace/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeHost } from "../../src/host.ts";
import { serveInspector, type InspectorOptions } from "../../src/inspector/serve-inspector.ts";
import type { WebServer } from "../../src/web/server.ts";
import { frame, get, opcodes, RawWebSocket } from "../web/raw-client.ts";
import { Viewer } from "./viewer.ts";

/** Never says anything, and so keeps a VM waiting. */
class Silence implements Source<string> {
  arm(): () => void {
    return () => {};
  }
}

let vm: GroundVm;

beforeEach(() => {
  vm = groundVm(
    () => [
      subscriber([new Silence(), ANY]),
      nameProcess(
        "greeter",
        spawn(() => subscriber(["hello", ANY])),
      ),
    ],
    { host: nodeHost() },
  );
});
afterEach(() => vm.stop());

function serve(options: InspectorOptions = {}): Promise<WebServer> {
  return serveInspector(vm, { port: 0, print: () => {}, ...options });
}

describe("serveInspector(vm)", () => {
  test("prints one line, with the address and its token in the fragment", async () => {
    const lines: string[] = [];
    await using server = await serve({ print: (line) => lines.push(line) });
    expect(lines).toEqual([`devtools: http://127.0.0.1:${server.port}/#token=${server.token}`]);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/`);
  });

  test("answers with what to do where its page is not built", async () => {
    await using server = await serve({ pageDirectory: join(tmpdir(), "nothing-here") });
    const answer = await get(server.port, "/");
    expect(answer).toMatchObject({ status: 503, body: expect.stringContaining("npm run build") as unknown });
  });

  test("tells a viewer what the program is called, what processes it has, and that looking is all it may do", async () => {
    await using server = await serve({ target: "a test" });
    const viewer = await Viewer.open(server);
    expect(await viewer.next()).toMatchObject({ type: "welcome", protocol: 1, target: "a test", control: false });
    const { processes } = await viewer.await("snapshot");
    expect(processes.map((process) => process.name)).toContain("greeter");
  });

  test("admits a viewer that said hello by subprotocols, without another word from it", async () => {
    await using server = await serve();
    const lines = [
      `Host: 127.0.0.1:${server.port}`,
      `Sec-WebSocket-Protocol: marketplace.inspect.1, token.${server.token}`,
    ];
    const viewer = new Viewer(await RawWebSocket.open(server.port, "/inspect", lines));
    expect(viewer.socket.answer.headers.get("sec-websocket-protocol")).toBe("marketplace.inspect.1");
    expect(await viewer.next()).toMatchObject({ type: "welcome" });
    await viewer.await("snapshot");
  });

  test("passes on what else the hello asks for: the past that has been recorded since the call", async () => {
    await using server = await serve({ control: true });
    const first = await Viewer.open(server);
    await first.ask({ command: "inject", vm: "", body: "before anybody listened", orientation: "publisher" });
    first.socket.drop();
    const second = await Viewer.open(server, { history: 1000 });
    const { events } = await second.await("events");
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "message", body: { term: "before anybody listened" }, unmatched: true }),
    );
  });

  test("refuses every command that would change something", async () => {
    await using server = await serve();
    const viewer = await Viewer.open(server);
    const commands = [
      { command: "pause" },
      { command: "resume" },
      { command: "step" },
      { command: "kill", process: "1" },
      { command: "inject", vm: "", body: "x", orientation: "publisher" },
      { command: "break", pattern: "x", kind: "any" },
      { command: "unbreak", id: 1 },
    ] as const;
    for (const command of commands) {
      expect(await viewer.ask(command), command.command).toMatchObject({ code: "CONTROL_NOT_ALLOWED" });
    }
  });

  test("with { control: true } does what it is told", async () => {
    await using server = await serve({ control: true });
    const viewer = await Viewer.open(server);
    expect(await viewer.next()).toMatchObject({ type: "welcome", control: true });
    expect(await viewer.ask({ command: "kill", process: "1" })).toMatchObject({ type: "reply" });
    const again = await Viewer.open(server);
    await expect
      .poll(async () => {
        await again.ask({ command: "snapshot" });
        return (await again.await("snapshot")).processes.map((process) => process.name);
      })
      .not.toContain("greeter");
  });

  test("ends a conversation that breaks the protocol after it has said why, and no other", async () => {
    await using server = await serve();
    const bystander = await Viewer.open(server);
    const breaches: readonly [Buffer, string][] = [
      [frame("no JSON"), "BAD_FRAME"],
      [frame("bytes", { opcode: opcodes.binary }), "BAD_FRAME"],
      [frame('{"type":"hello","protocol":1}'), "NOT_GREETED"],
    ];
    for (const [bytes, code] of breaches) {
      const viewer = await Viewer.open(server);
      await viewer.await("snapshot");
      viewer.socket.send(bytes);
      expect(await viewer.await("failed")).toMatchObject({ code });
      expect(await viewer.next()).toMatchObject({ type: "closed", code: 1000 });
    }
    const stranger = await Viewer.open(server, { protocol: 2 });
    expect(await stranger.await("failed")).toMatchObject({ code: "PROTOCOL_VERSION" });
    expect(await bystander.ask({ command: "snapshot" })).toMatchObject({ type: "reply" });
  });

  test("serves eight viewers, and closes a ninth with 4429", async () => {
    await using server = await serve();
    const viewers = await Promise.all(Array.from({ length: 8 }, () => Viewer.open(server)));
    for (const viewer of viewers) await viewer.await("welcome");
    expect(await (await Viewer.open(server)).next()).toMatchObject({ type: "closed", code: 4429 });
    expect(await viewers[0]?.ask({ command: "snapshot" })).toMatchObject({ type: "reply" });
  });

  test("serves the page that is in { pageDirectory }", async () => {
    const folder = mkdtempSync(join(tmpdir(), "marketplace-page-"));
    writeFileSync(join(folder, "index.html"), "a page");
    await using server = await serve({ pageDirectory: folder });
    expect(await get(server.port, "/")).toMatchObject({ status: 200, body: "a page" });
    rmSync(folder, { recursive: true });
  });

  test("says goodbye to its viewers when it is closed, and leaves the VM as it was", async () => {
    const server = await serve({ control: true });
    const viewer = await Viewer.open(server);
    await viewer.await("welcome");
    await viewer.ask({ command: "pause" });
    await server.close();
    await expect(viewer.await("failed")).rejects.toThrow(/closed with 1001/);
    // Nobody is left who could let it go on, so it goes on by itself; a new server can be opened for the same VM.
    await using next = await serve();
    expect(await (await Viewer.open(next)).await("status")).toMatchObject({ paused: null, ended: false });
  });

  test("rejects with EADDRINUSE, and a message that says what to do, where the port is in use", async () => {
    const occupant = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => occupant.once("listening", resolve));
    const { port } = occupant.address() as AddressInfo;
    await expect(serve({ port })).rejects.toMatchObject({
      name: "MarketplaceError",
      code: "EADDRINUSE",
      message: `serveInspector: port ${port} of 127.0.0.1 is in use; pass another one, or 0 for any that is free`,
    });
    occupant.close();
  });
});

describe("serveInspector(vm, options)", () => {
  const wrong: readonly [what: string, call: () => unknown, message: RegExp][] = [
    ["for what is no VM", () => serveInspector({} as never), /vm: expected what groundVm\(\) returned/],
    [
      "for an option that is not known",
      () => serve({ allowHosts: [] } as never),
      /options: expected only .*allowedHosts/,
    ],
    ["for options that are none", () => serveInspector(vm, 4000 as never), /options: expected an object/],
    [
      "for control that is neither true nor false",
      () => serve({ control: "yes" as never }),
      /control: expected true or false/,
    ],
    ["for a target that is no text", () => serve({ target: 7 as never }), /target: expected a string/],
    ["for print that is no function", () => serve({ print: true as never }), /print: expected a function/],
    ["for an outside address without names", () => serve({ host: "0.0.0.0" }), /allowedHosts: expected the names/],
  ];
  for (const [what, call, message] of wrong) {
    test(`throws BAD_ARGUMENT at the call ${what}`, () => {
      expect(call).toThrow(message);
      expect(call).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT" }));
    });
  }
});
