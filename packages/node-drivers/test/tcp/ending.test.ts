import { connect } from "node:net";
import { expect, test, vi } from "vitest";
import {
  ANY,
  eof,
  observePublishers,
  observeSubscribers,
  publisher,
  quit,
  sendMessage,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpHandle,
  tcpMode,
  type ActionTree,
  type EndpointHandlers,
  type Step,
  type TcpAddress,
  type TcpSubpacket,
} from "@marketplace/runtime";
import { Button, process as vmProcess, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "./listening.ts";
import { openSockets } from "./open-sockets.ts";
import { dial, Remote, RemoteServer } from "./remote.ts";
import { absence, conversation, startWorld } from "./world.ts";

/** A world with a listener; gives its port. */
async function serve(
  session: (them: TcpAddress, say: (subpacket: unknown) => ActionTree<any>) => Step<any>,
): Promise<number> {
  const log = new Log<string>();
  startWorld(
    vmProcess([
      watchListener(anyPort, log),
      listen(anyPort, (them) =>
        session(them, (subpacket) => sendMessage(tcpChannel(anyPort, them, subpacket as TcpSubpacket))),
      ),
    ]),
  );
  return portOf(log);
}

test("a remote that ends its direction is heard as eof, and may still be sent to until we answer with eof", async () => {
  const log = new Log<string>();
  const answer = new Button();
  const port = await serve((them, say) => [
    conversation(anyPort, them, log),
    answer.onPress(() => [say("still "), say("here"), say(eof)]),
  ]);
  const remote = await dial(port);
  remote.socket.end("that is all");
  await log.has("EOF");
  answer.press();
  await remote.ended;
  expect(remote.text).toBe("still here");
  expect(await remote.closed).toBe("closed");
  await log.has("absent");
  expect(log.entries).toEqual(["sendable", "present", "that is all", "EOF", "absent"]);
});

test("a remote that we have connected to may end its direction first as well", async () => {
  const server = await RemoteServer.open();
  const [me, them] = [tcpHandle("me"), tcpAddress("127.0.0.1", server.port)];
  const log = new Log<string>();
  const answer = new Button();
  startWorld(
    vmProcess([
      conversation(me, them, log),
      answer.onPress(() => ["still ", "here", eof].map((subpacket) => sendMessage(tcpChannel(me, them, subpacket)))),
    ]),
  );
  const remote = (await server.accept()).listen();
  remote.socket.end("that is all");
  await log.has("EOF");
  answer.press();
  await remote.ended;
  expect(remote.text).toBe("still here");
  await log.has("absent");
  expect(log.entries).toEqual(["sendable", "present", "that is all", "EOF", "absent"]);
});

test("sendMessage of eof ends our direction, and the remote is heard until it ends its own", async () => {
  const log = new Log<string>();
  // Said twice is said once.
  const port = await serve((them, say) => [conversation(anyPort, them, log), say("the question"), say(eof), say(eof)]);
  const remote = await dial(port);
  await remote.ended;
  expect(remote.text).toBe("the question");
  remote.socket.write("the ");
  await log.has("the ");
  remote.socket.end("answer");
  await log.has("absent");
  expect(log.entries).toEqual(["sendable", "present", "the ", "answer", "EOF", "absent"]);
});

test("a connection of which both directions have ended becomes absent without a reason, once for each endpoint that met it", async () => {
  const server = await RemoteServer.open();
  const [me, them] = [tcpHandle("me"), tcpAddress("127.0.0.1", server.port)];
  const log = new Log<string>();
  const note = (who: string): EndpointHandlers<any, any, any> => ({
    onAbsence: ({ reason }) => void log.add(`${who}: ${absence(reason)}`),
  });
  startWorld([
    vmProcess([observePublishers(tcpChannel(them, ANY, ANY), note("observer of publishers"))]),
    vmProcess([observeSubscribers(tcpChannel(ANY, them, ANY), note("observer of subscribers"))]),
    vmProcess([
      publisher(tcpChannel(me, them, ANY), {
        ...note("publisher"),
        onPresence: () => sendMessage(tcpChannel(me, them, eof)),
      }),
      subscriber(tcpChannel(them, me, ANY), note("subscriber")),
    ]),
  ]);
  const remote = (await server.accept()).listen();
  await remote.ended;
  expect(log.entries).toEqual([]);
  remote.socket.end();
  await log.until(({ length }) => length === 4);
  expect(await remote.closed).toBe("closed");
  expect(log.entries.toSorted()).toEqual([
    "observer of publishers: absent",
    "observer of subscribers: absent",
    "publisher: absent",
    "subscriber: absent",
  ]);
});

test("bytes sent after eof end the connection with ERR_STREAM_WRITE_AFTER_END", async () => {
  const log = new Log<string>();
  const port = await serve((them, say) => [conversation(anyPort, them, log), say(eof), say("too late"), say("far")]);
  const before = openSockets();
  const remote = await dial(port);
  await log.has("absent: ERR_STREAM_WRITE_AFTER_END");
  await remote.ended;
  // Nothing of it stays open but the remote's own end.
  await vi.waitUntil(() => openSockets() === before + 1, { timeout: 30_000 });
  expect(remote.text).toBe("");
  expect(log.entries).toEqual(["sendable", "present", "absent: ERR_STREAM_WRITE_AFTER_END"]);
});

test("a subpacket that is neither bytes, string nor eof resets its connection with TCP_BAD_SUBPACKET, and no other", async () => {
  const bad = [ANY, tcpCredit(1), tcpMode("lines")];
  const logs = [...bad, "fine"].map(() => new Log<string>());
  let count = 0;
  const port = await serve((them, say) => {
    const i = count++;
    return [conversation(anyPort, them, logs[i] as Log<string>), say(bad[i] ?? "fine")];
  });
  for (const [i] of bad.entries()) {
    const remote = new Remote(connect(port, "127.0.0.1")).listen();
    await logs[i]?.has("absent: TCP_BAD_SUBPACKET");
    await remote.closed;
    expect(remote.text).toBe("");
    expect(logs[i]?.entries).toEqual(["sendable", "present", "absent: TCP_BAD_SUBPACKET"]);
  }
  await (await dial(port)).hears("fine");
});

test("a remote that resets in the middle of it loses its own connection, with ECONNRESET, and no other", async () => {
  const lost = new Log<string>();
  const port = await serve((them, say) => [
    publisher(tcpChannel(anyPort, them, ANY)),
    subscriber(tcpChannel(them, anyPort, ANY), {
      onMessage: ({ subpacket }) => say(subpacket),
      onAbsence: ({ reason }) => void lost.add(absence(reason)),
    }),
  ]);
  const remotes = await Promise.all(Array.from({ length: 20 }, () => dial(port)));
  for (const remote of remotes) remote.socket.write("half a ");
  await Promise.all(remotes.map((remote) => remote.hears("half a ")));
  const [resetting, staying] = [remotes.slice(0, 10), remotes.slice(10)];
  for (const remote of resetting) remote.socket.resetAndDestroy();
  await lost.has("absent: ECONNRESET", resetting.length);
  for (const remote of staying) remote.socket.write("line");
  await Promise.all(staying.map((remote) => remote.hears("half a line")));
  expect(lost.entries).toEqual(resetting.map(() => "absent: ECONNRESET"));
});

test("a remote that resets after we have said eof ends the connection with ECONNRESET, once", async () => {
  const log = new Log<string>();
  const port = await serve((them, say) => [conversation(anyPort, them, log), say(eof)]);
  const remote = await dial(port);
  await remote.ended;
  remote.socket.resetAndDestroy();
  await log.has("absent: ECONNRESET");
  expect(log.entries).toEqual(["sendable", "present", "absent: ECONNRESET"]);
});

test("quit of whoever used a connection closes it, after all that was sent", async () => {
  const big = new Uint8Array(8 * 1024 * 1024).map((_, i) => i * 31);
  const port = await serve((them, say) => [conversation(anyPort, them, new Log()), say(big), say("the end"), quit()]);
  const remote = await dial(port, { reads: false });
  // What the remote still has to say harms nothing.
  remote.socket.write("by the way");
  remote.listen();
  await remote.ended;
  expect(remote.bytes.length).toBe(big.length + 7);
  expect(remote.bytes.subarray(0, big.length).equals(big)).toBe(true);
  remote.socket.end();
  expect(await remote.closed).toBe("closed");
});

test("a connection that nobody uses any more is absent at once, also if what was sent takes its time", async () => {
  const [log, ports] = [new Log<string>(), new Log<string>()];
  startWorld([
    vmProcess([
      watchListener(anyPort, ports),
      listen(anyPort, (them) => [
        publisher(tcpChannel(anyPort, them, ANY)),
        sendMessage(tcpChannel(anyPort, them, new Uint8Array(15 * 1024 * 1024))),
        quit(),
      ]),
    ]),
    vmProcess(
      observePublishers(tcpChannel(ANY, anyPort, ANY), { onAbsence: ({ reason }) => void log.add(absence(reason)) }),
    ),
  ]);
  const remote = await dial(await portOf(ports), { reads: false });
  await log.has("absent");
  remote.listen();
  await remote.ended;
  expect(remote.bytes.length).toBe(15 * 1024 * 1024);
});

test("a crash of whoever used a connection closes it like quit", async () => {
  const log = new Log<string>();
  const port = await serve((them) => conversation(anyPort, them, log, () => quit({ reason: new Error("no more") })));
  const remote = await dial(port);
  remote.socket.write("hello");
  await remote.ended;
  expect(log.entries).toEqual(["sendable", "present", "hello", "absent: Error: no more"]);
});

test("an accepted connection is closed when the last of its users has gone, not before", async () => {
  const leave = [new Button(), new Button()] as const;
  const log = new Log<string>();
  const port = await serve((them, say) => [
    untilPressed(
      leave[0],
      publisher(tcpChannel(anyPort, them, ANY), { onAbsence: () => void log.add("publisher left") }),
    ),
    untilPressed(
      leave[1],
      subscriber(tcpChannel(them, anyPort, ANY), {
        onMessage: ({ subpacket }) => say(subpacket),
        onAbsence: () => void log.add("subscriber left"),
      }),
    ),
  ]);
  const remote = await dial(port);
  remote.socket.write("a");
  await remote.hears("a");
  leave[0].press();
  await log.has("publisher left");
  remote.socket.write("b");
  await remote.hears("ab");
  leave[1].press();
  await remote.ended;
});
