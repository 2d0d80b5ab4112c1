import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { SocketSource, type SocketEvent, type SocketLimits } from "../../src/tcp/socket-source.ts";
import { Log } from "../log.ts";
import { openSockets } from "./open-sockets.ts";
import { dial, RemoteServer, type Remote } from "./remote.ts";

const MiB = 1024 * 1024;
const patient: SocketLimits = { maxUnsent: 64 * MiB, stalled: 60_000, linger: 60_000, flush: 60_000 };

/** Arms a source again and again, as a VM does that is never busy. */
function owner(source: SocketSource): { readonly log: Log<string>; readonly release: () => void | Promise<void> } {
  const log = new Log<string>();
  let release: () => void | Promise<void> = () => {};
  const deliver = (event: SocketEvent): void => {
    if (event instanceof Uint8Array) log.add("bytes");
    else log.add(event.type === "closed" && event.reason !== undefined ? "broken" : event.type);
    release = source.arm(deliver);
  };
  release = source.arm(deliver);
  return { log, release: () => release() };
}

/** A source whose socket is up, and the other end of it, which does not read. */
async function pair(
  limits: Partial<SocketLimits>,
): Promise<{ source: SocketSource; remote: Remote; log: Log<string>; readonly release: () => void | Promise<void> }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const connected = once(server, "connection");
  const remote = await dial((server.address() as AddressInfo).port, { reads: false });
  const [socket] = await connected;
  const source = SocketSource.accepted(socket, { ...patient, ...limits }, () => {});
  return { source, remote, ...owner(source) };
}

test("close() waits for the remote to end too, and drops what still comes", async () => {
  const { source, remote, log } = await pair({});
  remote.listen();
  source.want(true);
  source.write(Buffer.from("goodbye"));
  source.close();
  await remote.ended;
  expect(remote.text).toBe("goodbye");
  remote.socket.write("wait");
  remote.socket.end();
  await log.has("closed");
  expect(log.entries).toEqual(["connected", "ended", "closed"]);
});

test("close() does not wait for ever for a remote that has heard all and does not end", async () => {
  const { source, remote, log } = await pair({ linger: 20 });
  remote.listen();
  source.close();
  await remote.ended;
  await log.has("closed");
  expect(remote.socket.destroyed).toBe(false);
});

test("close() waits as long as the remote goes on reading, however slowly", async () => {
  const { source, remote, log } = await pair({ stalled: 1000, linger: 20 });
  const bytes = new Uint8Array(24 * MiB);
  source.write(bytes);
  source.close();
  // At most 64 KiB every few milliseconds: all of it takes longer than a connection may stand still.
  let heard = 0;
  remote.socket.on("data", (chunk: Buffer) => {
    heard += chunk.length;
    remote.socket.pause();
    setTimeout(() => remote.socket.resume(), 5);
  });
  remote.socket.resume();
  await remote.ended;
  expect(heard).toBe(bytes.length);
  await log.has("closed");
});

test("close() breaks the connection when what is unsent makes no progress", async () => {
  const { source, remote, log } = await pair({ stalled: 20 });
  source.write(new Uint8Array(32 * MiB));
  source.close();
  await log.has("closed");
  remote.listen();
  await remote.gone;
  expect(remote.bytes.length).toBeLessThan(32 * MiB);
});

test("what arm() returned, called, lets what is unsent go for a moment and then breaks the connection", async () => {
  const { source, remote, release } = await pair({ flush: 20 });
  source.write(new Uint8Array(32 * MiB));
  await release();
  remote.listen();
  await remote.gone;
  expect(remote.bytes.length).toBeLessThan(32 * MiB);
});

test("abort() tells the end once, with its reason, and closes the socket whether or not the remote reads", async () => {
  const { source, remote, log } = await pair({});
  const before = openSockets();
  source.write(new Uint8Array(32 * MiB));
  source.abort(new Error("enough"));
  await vi.waitUntil(() => openSockets() === before - 1, { timeout: 30_000 });
  source.abort(new Error("again"));
  expect(log.entries).toEqual(["connected", "broken"]);
  remote.listen();
  await remote.gone;
  expect(remote.bytes.length).toBeLessThan(32 * MiB);
});

test("what arm() returned, called, leaves nothing of what was sent behind, although the remote was not read", async () => {
  const { source, remote, release } = await pair({});
  await new Promise((resolve) => void remote.socket.write(new Uint8Array(64 * 1024), resolve));
  source.write(new Uint8Array(8 * MiB));
  const released = release();
  remote.listen();
  await remote.gone;
  expect(remote.bytes.length).toBe(8 * MiB);
  remote.socket.end();
  await released;
});

test("what arm() returned, called, is done as soon as all is sent", async () => {
  const { source, remote, release } = await pair({});
  remote.listen();
  source.write(new Uint8Array(8 * MiB));
  await release();
  await remote.ended;
  expect(remote.bytes.length).toBe(8 * MiB);
  // Called after the end, it has nothing to wait for.
  expect(release()).toBe(undefined);
});

test("what arm() returned, called while the connection is being made, gives it up", async () => {
  const server = await RemoteServer.open();
  const source = SocketSource.connecting("127.0.0.1", server.port, patient);
  const { log, release } = owner(source);
  expect(release()).toBe(undefined);
  const other = owner(SocketSource.connecting("127.0.0.1", server.port, patient));
  await other.log.has("connected");
  expect(log.entries).toEqual([]);
  await Promise.all([other.release(), server.accept().then(({ socket }) => socket.destroy())]);
});

test("SocketSource.connecting connects when it is armed, and only once", async () => {
  const server = await RemoteServer.open();
  const source = SocketSource.connecting("127.0.0.1", server.port, patient);
  const { log, release } = owner(source);
  await log.has("connected");
  const remote = await server.accept();
  remote.socket.write("a");
  source.want(true);
  await log.has("bytes");
  expect(await new Promise((resolve) => server.server.getConnections((_error, count) => resolve(count)))).toBe(1);
  remote.socket.end();
  await release();
});
