import { once } from "node:events";
import { describe, expect, test } from "vitest";
import {
  ANY,
  atMetaLevel,
  driverError,
  observePublishers,
  publisher,
  quit,
  sendMessage,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpError,
  tcpHandle,
  udpListener,
  udpPacket,
  type ActionTree,
} from "@marketplace/runtime";
import { chat } from "../../../../examples/chat/chat.ts";
import type { SessionListener } from "../../src/bridge/options.ts";
import { serveBridge } from "../../src/bridge/serve-bridge.ts";
import { Button, process as vmProcess, startGround, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "../tcp/listening.ts";
import { dial, RemoteServer } from "../tcp/remote.ts";
import { conversation } from "../tcp/world.ts";
import { startBridge, startBridged } from "./world.ts";

/** An echo server; its listener is watched. */
function echo(log: Log<string>): ActionTree<any> {
  return vmProcess([
    watchListener(anyPort, log),
    listen(anyPort, (them) => [
      publisher(tcpChannel(anyPort, them, ANY)),
      subscriber(tcpChannel(them, anyPort, ANY), {
        onMessage: ({ subpacket }) => sendMessage(tcpChannel(anyPort, them, subpacket)),
        onAbsence: () => quit(),
      }),
    ]),
  ]);
}

describe("serveBridge(vm, { policy })", () => {
  test("lets the chat server of the examples, unchanged, serve TCP clients from a VM on the other side of a WebSocket", async () => {
    const listening = new Log<SessionListener>();
    const { server } = await startBridge({ onListening: (listener) => listening.add(listener) });
    startBridged(server, chat(0));
    const [listener] = await listening.until(({ length }) => length > 0);
    expect(listener).toMatchObject({ session: 1, protocol: "tcp", asked: 0, host: "127.0.0.1" });
    const one = await dial(listener!.port);
    await one.heard(({ text }) => /^You are user\d+\.\n$/.test(text));
    const other = await dial(listener!.port);
    await other.heard(({ text }) => /^You are user\d+\.\nuser\d+ arrived\.\n$/.test(text));
    one.socket.write("hello\n");
    await other.heard(({ text }) => /user\d+: hello\n$/.test(text));
    one.socket.end();
    await other.heard(({ text }) => /user\d+ departed\.\n$/.test(text));
    expect(server.sessions).toBe(1);
  });

  test("onListening(listener) that throws is warned of, and costs nobody anything", async () => {
    const warned = once(process, "warning") as Promise<[Error]>;
    const { server } = await startBridge({
      onListening: () => {
        throw new Error("our own fault");
      },
    });
    const log = new Log<string>();
    startBridged(server, echo(log));
    const remote = await dial(await portOf(log));
    remote.socket.write("hello");
    await remote.hears("hello");
    const [warning] = await warned;
    expect(warning).toMatchObject({
      name: "BridgeWarning",
      message: expect.stringContaining("our own fault") as unknown,
    });
  });

  test("tells of listening UDP sockets too", async () => {
    const listening = new Log<SessionListener>();
    const { server } = await startBridge({
      policy: [{ op: "listen", host: "127.0.0.1", ports: 0 }],
      onListening: (listener) => listening.add(listener),
    });
    const { states } = startBridged(server, vmProcess(atMetaLevel(subscriber(udpPacket(ANY, udpListener(0), ANY)))));
    await states.has("open");
    const [listener] = await listening.until(({ length }) => length > 0);
    expect(listener).toMatchObject({ session: 1, protocol: "udp", asked: 0, host: "127.0.0.1" });
  });

  test("publishes what no rule allows as an error that names the missing rule, and opens nothing", async () => {
    const remotes = await RemoteServer.open();
    let connections = 0;
    remotes.server.on("connection", () => connections++);
    const { server } = await startBridge({ policy: [] });
    const errors = new Log<string>();
    startBridged(
      server,
      vmProcess([
        publisher(tcpChannel(tcpHandle("x"), tcpAddress("127.0.0.1", remotes.port), ANY)),
        listen(anyPort, () => []),
        observePublishers(tcpError(ANY, ANY, ANY), {
          onPresence: ({ role }) => {
            const { error } = role.topic;
            if (driverError.isGround(error)) errors.add(`${error.code}: ${error.message}`);
          },
        }),
      ]),
    );
    const told = await errors.until(({ length }) => length === 2);
    expect(told.toSorted()).toEqual([
      expect.stringContaining(`{ op: "connect", host: "127.0.0.1", ports: ${remotes.port} }`),
      expect.stringContaining('{ op: "listen", host: "127.0.0.1", ports: 0 }'),
    ]);
    for (const one of told) expect(one).toMatch(/^POLICY_DENIED: /);
    expect(connections).toBe(0);
  });

  test("never lets a session reach the port of the bridge itself", async () => {
    const { server } = await startBridge();
    const errors = new Log<string>();
    startBridged(
      server,
      vmProcess([
        publisher(tcpChannel(tcpHandle("x"), tcpAddress("127.0.0.1", server.port), ANY)),
        observePublishers(tcpError(ANY, ANY, ANY), {
          onPresence: ({ role }) => {
            const { error } = role.topic;
            if (driverError.isGround(error)) errors.add(error.message);
          },
        }),
      ]),
    );
    const [message] = await errors.until(({ length }) => length === 1);
    expect(message).toContain("refused whatever the rules say");
  });

  test("keeps sessions apart: the same tcpHandle in two of them is two connections, and each hears its own", async () => {
    const remotes = await RemoteServer.open();
    const { server } = await startBridge();
    const them = tcpAddress("127.0.0.1", remotes.port);
    const logs = [new Log<string>(), new Log<string>()];
    for (const [index, log] of logs.entries()) {
      const us = tcpHandle("the same");
      startBridged(
        server,
        vmProcess(conversation(us, them, log, () => sendMessage(tcpChannel(us, them, `from ${index}`)))),
      );
      await log.has("present");
    }
    const [first, second] = [await remotes.accept(), await remotes.accept()].map((remote) => remote.listen());
    first!.socket.write("to 0");
    await first!.hears("from 0");
    second!.socket.write("to 1");
    await second!.hears("from 1");
    expect(logs.map(({ entries }) => entries.filter((entry) => entry.startsWith("to")))).toEqual([["to 0"], ["to 1"]]);
  });

  test("closes exactly the sockets of a session when its client ends, and then its listener is free again", async () => {
    const { server } = await startBridge();
    const [stays, goes] = [new Log<string>(), new Log<string>()];
    startBridged(server, echo(stays));
    const { vm } = startBridged(server, echo(goes));
    const [staying, going] = [await dial(await portOf(stays)), await dial(await portOf(goes))];
    for (const remote of [staying, going]) {
      remote.socket.write("a");
      await remote.hears("a");
    }
    expect(server.sessions).toBe(2);
    await vm.stop();
    await going.gone;
    await expect.poll(() => server.sessions).toBe(1);
    staying.socket.write("b");
    await staying.hears("ab");
    const refused = await dial(await portOf(goes)).catch((error: NodeJS.ErrnoException) => error.code);
    expect(refused).toBe("ECONNREFUSED");
  });

  test("ends a session that asks for more than its limits, and no other", async () => {
    const warnings: string[] = [];
    const { server } = await startBridge({ limits: { endpoints: 100 } }, warnings);
    const log = new Log<string>();
    startBridged(server, echo(log));
    const remote = await dial(await portOf(log));
    const greedy = startBridged(
      server,
      vmProcess(
        Array.from({ length: 200 }, (_, port) =>
          subscriber(tcpChannel(tcpAddress("127.0.0.1", port + 1), tcpHandle(port), ANY)),
        ),
      ),
    );
    await greedy.states.has("lost");
    await greedy.vm.stop();
    expect(warnings).toEqual([expect.stringContaining("this VM may hold at most 100 endpoints")]);
    remote.socket.write("still here");
    await remote.hears("still here");
  });

  test("lets no session have more sockets than its own", async () => {
    const remotes = await RemoteServer.open();
    const { server } = await startBridge({ sockets: 2 });
    const log = new Log<string>();
    const them = tcpAddress("127.0.0.1", remotes.port);
    startBridged(
      server,
      [1, 2, 3].map((id) =>
        vmProcess([
          subscriber(tcpChannel(them, tcpHandle(id), ANY), { onPresence: () => log.add("present") }),
          observePublishers(tcpError(tcpHandle(id), ANY, ANY), {
            onPresence: ({ role }) => log.add((role.topic.error as { code: string }).code),
          }),
        ]),
      ),
    );
    await log.until(({ length }) => length === 3);
    expect(log.entries.toSorted()).toEqual(["BRIDGE_LIMIT", "present", "present"]);
  });

  test("gives sessions what the option boot has, for the program to meet at its meta level", async () => {
    const { server } = await startBridge({ boot: (session) => publisher(["greeting", `hello, session ${session}`]) });
    const log = new Log<unknown>();
    const { vm } = startBridged(server, null);
    vm.perform(
      spawn(() =>
        atMetaLevel(observePublishers(["greeting", ANY], { onPresence: ({ role }) => log.add(role.topic[1]) })),
      ),
    );
    await log.has("hello, session 1");
  });
});

describe("the end of a bridge", () => {
  test("server.close() ends all sessions, and their sockets; the VM goes on without it", async () => {
    const { server, vm } = await startBridge();
    const log = new Log<string>();
    const bridged = startBridged(server, echo(log));
    const remote = await dial(await portOf(log));
    await server.close();
    await remote.gone;
    await bridged.states.has("lost");
    await expect.poll(() => server.sessions).toBe(0);
    let ended = false;
    void vm.ended.then(() => (ended = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
  });

  test("vm.stop() ends the bridge: its port is free again", async () => {
    const { server, vm } = await startBridge();
    await vm.stop();
    await expect.poll(() => dial(server.port).catch((error: NodeJS.ErrnoException) => error.code)).toBe("ECONNREFUSED");
  });

  test("a VM goes on as long as a bridge is served in it, and no longer", async () => {
    const leave = new Button();
    const vm = startGround(untilPressed(leave, null));
    const server = await serveBridge(vm, { port: 0 });
    leave.press();
    const { states } = startBridged(server, publisher("x"));
    await states.has("open");
    await server.close();
    await vm.ended;
  });

  test("serveBridge(vm) rejects with VM_ENDED where the VM has ended, and listens no longer", async () => {
    const vm = startGround(null);
    await vm.ended;
    await expect(serveBridge(vm, { port: 0 })).rejects.toMatchObject({ code: "VM_ENDED" });
  });
});
