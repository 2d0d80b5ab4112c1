import { expect, test } from "vitest";
import {
  ANY,
  observePublishers,
  publisher,
  sendMessage,
  subscriber,
  tcpChannel,
  tcpListening,
  type ActionTree,
} from "@marketplace/runtime";
import type { SessionListener } from "../../src/bridge/options.ts";
import { process as vmProcess } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "../tcp/listening.ts";
import { dial } from "../tcp/remote.ts";
import { absence, textOf } from "../tcp/world.ts";
import { token } from "../web/fixtures.ts";
import { startBridgeChild, startBridgedChild } from "./child.ts";
import { loopback, startBridge, startBridged } from "./world.ts";

/** An echo server; the life of each of its connections is logged, and what comes on it. */
function echo(listening: Log<string>, log: Log<string>): ActionTree<any> {
  return vmProcess([
    watchListener(anyPort, listening),
    listen(anyPort, (them) => [
      publisher(tcpChannel(anyPort, them, ANY)),
      subscriber(tcpChannel(them, anyPort, ANY), {
        onPresence: () => log.add("present"),
        onAbsence: ({ reason }) => log.add(absence(reason)),
        onMessage: ({ subpacket }) => {
          log.add(textOf(subpacket));
          return sendMessage(tcpChannel(anyPort, them, subpacket));
        },
      }),
    ]),
  ]);
}

test("the bridge's process is killed and started again: all is absent once, the listener present again, and clients are served", async () => {
  const { child, server } = await startBridgeChild({ port: 0, token, policy: loopback });
  const [listening, log] = [new Log<string>(), new Log<string>()];
  const { states } = startBridged(server, echo(listening, log));
  const before = await dial(await portOf(listening));
  before.socket.write("before");
  await before.hears("before");
  child.kill("SIGKILL");
  await states.has("lost");
  await before.gone;
  await log.has("absent: BRIDGE_LOST");
  await listening.has("withdrawn");
  await startBridgeChild({ port: server.port, token, policy: loopback });
  await listening.until(({ length }) => length === 3);
  const port = Number(listening.entries[2]?.split(":")[1]);
  const after = await dial(port);
  after.socket.write("after");
  await after.hears("after");
  expect(log.entries).toEqual(["present", "before", "absent: BRIDGE_LOST", "present", "after"]);
});

test("a client's process is killed: its sockets are closed, and others are served as before", async () => {
  const { server } = await startBridge();
  const [goes, stays] = [await startBridgedChild(server), await startBridgedChild(server)];
  const [going, staying] = [await dial(goes.port), await dial(stays.port)];
  for (const remote of [going, staying]) {
    remote.socket.write("a");
    await remote.hears("a");
  }
  goes.child.kill("SIGKILL");
  await going.gone;
  await expect.poll(() => server.sessions).toBe(1);
  staying.socket.write("b");
  await staying.hears("ab");
});

test("a client's process is frozen: the heartbeat notices, and its sockets are closed; thawed, it begins anew", async () => {
  const listening = new Log<SessionListener>();
  const { server } = await startBridge({ heartbeat: 300, onListening: (listener) => listening.add(listener) });
  const { child, port } = await startBridgedChild(server);
  const remote = await dial(port);
  remote.socket.write("a");
  await remote.hears("a");
  child.kill("SIGSTOP");
  await remote.gone;
  await expect.poll(() => server.sessions).toBe(0);
  child.kill("SIGCONT");
  const [, again] = await listening.until(({ length }) => length === 2);
  const other = await dial(again?.port as number);
  other.socket.write("b");
  await other.hears("b");
});

test("the bridge's process is frozen: its client notices, and all is absent", async () => {
  const { child, server } = await startBridgeChild({ port: 0, token, policy: loopback, heartbeat: 300 });
  const [listening, log] = [new Log<string>(), new Log<string>()];
  const { states } = startBridged(server, echo(listening, log));
  const remote = await dial(await portOf(listening));
  remote.socket.write("a");
  await remote.hears("a");
  child.kill("SIGSTOP");
  await log.has("absent: BRIDGE_LOST");
  await listening.has("withdrawn");
  expect(states.entries).toContain("lost");
  child.kill("SIGCONT");
  await listening.until(({ length }) => length === 3);
});

test("a wrong token is of no use a second time: the bridge is closed for good, and the VM is told why", async () => {
  const { server } = await startBridge();
  const log = new Log<string>();
  const { states } = startBridged(
    { url: server.url, token },
    vmProcess(observePublishers(tcpListening(ANY, ANY), { onPresence: () => log.add("present") })),
  );
  await states.has("closed");
  expect(states.entries.filter((state) => state === "connecting")).toHaveLength(1);
  expect(log.entries).toEqual([]);
  expect(server.sessions).toBe(0);
});
