import { expect, test } from "vitest";
import {
  ANY,
  eof,
  publisher,
  sendFeedback,
  sendMessage,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpHandle,
  tcpMode,
  type ActionTree,
  type GroundVm,
  type SendMessage,
  type Step,
  type TcpAddress,
  type TcpHandle,
  type TcpListener,
} from "@marketplace/runtime";
import { tcpDriver } from "../../src/tcp/driver.ts";
import type { TcpOptions } from "../../src/tcp/options.ts";
import { Button, process, startGround, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "./listening.ts";
import { dial, RemoteServer } from "./remote.ts";
import { absence, textOf } from "./world.ts";

const me = tcpHandle("me");

function start(app: ActionTree<any>, options?: TcpOptions): GroundVm {
  return startGround([tcpDriver(options), app]);
}

/** So much more may come. */
function credit(us: TcpHandle | TcpListener, them: TcpAddress, amount: number): SendMessage {
  return sendFeedback(tcpChannel(them, us, tcpCredit(amount)));
}

function mode(us: TcpHandle | TcpListener, them: TcpAddress, how: "lines" | "bytes"): SendMessage {
  return sendFeedback(tcpChannel(them, us, tcpMode(how)));
}

/** The endpoints of one who hears, and logs it. */
function hearer(
  us: TcpHandle | TcpListener,
  them: TcpAddress,
  log: Log<string>,
  onPresence: () => Step<any>,
  onText: (text: string) => Step<any> = () => null,
): ActionTree<any> {
  return [
    publisher(tcpChannel(us, them, ANY)),
    subscriber(tcpChannel(them, us, ANY), {
      onPresence,
      onMessage: ({ subpacket }) => {
        const text = textOf(subpacket);
        log.add(text);
        return onText(text);
      },
      onAbsence: ({ reason }) => void log.add(absence(reason)),
    }),
  ];
}

/** A connection of ours to a remote that has said this already. */
async function hearing(
  said: string | Buffer,
  log: Log<string>,
  onPresence: (them: TcpAddress) => Step<any>,
  onText: (text: string, them: TcpAddress) => Step<any> = () => null,
  options?: TcpOptions,
) {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  start(
    process(
      hearer(
        me,
        them,
        log,
        () => onPresence(them),
        (text) => onText(text, them),
      ),
    ),
    options,
  );
  const remote = await server.accept();
  remote.socket.write(said);
  return { remote, them };
}

test("tcpDriver delivers nothing without credit, and in bytes never more than the credit", async () => {
  const log = new Log<string>();
  const more = new Button();
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  start(process([hearer(me, them, log, () => void log.add("present")), more.onPress(() => credit(me, them, 4))]));
  const remote = await server.accept();
  remote.socket.write("abcdefghijkl");
  await log.has("present");
  for (const expected of ["abcd", "efgh", "ijkl"]) {
    more.press();
    await log.until((entries) => entries.slice(1).join("").endsWith(expected));
  }
  expect(log.entries.slice(1).join("")).toBe("abcdefghijkl");
});

test('tcpMode("lines") delivers one line for each credit, LF and CR LF alike, without its end, whole characters', async () => {
  const log = new Log<string>();
  const { remote } = await hearing(
    "",
    log,
    (them) => [mode(me, them, "lines"), credit(me, them, 1)],
    (_text, them) => credit(me, them, 1),
  );
  for (const byte of Buffer.from("žluť\r\n🐎\n\nlast")) remote.socket.write(new Uint8Array([byte]));
  remote.socket.end();
  await log.has("EOF");
  expect(log.entries).toEqual(["žluť", "🐎", "", "last", "EOF"]);
});

test("tcpMode() sets the credit to 0, also where the mode stays", async () => {
  const log = new Log<string>();
  const done = new Button();
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  start(
    process([
      hearer(me, them, log, () => [
        credit(me, them, 100),
        mode(me, them, "bytes"),
        credit(me, them, 100),
        mode(me, them, "lines"),
        credit(me, them, 1),
      ]),
      done.onPress(() => credit(me, them, 1)),
    ]),
  );
  const remote = await server.accept();
  remote.socket.write("one\ntwo\nthree\n");
  await log.has("one");
  done.press();
  await log.has("two");
  expect(log.entries).toEqual(["one", "two"]);
});

test("a mode set by who hears a line holds from the next byte on, however much credit there was", async () => {
  const log = new Log<string>();
  await hearing(
    "header\n\nline\nin\nthe body",
    log,
    (them) => [mode(me, them, "lines"), credit(me, them, 1_000_000)],
    (text, them) => text === "" && [mode(me, them, "bytes"), credit(me, them, 16)],
  );
  await log.has("line\nin\nthe body");
  expect(log.entries).toEqual(["header", "", "line\nin\nthe body"]);
});

test("a line longer than 64 KiB ends the connection with TCP_LINE_TOO_LONG, one of just 64 KiB does not", async () => {
  const log = new Log<string>();
  const fits = "x".repeat(65_536);
  const { remote } = await hearing(`${fits}\r\n`, log, (them) => [mode(me, them, "lines"), credit(me, them, 10)]);
  await log.has(fits);
  remote.socket.write(`${fits}x`);
  remote.socket.write("\n");
  await log.has("absent: TCP_LINE_TOO_LONG");
  expect(log.entries.length).toBe(2);
});

test("tcpDriver({ maxLine }) sets how long a line may be", async () => {
  const log = new Log<string>();
  await hearing("12345\n123456\n", log, (them) => [mode(me, them, "lines"), credit(me, them, 10)], undefined, {
    maxLine: 5,
  });
  await log.has("absent: TCP_LINE_TOO_LONG");
  expect(log.entries).toEqual(["12345", "absent: TCP_LINE_TOO_LONG"]);
});

test("tcpCredit(n) comes back as feedback for the n bytes of what was sent that the socket has taken", async () => {
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const log = new Log<number>();
  const sent = ["", "žluť", new Uint8Array(1_000_000)];
  const total = 6 + 1_000_000;
  start(
    process(
      publisher(tcpChannel(me, them, ANY), {
        onPresence: () => sent.map((body) => sendMessage(tcpChannel(me, them, body))),
        onMessage: ({ subpacket }) => {
          if (tcpCredit.isGround(subpacket)) log.add(subpacket.amount);
        },
      }),
    ),
  );
  const remote = (await server.accept()).listen();
  await remote.heard(({ bytes }) => bytes.length === total);
  await log.until((amounts) => amounts.reduce((sum, amount) => sum + amount, 0) === total);
});

test("who sends only as tcpCredit(n) comes back never has more than a window unsent, and all arrives", async () => {
  const MiB = 1024 * 1024;
  const window = MiB / 4;
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const log = new Log<string>();
  let [sent, taken, most] = [0, 0, 0];
  const goal = 64 * MiB;
  const fill = (): ActionTree<any> => {
    const pieces: ActionTree<any>[] = [];
    while (sent < goal && sent - taken < window) {
      pieces.push(sendMessage(tcpChannel(me, them, new Uint8Array(64 * 1024))));
      sent += 64 * 1024;
    }
    most = Math.max(most, sent - taken);
    if (taken === goal) log.add("all taken");
    return [pieces, taken === goal && sendMessage(tcpChannel(me, them, eof))];
  };
  start(
    process(
      publisher(tcpChannel(me, them, ANY), {
        onPresence: fill,
        onMessage: ({ subpacket }) => {
          if (tcpCredit.isGround(subpacket)) taken += subpacket.amount;
          return fill();
        },
      }),
    ),
  );
  const remote = (await server.accept()).listen();
  await log.has("all taken");
  await remote.ended;
  expect(remote.bytes.length).toBe(goal);
  expect(most).toBeLessThanOrEqual(window);
});

test("an orderly end takes nothing away from who has given no credit yet", async () => {
  const log = new Log<string>();
  const more = new Button();
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  start(
    process([
      hearer(me, them, log, () => [
        mode(me, them, "lines"),
        credit(me, them, 1),
        sendMessage(tcpChannel(me, them, "bye")),
        sendMessage(tcpChannel(me, them, eof)),
      ]),
      more.onPress(() => credit(me, them, 1)),
    ]),
  );
  const remote = (await server.accept()).listen();
  remote.socket.end("one\ntwo\nthree");
  await log.has("one");
  await remote.hears("bye");
  await remote.ended;
  for (const next of ["two", "three", "EOF"]) {
    more.press();
    await log.has(next);
  }
  await log.has("absent");
  await remote.closed;
  expect(log.entries).toEqual(["one", "two", "three", "EOF", "absent"]);
});

test("what is left without credit goes when its hearer goes, and the process of the connection with it", async () => {
  const log = new Log<string>();
  const leave = new Button();
  const server = await RemoteServer.open();
  const them = tcpAddress("127.0.0.1", server.port);
  const vm = start([
    untilPressed(
      leave,
      hearer(me, them, log, () => [credit(me, them, 1), sendMessage(tcpChannel(me, them, eof))]),
    ),
  ]);
  const remote = (await server.accept()).listen();
  remote.socket.end("ab");
  await log.has("a");
  await remote.ended;
  leave.press();
  // With no process left that waits for anything, the VM ends by itself.
  await vm.ended;
  // Its own handler hears of its own end.
  expect(log.entries).toEqual(["a", "absent"]);
});

test.each([
  ["tcp-credit(_)", () => tcpCredit(ANY)],
  ["bytes", () => new Uint8Array(3)],
])("feedback of %s breaks the connection with TCP_BAD_SUBPACKET", async (_what, bad) => {
  const log = new Log<string>();
  await hearing("x", log, (them) => sendFeedback(tcpChannel(them, me, bad() as never)));
  await log.has("absent: TCP_BAD_SUBPACKET");
});

test("an accepted connection has credit and modes of its own, and two who hear it share them", async () => {
  const log = new Log<string>();
  const listening = new Log<string>();
  start([
    process([
      watchListener(anyPort, listening),
      listen(anyPort, (them) => [
        hearer(anyPort, them, log, () => null),
        mode(anyPort, them, "lines"),
        credit(anyPort, them, 2),
        sendMessage(tcpChannel(anyPort, them, "ready\n")),
      ]),
    ]),
  ]);
  const port = await portOf(listening);
  const remotes = await Promise.all([dial(port), dial(port)]);
  await Promise.all(remotes.map((remote) => remote.hears("ready\n")));
  for (const [i, remote] of remotes.entries()) remote.socket.write(`${i} a\n${i} b\n${i} c\n`);
  await log.until(({ length }) => length === 4);
  expect(log.entries.toSorted()).toEqual(["0 a", "0 b", "1 a", "1 b"]);
});

test.each([
  [{ maxLine: 0 }, "tcpDriver: maxLine: expected a number of bytes, an integer from 1 up, got 0"],
  [{ maxlines: 1 }, 'tcpDriver: options: expected only host, maxUnsent, flow, admit, maxLine, got "maxlines"'],
])("tcpDriver(%j) throws BAD_ARGUMENT: %s", (options, message) => {
  expect(() => tcpDriver(options as object)).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT", message }));
});
