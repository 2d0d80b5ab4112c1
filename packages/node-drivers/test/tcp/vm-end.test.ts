import { connect } from "node:net";
import { expect, test } from "vitest";
import {
  ANY,
  groundVm,
  publisher,
  quit,
  sendMessage,
  tcpAddress,
  tcpChannel,
  tcpHandle,
  tcpListener,
  type ActionTree,
} from "@marketplace/runtime";
import { nodeHost } from "../../src/host.ts";
import { tcpBareDriver } from "../../src/tcp/driver.ts";
import { Button, process as vmProcess, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "./listening.ts";
import { openSockets } from "./open-sockets.ts";
import { dial, freePort, Remote, RemoteServer } from "./remote.ts";
import { conversation, startWorld } from "./world.ts";

/** Of everything that the driver does, one: a listener, its sessions, a connection that is made, one that fails, a port in use. */
function everything(server: RemoteServer, log: Log<string>, greeting: string | Uint8Array): ActionTree<any> {
  const there = (port: number) => tcpAddress("127.0.0.1", port);
  return [
    vmProcess(watchListener(anyPort, log)),
    vmProcess(
      listen(anyPort, (them) => [conversation(anyPort, them, log), sendMessage(tcpChannel(anyPort, them, greeting))]),
    ),
    vmProcess(conversation(tcpHandle("client"), there(server.port), log)),
    vmProcess(conversation(tcpHandle("refused"), there(1), log)),
    vmProcess(listen(tcpListener(server.port), () => null)),
  ];
}

test("stop() sends what is unsent, ends every connection, leaves no socket open and resolves", async () => {
  const server = await RemoteServer.open();
  const before = openSockets();
  const log = new Log<string>();
  const vm = startWorld(everything(server, log, "welcome"));
  const remotes = [await dial(await portOf(log)), (await server.accept()).listen()] as const;
  await log.has("present", 2);
  await vm.stop();
  // The far ends, which are ours too.
  expect(openSockets()).toBe(before + remotes.length);
  for (const remote of remotes) {
    await remote.ended;
    remote.socket.end();
    expect(await remote.closed).toBe("closed");
  }
  expect(remotes[0].text).toBe("welcome");
  expect(openSockets()).toBe(before);
});

test("stop() gives what is unsent a moment, then breaks the connection: a remote that does not read holds nothing up", async () => {
  const server = await RemoteServer.open();
  const before = openSockets();
  const log = new Log<string>();
  const vm = startWorld(everything(server, log, new Uint8Array(15 * 1024 * 1024)));
  const remote = await dial(await portOf(log), { reads: false });
  await log.has("present", 2);
  await vm.stop();
  expect(openSockets()).toBe(before + 2);
  // Node takes a reset that comes with bytes for an end.
  await remote.listen().gone;
  expect(remote.bytes.length).toBeLessThan(15 * 1024 * 1024);
});

test("stop() gives up what has only begun: a connection being made, and connections not yet looked at", async () => {
  const server = await RemoteServer.open();
  const before = openSockets();
  const log = new Log<string>();
  const vm = startWorld(everything(server, log, "welcome"));
  const port = await portOf(log);
  const remotes = Array.from({ length: 20 }, () => new Remote(connect(port, "127.0.0.1")).listen());
  await Promise.all(remotes.map(({ socket }) => new Promise((resolve) => void socket.once("connect", resolve))));
  await vm.stop();
  await Promise.all(remotes.map(({ closed }) => closed));

  const other = startWorld(everything(server, new Log(), "welcome"));
  await other.stop();
  (await server.accept()).socket.destroy();
  await new Promise((resolve) => void setImmediate(resolve));
  const rest = await new Promise<number>((resolve) => server.server.getConnections((_error, count) => resolve(count)));
  expect(openSockets()).toBe(before + rest);
});

test("the end of the driver's process closes all that it has opened", async () => {
  const server = await RemoteServer.open();
  const before = openSockets();
  const log = new Log<string>();
  const kill = new Button();
  const vm = groundVm(
    () => [
      vmProcess({ ...tcpBareDriver(), onSpawned: (pid) => kill.onPress(() => quit({ pid, reason: "killed" })) }),
      everything(server, log, "welcome"),
    ],
    { host: nodeHost() },
  );
  const port = await portOf(log);
  const remotes = [await dial(port), (await server.accept()).listen()];
  await log.has("present", 2);
  kill.press();
  await log.has("absent", 2);
  await log.has("withdrawn");
  for (const remote of remotes) {
    await remote.ended;
    remote.socket.end();
    expect(await remote.closed).toBe("closed");
  }
  await vm.stop();
  expect(openSockets()).toBe(before);
});

test("a VM ends by itself when its conversations are over, and not before all is sent", async () => {
  const server = await RemoteServer.open();
  const [me, them] = [tcpHandle("me"), tcpAddress("127.0.0.1", server.port)];
  const big = new Uint8Array(8 * 1024 * 1024).fill(7);
  const vm = startWorld(
    vmProcess(
      publisher(tcpChannel(me, them, ANY), { onPresence: () => [sendMessage(tcpChannel(me, them, big)), quit()] }),
    ),
  );
  const remote = (await server.accept()).listen();
  await remote.ended;
  expect(remote.bytes.length).toBe(big.length);
  remote.socket.end();
  await vm.ended;
});

test("a VM that waits for nothing but a connection or a listener that failed ends by itself", async () => {
  const server = await RemoteServer.open();
  const port = await freePort();
  const log = new Log<string>();
  await startWorld(vmProcess(conversation(tcpHandle("me"), tcpAddress("127.0.0.1", port), log))).ended;
  await startWorld(vmProcess(listen(tcpListener(server.port), () => null))).ended;
  expect(log.entries).toEqual([]);
});

test("a VM ends by itself when its last listener is closed", async () => {
  const log = new Log<string>();
  const leave = new Button();
  const vm = startWorld([
    vmProcess(watchListener(anyPort, log)),
    untilPressed(
      leave,
      listen(anyPort, () => null),
    ),
  ]);
  await portOf(log);
  leave.press();
  await vm.ended;
});
