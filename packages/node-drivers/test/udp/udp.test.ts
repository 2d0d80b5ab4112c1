import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import {
  ANY,
  eventRelay,
  publisher,
  sendMessage,
  spawn,
  spawnVm,
  subscriber,
  udpHandle,
  udpListener,
  udpPacket,
  udpRemoteAddress,
} from "@marketplace/runtime";
import { udpDriver } from "../../src/udp/driver.ts";
import { Button, process, startGround, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { becomesFree, echo, failures, isFree, Outsider, portOf, textOf, user, watch } from "./people.ts";

const us = udpListener(0);
const me = udpHandle("me");
const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === "IPv6"));

test("udpDriver opens a socket for udpListener(0), says which port it has, and an echo server answers each who asks", async () => {
  const log = new Log<string>();
  startGround([udpDriver(), process([watch(us, log), echo(us, new Log())])]);
  const port = await portOf(log);
  const askers = await Promise.all([Outsider.open(), Outsider.open()]);
  await Promise.all(askers.map((asker, i) => asker.send(`question ${i}`, port)));
  const answers = await Promise.all(askers.map((asker) => asker.hears(1)));
  expect(answers.map(([first]) => `${first?.bytes.toString()} from ${first?.port}`)).toEqual([
    `question 0 from ${port}`,
    `question 1 from ${port}`,
  ]);
});

test("udpDriver sends from a udpHandle by a port that the system picks, and hears the answers to it", async () => {
  const outsider = await Outsider.open();
  const log = new Log<string>();
  startGround([
    udpDriver(),
    process(
      user(me, log, undefined, () =>
        sendMessage(udpPacket(me, udpRemoteAddress("127.0.0.1", outsider.port), "question")),
      ),
    ),
  ]);
  const [question] = await outsider.hears(1);
  expect(question?.bytes.toString()).toBe("question");
  await outsider.send("answer", question?.port ?? 0);
  await log.has("answer");
  expect(log.entries).toEqual(["open", "answer"]);
});

test("udpPacket between two local sockets works: through the system by address, and within the VM by name", async () => {
  const log = new Log<string>();
  const server = new Log<string>();
  const ask = new Button();
  let port = 0;
  startGround([
    udpDriver(),
    process([watch(us, server), echo(us, server)]),
    process([
      user(me, log),
      ask.onPress(() => [
        sendMessage(udpPacket(me, udpRemoteAddress("localhost", port), "by address")),
        sendMessage(udpPacket(me, us, Buffer.from("by name"))),
      ]),
    ]),
  ]);
  port = await portOf(server);
  await log.has("open");
  ask.press();
  await log.has("by address");
  await log.has("by name");
  expect(server.entries.filter((entry) => entry.startsWith("by")).toSorted()).toEqual(["by address", "by name"]);
});

test("udpDriver carries a datagram of every length from 0 to 65,507 bytes whole", async () => {
  const log = new Log<string>();
  const lengths = [0, 1, 511, 512, 1232, 1472, 1473, 9000, 16_384, 65_506, 65_507];
  startGround([udpDriver(), process([watch(us, log), echo(us, new Log())])]);
  const port = await portOf(log);
  const asker = await Outsider.open();
  for (const [i, length] of lengths.entries()) {
    const sent = Buffer.alloc(length, i + 1);
    await asker.send(sent, port);
    const heard = await asker.hears(i + 1);
    expect(heard[i]?.bytes.equals(sent)).toBe(true);
  }
});

test("udpPacket bodies arrive as plain Uint8Array, and a string is sent as its UTF-8 bytes", async () => {
  const log = new Log<string>();
  const bodies: unknown[] = [];
  startGround([
    udpDriver(),
    process([
      watch(us, log),
      subscriber(udpPacket(ANY, us, ANY), {
        onMessage: ({ source, body }) => {
          bodies.push(body);
          return sendMessage(udpPacket(us, source, "žluť 🐎"));
        },
      }),
    ]),
  ]);
  const port = await portOf(log);
  const asker = await Outsider.open();
  await asker.send("abc", port);
  const [answer] = await asker.hears(1);
  expect(answer?.bytes.toString()).toBe("žluť 🐎");
  expect(bodies.map((body) => Object.getPrototypeOf(body) === Uint8Array.prototype && textOf(body))).toEqual(["abc"]);
});

