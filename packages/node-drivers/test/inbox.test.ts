import fc from "fast-check";
import { expect, test } from "vitest";
import { Inbox } from "../src/inbox.ts";

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

/** All that can be taken, as text. */
function takeAll(inbox: Inbox): string[] {
  const taken: string[] = [];
  for (let next = inbox.take(); next !== undefined; next = inbox.take()) {
    taken.push(next.type === "bytes" ? Buffer.from(next.bytes).toString("latin1") : `<${next.type}>`);
    if (next.type === "line-too-long") break;
  }
  return taken;
}

test("take() gives nothing without credit, and in the mode for bytes never more than the credit", () => {
  const inbox = new Inbox(10);
  inbox.add(bytesOf("abcdef"));
  expect(takeAll(inbox)).toEqual([]);
  inbox.give(2);
  expect(takeAll(inbox)).toEqual(["ab"]);
  inbox.give(1);
  inbox.give(1);
  expect(takeAll(inbox)).toEqual(["cd"]);
  inbox.give(Number.MAX_SAFE_INTEGER);
  inbox.give(Number.MAX_SAFE_INTEGER);
  expect(takeAll(inbox)).toEqual(["ef"]);
});

test('setMode("lines") cuts at LF and CR LF, counts the credit in lines, and sets it to 0', () => {
  const inbox = new Inbox(10);
  inbox.give(100);
  inbox.setMode("lines");
  inbox.add(bytesOf("one\r\ntwo\n\nfo"));
  expect(takeAll(inbox)).toEqual([]);
  inbox.give(2);
  expect(takeAll(inbox)).toEqual(["one", "two"]);
  inbox.give(5);
  expect(takeAll(inbox)).toEqual([""]);
  inbox.setMode("bytes");
  expect(takeAll(inbox)).toEqual([]);
  inbox.give(5);
  expect(takeAll(inbox)).toEqual(["fo"]);
});

test("end() gives an unfinished line, and then the end, which costs nothing but comes only while there is credit", () => {
  const inbox = new Inbox(10);
  inbox.setMode("lines");
  inbox.add(bytesOf("a\nb"));
  inbox.end();
  inbox.give(2);
  expect(takeAll(inbox)).toEqual(["a", "b"]);
  expect(inbox.isEmpty).toBe(false);
  inbox.give(1);
  expect(takeAll(inbox)).toEqual(["<end>"]);
  expect(inbox.isEmpty).toBe(true);
});

test.each([
  ["x".repeat(10), ["x".repeat(10)]],
  [`${"x".repeat(10)}\r`, ["x".repeat(10)]],
  ["x".repeat(11), ["<line-too-long>"]],
])("a line of %j may be as long as the limit, its end not counted", (line, expected) => {
  const inbox = new Inbox(10);
  inbox.setMode("lines");
  inbox.give(9);
  for (const byte of bytesOf(`${line}\n`)) inbox.add(new Uint8Array([byte]));
  expect(takeAll(inbox)).toEqual(expected);
});

test("a line that does not end is too long before it has come in whole", () => {
  const inbox = new Inbox(10);
  inbox.setMode("lines");
  inbox.give(1);
  inbox.add(bytesOf("x".repeat(11)));
  expect(takeAll(inbox)).toEqual([]);
  inbox.add(bytesOf("x"));
  expect(takeAll(inbox)).toEqual(["<line-too-long>"]);
});

test("wantsMore is true only while there is credit and nothing that could be delivered", () => {
  const inbox = new Inbox(10);
  expect(inbox.wantsMore).toBe(false);
  inbox.give(1);
  expect(inbox.wantsMore).toBe(true);
  inbox.add(bytesOf("a"));
  expect(inbox.wantsMore).toBe(false);
  inbox.setMode("lines");
  inbox.give(1);
  expect(inbox.wantsMore).toBe(true);
  inbox.add(bytesOf("\n"));
  expect(inbox.wantsMore).toBe(false);
});

test("however the stream comes in pieces, and however credit is given, the same lines and the same bytes come out", () => {
  const piece = fc
    .array(fc.constantFrom("a", "b", "\n", "\r", "é".charAt(0)), { maxLength: 12 })
    .map((all) => all.join(""));
  const step = fc.oneof(fc.record({ add: piece }), fc.record({ give: fc.integer({ min: 0, max: 5 }) }));
  fc.assert(
    fc.property(fc.constantFrom("lines" as const, "bytes" as const), fc.array(step), (mode, steps) => {
      const inbox = new Inbox(1000);
      inbox.setMode(mode);
      let all = "";
      let given = 0;
      const taken: string[] = [];
      for (const each of steps) {
        if ("add" in each) {
          all += each.add;
          inbox.add(bytesOf(each.add));
        } else {
          given += each.give;
          inbox.give(each.give);
        }
        taken.push(...takeAll(inbox));
        const cost = mode === "lines" ? taken.length : taken.join("").length;
        expect(cost).toBeLessThanOrEqual(given);
      }
      inbox.end();
      inbox.give(10_000);
      taken.push(...takeAll(inbox));
      expect(taken.pop()).toBe("<end>");
      if (mode === "bytes") expect(taken.join("")).toBe(all);
      else {
        const lines = all.split("\n");
        // What is after the last end of line is a line only if there is something.
        if (lines.at(-1) === "") lines.pop();
        expect(taken).toEqual(lines.map((line) => line.replace(/\r$/, "")));
      }
    }),
  );
});
