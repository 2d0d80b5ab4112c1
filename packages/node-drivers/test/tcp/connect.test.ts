import { expect, test } from "vitest";
import {
  ANY,
  observePublishers,
  observeSubscribers,
  parseTerm,
  publisher,
  quit,
  sendMessage,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpError,
  tcpHandle,
  type ActionTree,
  type TcpAddress,
} from "@marketplace/runtime";
import { nodeHost } from "../../src/host.ts";
import { afterRounds, Button, process, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { freePort, RemoteServer } from "./remote.ts";
import { conversation, startWorld } from "./world.ts";

const me = tcpHandle("me");

/** Logs each error that is published for a connection of ours, and that it is withdrawn. */
function errors(log: Log<string>): ActionTree<any> {
  return observePublishers(tcpError(me, ANY, ANY), {
    onPresence: ({ role: { topic } }) => void log.add((topic.error as { code: string }).code),
    onAbsence: () => void log.add("withdrawn"),
  });
}

test("tcpBareDriver connects a publisher and subscriber of a handle's channel, and carries bytes both ways", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const log = new Log<string>();
  startWorld(
    process([
      publisher(tcpChannel(me, them, ANY), { onPresence: () => sendMessage(tcpChannel(me, them, "hello")) }),
      conversation(me, them, log),
    ]),
  );
  const remote = (await server.accept()).listen();
  await remote.hears("hello");
  remote.socket.write("welcome");
  await log.has("welcome");
  expect(log.entries).toEqual(["sendable", "present", "welcome"]);
});

test("tcpBareDriver sends a string as its UTF-8 bytes and a Uint8Array as it is", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  startWorld(
    process(
      publisher(tcpChannel(me, them, ANY), {
        onPresence: () => [
          sendMessage(tcpChannel(me, them, "žluť 🐎 \ud800")),
          sendMessage(tcpChannel(me, them, new Uint8Array([0, 255, 128, 10]).subarray(1))),
          sendMessage(tcpChannel(me, them, "")),
        ],
      }),
    ),
  );
  const remote = (await server.accept()).listen();
  const expected = Buffer.from([...Buffer.from("žluť 🐎 \ufffd"), 255, 128, 10]);
  await remote.heard(({ bytes }) => bytes.length >= expected.length);
  expect(remote.bytes).toEqual(expected);
});

test("tcpBareDriver gives each chunk as a plain Uint8Array, however malformed the bytes are as text", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const chunks: Uint8Array[] = [];
  const log = new Log<string>();
  startWorld(
    process(
      subscriber(tcpChannel(them, me, ANY), {
        onMessage: ({ subpacket }) => {
          if (subpacket instanceof Uint8Array) chunks.push(subpacket);
          else log.add("end");
        },
      }),
    ),
  );
  const remote = await server.accept();
  const sent = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 2654435761) >>> 24));
  remote.socket.end(sent);
  await log.has("end");
  expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  expect(chunks.every((chunk) => Object.getPrototypeOf(chunk) === Uint8Array.prototype && chunk.length <= 65_536)).toBe(
    true,
  );
});

test("tcpBareDriver connects for a subscriber alone, and for a publisher alone", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const log = new Log<string>();
  startWorld([
    process(subscriber(tcpChannel(them, tcpHandle(1), ANY), { onPresence: () => void log.add("to hear") })),
    process(publisher(tcpChannel(tcpHandle(2), them, ANY), { onPresence: () => void log.add("to speak") })),
  ]);
  await Promise.all([server.accept(), server.accept()]);
  await log.until(({ length }) => length === 2);
});

test("tcpBareDriver resolves a host name, and reaches IPv6", async () => {
  const server = await RemoteServer.open("::1");
  const log = new Log<string>();
  startWorld([
    process(conversation(me, tcpAddress("::1", server.port), log)),
    process(conversation(me, tcpAddress("localhost", (await RemoteServer.open()).port), log)),
  ]);
  await server.accept();
  await log.has("present", 2);
});

