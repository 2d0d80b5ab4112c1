import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import {
  ANY,
  consoleInput,
  consoleOutput,
  eventRelay,
  isEof,
  publisher,
  quit,
  sendMessage,
  spawnVm,
  subscriber,
  type ActionTree,
  type GroundVm,
} from "@marketplace/runtime";
import { consoleDriver } from "../../src/console/driver.ts";
import { Button, process, startGround, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { absence } from "../tcp/world.ts";

/** A stream that keeps what is written to it. */
class Paper extends Writable {
  readonly log = new Log<string>();

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.log.add(chunk.toString());
    done();
  }
}

function start(
  app: ActionTree<any>,
  input = new PassThrough(),
  output: Writable = new Paper(),
  maxLine?: number,
): GroundVm {
  return startGround([consoleDriver({ input, output, maxLine }), app]);
}

/** Hears lines, and logs them. */
function listener(log: Log<string>): ActionTree<any> {
  return subscriber(consoleInput(ANY), {
    onPresence: () => void log.add("present"),
    onMessage: ({ line }) => void log.add(isEof(line) ? "EOF" : line),
    onAbsence: ({ reason }) => void log.add(absence(reason)),
  });
}

test("consoleDriver sends a consoleInput for each line, LF or CR LF, then consoleInput(eof), then it is absent", async () => {
  const input = new PassThrough();
  const log = new Log<string>();
  start(process(listener(log)), input);
  for (const byte of Buffer.from("one\r\n\nžluť 🐎\nlast")) input.write(new Uint8Array([byte]));
  input.end();
  await log.has("absent");
  expect(log.entries).toEqual(["present", "one", "", "žluť 🐎", "last", "EOF", "absent"]);
});

test("consoleDriver prints consoleOutput as it is, strings and bytes, and the VM ends when all is printed", async () => {
  const paper = new Paper();
  const vm = start(
    process([
      sendMessage(consoleOutput("to be")),
      sendMessage(consoleOutput(Buffer.from(" or not\n"))),
      sendMessage(consoleOutput("žluť")),
    ]),
    new PassThrough(),
    paper,
  );
  await vm.ended;
  expect(paper.log.entries.join("")).toBe("to be or not\nžluť");
});

test("stop() waits until what was printed is written", async () => {
  const written: string[] = [];
  const slow = new Writable({
    write(chunk, _encoding, done) {
      setImmediate(() => {
        written.push(String(chunk));
        done();
      });
    },
  });
  const log = new Log<string>();
  const vm = start(
    process([
      subscriber(consoleOutput("b"), { onMessage: () => void log.add("sent") }, { interest: "observer" }),
      sendMessage(consoleOutput("a")),
      sendMessage(consoleOutput("b")),
    ]),
    new PassThrough(),
    slow,
  );
  await log.has("sent");
  await vm.stop();
  expect(written).toEqual(["a", "b"]);
});

test("the input is read only while somebody subscribes to consoleInput, and a later subscriber goes on where it was", async () => {
  const input = new PassThrough({ highWaterMark: 1 });
  const [first, second] = [new Log<string>(), new Log<string>()];
  const [leave, come] = [new Button(), new Button()];
  start([untilPressed(leave, listener(first)), process(come.onPress(() => listener(second)))], input);
  input.write("one\ntw");
  await first.has("one");
  leave.press();
  await first.has("absent");
  expect(input.isPaused()).toBe(true);
  input.write("o\nthree\n");
  come.press();
  await second.has("three");
  expect(first.entries).toEqual(["present", "one", "absent"]);
  expect(second.entries).toEqual(["present", "two", "three"]);
});

test("a VM whose only wish was input ends when nobody subscribes any more", async () => {
  const input = new PassThrough();
  const log = new Log<string>();
  const vm = start(
    process(
      subscriber(consoleInput(ANY), {
        onMessage: ({ line }) => {
          log.add(String(line));
          return quit();
        },
      }),
    ),
    input,
  );
  input.write("enough\nand more\n");
  await vm.ended;
  expect(log.entries).toEqual(["enough", "and more"]);
});

test("consoleDriver({ maxLine }) ends the input with CONSOLE_LINE_TOO_LONG when a line is longer", async () => {
  const input = new PassThrough();
  const log = new Log<string>();
  start(process(listener(log)), input, undefined, 5);
  input.write("12345\n123456\n");
  await log.has("absent: CONSOLE_LINE_TOO_LONG");
  expect(log.entries).toEqual(["present", "12345", "absent: CONSOLE_LINE_TOO_LONG"]);
});

test("an output that breaks is absent with its code, and an input that fails too", async () => {
  const broken = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("gone"), { code: "EPIPE" })),
  });
  const input = new PassThrough();
  const log = new Log<string>();
  start(
    process([
      publisher(consoleOutput(ANY), {
        onPresence: () => sendMessage(consoleOutput("x")),
        onAbsence: ({ reason }) => void log.add(`output ${absence(reason)}`),
      }),
      listener(log),
    ]),
    input,
    broken,
  );
  await log.has("output absent: EPIPE");
  input.destroy(Object.assign(new Error("gone"), { code: "EIO" }));
  await log.has("absent: EIO");
});

test("consoleDriver works in a nested VM with an eventRelay", async () => {
  const input = new PassThrough();
  const paper = new Paper();
  startGround(
    spawnVm(() => [
      eventRelay("relay"),
      consoleDriver({ input, output: paper }),
      process(
        subscriber(consoleInput(ANY), {
          onMessage: ({ line }) => !isEof(line) && sendMessage(consoleOutput(`echo: ${line}\n`)),
        }),
      ),
    ]),
  );
  input.write("hello\n");
  await paper.log.has("echo: hello\n");
});

test.each([
  [{ maxLine: 1.5 }, "consoleDriver: maxLine: expected a number of bytes, an integer from 1 up, got 1.5"],
  [{ input: 3 }, "consoleDriver: input: expected a readable stream of Node's, got 3"],
  [{ output: null }, "consoleDriver: output: expected a writable stream of Node's, got null"],
])("consoleDriver(%j) throws BAD_ARGUMENT: %s", (options, message) => {
  expect(() => consoleDriver(options as object)).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT", message }));
});