test.skipIf(!hasIPv6)("udpDriver reaches IPv6 from a handle, and listens on it with the option host", async () => {
  const outsider = await Outsider.open("::1");
  const log = new Log<string>();
  const server = new Log<string>();
  startGround([
    spawnVm(() => [eventRelay("six"), udpDriver({ host: "::1" }), process([watch(us, server), echo(us, server)])]),
    udpDriver(),
    process(
      user(me, log, undefined, () => [
        sendMessage(udpPacket(me, udpRemoteAddress("::1", outsider.port), "six")),
        sendMessage(udpPacket(me, udpRemoteAddress("::1", outsider.port), "six")),
      ]),
    ),
  ]);
  const [six] = await outsider.hears(1);
  await outsider.send("answer", six?.port ?? 0, "::1");
  await log.has("answer");
  const port = await portOf(server);
  await outsider.send("to the listener", port, "::1");
  await server.has("to the listener");
});

test.skipIf(!hasIPv6)('udpDriver({ host: "::" }) hears and answers both families', async () => {
  const log = new Log<string>();
  startGround([udpDriver({ host: "::" }), process([watch(us, log), echo(us, new Log())])]);
  const port = await portOf(log);
  const four = await Outsider.open("127.0.0.1");
  const six = await Outsider.open("::1");
  await four.send("four", port);
  await six.send("six", port, "::1");
  const [a] = await four.hears(1);
  const [b] = await six.hears(1);
  expect([a?.bytes.toString(), b?.bytes.toString()]).toEqual(["four", "six"]);
});

test("several endpoints share one socket, and it is closed when the last of them goes", async () => {
  const [first, second] = [new Button(), new Button()];
  const log = new Log<string>();
  const heard = [new Log<string>(), new Log<string>()] as const;
  const watching = new Log<string>();
  startGround([
    udpDriver(),
    process(watch(us, watching)),
    untilPressed(first, user(us, heard[0])),
    untilPressed(second, user(us, heard[1])),
    process(
      Array.from({ length: 10 }, () =>
        publisher(udpPacket(me, udpRemoteAddress(ANY, ANY), ANY), { onPresence: () => void log.add("met") }),
      ),
    ),
  ]);
  const port = await portOf(watching);
  const outsider = await Outsider.open();
  await outsider.send("one", port);
  await Promise.all(heard.map((each) => each.has("one")));
  first.press();
  await outsider.send("two", port);
  await heard[1].has("two");
  expect(await isFree(port)).toBe(false);
  second.press();
  await watching.has("withdrawn");
  await becomesFree(port);
  // All ten endpoints of the handle met the one subscriber of the driver.
  expect(log.entries.length).toBe(10);
});

test("a crash of the driver's user closes the socket, and demand made anew opens it again", async () => {
  const outsider = await Outsider.open();
  const log = new Log<string>();
  const again = new Button();
  const leave = new Button();
  startGround([
    udpDriver(),
    process([watch(us, log), again.onPress(() => spawn(() => [user(us, new Log())]))]),
    untilPressed(leave, user(us, new Log())),
  ]);
  const port = await portOf(log);
  leave.press();
  await log.has("withdrawn");
  await becomesFree(port);
  again.press();
  const [, , reopened] = await log.until(({ length }) => length >= 3);
  await outsider.send("x", Number(reopened?.replace(/^.*:/, "")));
});

test("udpDriver publishes udpError(listener, EADDRINUSE) for as long as the demand lasts; demand made anew is a new attempt", async () => {
  const outsider = await Outsider.open();
  const taken = udpListener(outsider.port);
  const log = new Log<string>();
  const seen = new Log<string>();
  const [leave, again] = [new Button(), new Button()];
  startGround([
    udpDriver(),
    process([watch(taken, log), again.onPress(() => spawn(() => user(taken, seen)))]),
    untilPressed(leave, user(taken, seen)),
  ]);
  await log.has("EADDRINUSE");
  expect(seen.entries).toEqual([]);
  leave.press();
  await log.has("withdrawn");
  outsider.socket.close();
  await becomesFree(outsider.port);
  again.press();
  await seen.has("open");
  await log.has(`127.0.0.1:${outsider.port}`);
  expect(log.entries).toEqual(["EADDRINUSE", "withdrawn", `127.0.0.1:${outsider.port}`]);
});