test("tcpBareDriver does nothing for observers, and for a participant whose handle or address is a wildcard", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const log = new Log<string>();
  const real = tcpHandle("real");
  startWorld([
    process([
      observePublishers(tcpChannel(them, me, ANY)),
      observeSubscribers(tcpChannel(me, them, ANY)),
      observePublishers(tcpChannel(tcpHandle("else"), them, ANY), {}, { interest: "everything" }),
      publisher(tcpChannel(tcpHandle(ANY), them, ANY)),
      publisher(tcpChannel(me, tcpAddress("127.0.0.1", ANY), ANY)),
      subscriber(tcpChannel(them, tcpHandle(["nested", ANY]), ANY)),
      subscriber(ANY),
    ]),
    process(conversation(real, them, log)),
  ]);
  await log.has("present");
  (await server.accept()).socket.write("only one");
  await log.has("only one");
  expect(await new Promise((resolve) => server.server.getConnections((_error, count) => resolve(count)))).toBe(1);
});

test("tcpBareDriver publishes ECONNREFUSED as tcpError while the demand lasts, and tries again when it is made anew", async () => {
  const port = await freePort();
  const them = tcpAddress("127.0.0.1", port);
  const log = new Log<string>();
  const leave = new Button();
  const come = new Button();
  startWorld([
    process(errors(log)),
    untilPressed(leave, conversation(me, them, log)),
    process(come.onPress(() => conversation(me, them, log))),
  ]);
  await log.has("ECONNREFUSED");
  const server = await RemoteServer.open("127.0.0.1", port);
  leave.press();
  await log.has("withdrawn");
  expect(log.entries).toEqual(["ECONNREFUSED", "withdrawn"]);
  come.press();
  await log.has("present");
  await server.accept();
  expect(log.entries).toEqual(["ECONNREFUSED", "withdrawn", "sendable", "present"]);
});

test("tcpBareDriver makes one attempt for a failed connection, however many come to demand it meanwhile", async () => {
  const port = await freePort();
  const them = tcpAddress("127.0.0.1", port);
  const other = tcpHandle("other");
  const log = new Log<string>();
  const join = new Button();
  const leave = [new Button(), new Button()] as const;
  startWorld([
    process(errors(log)),
    process(observePublishers(tcpError(other, ANY, ANY), { onPresence: () => void log.add("other") })),
    untilPressed(leave[0], publisher(tcpChannel(me, them, ANY))),
    process(
      join.onPress(() =>
        untilPressed(leave[1], [subscriber(tcpChannel(them, me, ANY)), publisher(tcpChannel(other, them, ANY))]),
      ),
    ),
  ]);
  await log.has("ECONNREFUSED");
  join.press();
  // A second attempt would have failed no later than the other one.
  await log.has("other");
  leave[0].press();
  leave[1].press();
  await log.has("withdrawn");
  expect(log.entries).toEqual(["ECONNREFUSED", "other", "withdrawn"]);
});

test("tcpBareDriver publishes a name that cannot be resolved as tcpError", async () => {
  const log = new Log<string>();
  startWorld([process(errors(log)), process(conversation(me, tcpAddress("no-such-name.invalid", 80), log))]);
  await log.until(({ length }) => length > 0);
  // What a resolver without a server says, and one with a server.
  expect(["ENOTFOUND", "EAI_AGAIN"]).toContain(log.entries[0]);
});

test("tcpBareDriver publishes what is no address as tcpError, and nothing else suffers", async () => {
  const server = await RemoteServer.open();
  const log = new Log<string>();
  const badPort = { ...tcpAddress("127.0.0.1", 1) };
  const forged = (host: unknown, port: unknown): TcpAddress =>
    Object.freeze(Object.assign(Object.create(Object.getPrototypeOf(tcpAddress("x", 1))), { ...badPort, host, port }));
  startWorld([
    process(errors(log)),
    process(publisher(tcpChannel(me, forged("127.0.0.1", -1), ANY))),
    process(publisher(tcpChannel(me, forged("127.0.0.1", "80"), ANY))),
    process(publisher(tcpChannel(me, forged("", 80), ANY))),
    process(publisher(tcpChannel(me, forged(null, 80), ANY))),
    process(conversation(tcpHandle(1), tcpAddress("127.0.0.1", server.port), log)),
  ]);
  await log.until(({ length }) => length === 6);
  expect(log.entries.toSorted()).toEqual([
    "ERR_INVALID_ARG_VALUE",
    "ERR_INVALID_ARG_VALUE",
    "ERR_SOCKET_BAD_PORT",
    "ERR_SOCKET_BAD_PORT",
    "present",
    "sendable",
  ]);
});

