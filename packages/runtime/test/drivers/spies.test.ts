import { expect, test } from "vitest";
import {
  ANY,
  genericSpy,
  observeSubscribers,
  publisher,
  quit,
  sendFeedback,
  sendMessage,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpListener,
  tcpSpy,
  type ActionTree,
} from "@marketplace/runtime";
import { simulate } from "@marketplace/runtime/testing";

function run(actions: ActionTree<any>): void {
  const { host, warnings } = simulate(() => actions);
  host.settle();
  expect(warnings).toEqual([]);
}

test("genericSpy(label) writes presence, absence, messages and feedback, of observers too", () => {
  const lines: string[] = [];
  run([
    genericSpy("spy", { write: (line) => lines.push(line) }),
    spawn(() => [
      observeSubscribers(["a", ANY]),
      sendMessage(["a", new Uint8Array([1, 255])]),
      sendFeedback(["b"]),
      quit({ reason: "done" }),
    ]),
  ]);
  expect(lines.slice(-4)).toEqual([
    'spy: presence: publisher (observer) of ["a", _]',
    'spy: message: ["a", #x"01ff"]',
    'spy: feedback: ["b"]',
    'spy: absence: publisher (observer) of ["a", _], reason: "done"',
  ]);
});

test("genericSpy(label, { topic }) looks at that topic only, and participants do not see it", () => {
  const lines: string[] = [];
  const seen: string[] = [];
  const look = { onPresence: () => void seen.push("presence") };
  run([
    genericSpy("spy", { topic: ["a", ANY], write: (line) => lines.push(line) }),
    spawn(() => [
      subscriber(["b", ANY], look),
      publisher(["a", ANY], look),
      sendMessage(["b", 1]),
      sendMessage(["a", 2]),
    ]),
  ]);
  expect(lines.filter((line) => line.includes("message"))).toEqual(['spy: message: ["a", 2]']);
  expect(seen).toEqual([]);
});

test("tcpSpy(label) shows the bytes of channels as a hex dump, and the rest as terms", () => {
  const [us, them] = [tcpListener(7), tcpAddress("::1", 5)];
  const lines: string[] = [];
  run([
    tcpSpy("tcp", { write: (line) => lines.push(line) }),
    spawn(() => [
      sendMessage(tcpChannel(them, us, new Uint8Array(Array.from("Hello, world! \u001b[1m", (c) => c.charCodeAt(0))))),
      sendMessage(tcpChannel(us, them, "text")),
      sendMessage(tcpChannel(us, them, new Uint8Array(2000))),
      sendMessage("not of TCP"),
    ]),
  ]);
  const messages = lines.filter((line) => line.startsWith("tcp: message"));
  expect(messages[0]).toBe(
    [
      'tcp: message: tcp-address("::1", 5) -> tcp-listener(7), 18 bytes',
      "  00000000  48 65 6c 6c 6f 2c 20 77 6f 72 6c 64 21 20 1b 5b  |Hello, world! .[|",
      "  00000010  31 6d                                            |1m|",
    ].join("\n"),
  );
  expect(messages[1]).toBe('tcp: message: tcp-channel(tcp-listener(7), tcp-address("::1", 5), "text")');
  expect(messages[2]?.split("\n").at(-1)).toBe("  ... 976 more");
  expect(messages.length).toBe(3);
});

test.each([
  [() => genericSpy(1 as never), "genericSpy: label: expected a string, got 1"],
  [() => genericSpy("", { write: "x" as never }), 'genericSpy: write: expected a function, got "x"'],
  [() => tcpSpy("", { topic: 1 } as never), 'tcpSpy: options: expected only write, got "topic"'],
])("%s throws BAD_ARGUMENT", (call, message) => {
  expect(call).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT", message }));
});