test("udpDriver({ host }) of an address that is not ours is a published EADDRNOTAVAIL, and a name that is none ENOTFOUND or EAI_AGAIN", async () => {
  const log = new Log<string>();
  startGround([udpDriver({ host: "192.0.2.1" }), process([watch(us, log), user(us, new Log())])]);
  await log.has("EADDRNOTAVAIL");
  const named = new Log<string>();
  startGround([udpDriver({ host: "no-such-name.invalid" }), process([watch(us, named), user(us, new Log())])]);
  await named.until((entries) => entries.some((entry) => entry === "ENOTFOUND" || entry === "EAI_AGAIN"));
});

test("what concerns one datagram is feedback udpFailure(source, destination, code), and ends nothing", async () => {
  const outsider = await Outsider.open();
  const log = new Log<string>();
  const to = (host: string, port: number, body: string | Uint8Array) =>
    sendMessage(udpPacket(me, udpRemoteAddress(host, port), body));
  startGround([
    udpDriver(),
    process([
      failures(me, log),
      user(me, log, undefined, () => [
        to("127.0.0.1", outsider.port, Buffer.alloc(65_508)),
        to("127.0.0.1", 0, "to no port"),
        to("255.255.255.255", 9, "to everybody"),
        to("no-such-name.invalid", 9, "to nobody"),
        to("127.0.0.1", outsider.port, "a good one"),
      ]),
    ]),
  ]);
  const [good] = await outsider.hears(1);
  expect(good?.bytes.toString()).toBe("a good one");
  const entries = await log.until((all) => all.filter((entry) => entry.includes(" ")).length >= 4);
  const codes = new Set(entries.filter((entry) => entry.includes(" ")));
  expect([...codes].map((entry) => entry.replace("EAI_AGAIN", "ENOTFOUND")).toSorted()).toEqual([
    "127.0.0.1 EMSGSIZE",
    "127.0.0.1 ERR_SOCKET_BAD_PORT",
    "255.255.255.255 EACCES",
    "no-such-name.invalid ENOTFOUND",
  ]);
  expect(entries.some((entry) => entry.startsWith("absent"))).toBe(false);
});

test("stop() sends what was to be sent, and closes all sockets", async () => {
  const outsider = await Outsider.open();
  const log = new Log<string>();
  const opened = new Log<string>();
  const vm = startGround([
    udpDriver(),
    process([
      watch(us, log),
      user(us, opened, undefined, () =>
        sendMessage(udpPacket(us, udpRemoteAddress("localhost", outsider.port), "the last")),
      ),
    ]),
  ]);
  const port = await portOf(log);
  await opened.has("open");
  await vm.stop();
  const [last] = await outsider.hears(1);
  expect(last?.bytes.toString()).toBe("the last");
  await becomesFree(port);
});

test("a wildcard address, an observer and one who watches everything demand no socket", async () => {
  const log = new Log<string>();
  const all = [udpPacket(ANY, ANY, ANY), udpPacket(udpHandle(ANY), ANY, ANY), udpPacket(ANY, udpListener(ANY), ANY)];
  const vm = startGround([
    udpDriver(),
    process(
      all.flatMap((topic) => [
        publisher(topic, {}),
        subscriber(topic, {}),
        publisher(udpPacket(me, ANY, ANY), {}, { interest: "observer" }),
        subscriber(udpPacket(ANY, us, ANY), {}, { interest: "everything" }),
      ]),
    ),
    process(watch(us, log)),
  ]);
  // With no socket open, nothing is armed.
  await vm.ended;
  expect(log.entries).toEqual([]);
});

test.each([
  [{ host: "" }, 'udpDriver: host: expected a host name or an IP address, got ""'],
  [{ hots: "::" }, 'udpDriver: options: expected only host, admit, got "hots"'],
])("udpDriver(%j) throws BAD_ARGUMENT: %s", (options, message) => {
  expect(() => udpDriver(options as object)).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT", message }));
});