test("tcpBareDriver tells handles apart that look alike: each object is a handle of its own", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  class Key {}
  const [first, second] = [new Log<string>(), new Log<string>()];
  startWorld([
    process(conversation(tcpHandle(new Key()), them, first)),
    process(conversation(tcpHandle(new Key()), them, second)),
  ]);
  const remotes = [await server.accept(), await server.accept()];
  for (const remote of remotes) remote.socket.write("hello");
  await Promise.all([first.has("hello"), second.has("hello")]);
  expect([first.entries, second.entries]).toEqual([
    ["sendable", "present", "hello"],
    ["sendable", "present", "hello"],
  ]);
});

test("tcpBareDriver ignores a topic whose records have no field names, and serves all others", async () => {
  const server = await RemoteServer.open();
  const log = new Log<string>();
  startWorld([
    process([
      publisher(parseTerm('tcp-channel(tcp-handle("me"), tcp-address("127.0.0.1", 1), _)')),
      subscriber(parseTerm('tcp-channel(tcp-address("127.0.0.1", 1), tcp-handle("me"), _)')),
      observePublishers(parseTerm("tcp-channel(_, tcp-listener(1), _)")),
      quit(),
    ]),
    process(conversation(me, tcpAddress("127.0.0.1", server.port), log)),
  ]);
  await log.has("present");
});

test("tcpBareDriver gives up a connection whose demand goes while it is being made", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const log = new Log<string>();
  const other = new Log<string>();
  // A clock that stands still makes one slice of it all: the system is not looked at before the demand has gone.
  const host = { ...nodeHost(), monotonic: () => 0 };
  const app = [
    process(errors(log)),
    // From before the driver's process has heard of it to after it has asked for the socket.
    [0, 1, 2, 3, 4, 5, 10].map((rounds) => process([conversation(me, them, log), afterRounds(rounds, () => quit())])),
    afterRounds(20, () => process(conversation(tcpHandle("other"), them, other))),
  ];
  startWorld(app, {}, host);
  await other.has("present");
  // Those that the server has accepted end at once, unseen.
  for (;;) {
    const remote = (await server.accept()).listen();
    remote.socket.write("to the other");
    if ((await Promise.race([remote.closed, remote.ended, other.has("to the other").then(() => "heard")])) === "heard")
      break;
  }
  expect(log.entries).toEqual([]);
});

test("tcpBareDriver shares one connection among all who demand the same handle, and closes it when the last has gone", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const [first, second] = [new Log<string>(), new Log<string>()];
  const leave = [new Button(), new Button()] as const;
  startWorld([
    untilPressed(leave[0], conversation(me, them, first)),
    untilPressed(leave[1], conversation(me, them, second)),
  ]);
  const remote = (await server.accept()).listen();
  await Promise.all([first.has("present"), second.has("present")]);
  remote.socket.write("both");
  await Promise.all([first.has("both"), second.has("both")]);
  leave[0].press();
  await first.has("absent");
  remote.socket.write("one");
  await second.has("one");
  expect(first.entries).not.toContain("one");
  leave[1].press();
  await remote.ended;
});

test("tcpBareDriver makes a new instance of a connection that has ended only when its demand is made anew", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const [log, other] = [new Log<string>(), new Log<string>()];
  const leave = [new Button(), new Button()] as const;
  const join = [new Button(), new Button()] as const;
  startWorld([
    untilPressed(leave[0], conversation(me, them, log)),
    process(
      join[0].onPress(() => [
        untilPressed(leave[1], conversation(me, them, log)),
        process(conversation(tcpHandle("other"), them, other)),
      ]),
    ),
    process(join[1].onPress(() => conversation(me, them, log))),
  ]);
  const remote = await server.accept();
  await log.has("present");
  remote.socket.resetAndDestroy();
  await log.has("absent: ECONNRESET");
  // The handle names an instance that is over: who joins the demand for it gets nothing.
  join[0].press();
  await other.has("present");
  leave[0].press();
  leave[1].press();
  join[1].press();
  await log.has("present", 2);
  expect(log.entries).toEqual(["sendable", "present", "absent: ECONNRESET", "sendable", "present"]);
});

test("tcpBareDriver is not confused by a message that is a wildcard: to the sockets it is no event, to a connection a bad subpacket", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const log = new Log<string>();
  startWorld(
    process([
      publisher(tcpChannel(me, them, ANY), { onPresence: () => sendMessage(ANY) }),
      subscriber(tcpChannel(them, me, ANY), {
        onAbsence: ({ reason }) => void log.add((reason as { code: string }).code),
      }),
    ]),
  );
  await log.has("TCP_BAD_SUBPACKET");
  expect(log.entries).toEqual(["TCP_BAD_SUBPACKET"]);
});
