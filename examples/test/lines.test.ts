import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastLine, LONGEST_LINE, takeLines } from "../chat/lines.ts";

/** All lines of a stream that comes in these pieces; after a line that is too long, "too long" and no more. */
function linesOf(pieces: readonly Uint8Array[]): string[] {
  const all: string[] = [];
  let unfinished: Uint8Array = new Uint8Array();
  for (const piece of pieces) {
    const { lines, rest } = takeLines(unfinished, piece);
    all.push(...lines);
    if (rest === null) return [...all, "too long"];
    unfinished = rest;
  }
  return [...all, ...lastLine(unfinished).lines];
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("takeLines", () => {
  test("gives the same lines in whatever pieces the bytes come", () => {
    const byte = fc.oneof(
      fc.constantFrom(10, 13, 9, 0xc3, 0xa9, 0xf0, 0x9f, 0x8c, 0x8d),
      fc.integer({ min: 0, max: 255 }),
    );
    const stream = fc.uint8Array({ maxLength: 60 }).chain(() => fc.array(byte, { maxLength: 60 }));
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 60 }), { maxLength: 8 }), (all, cuts) => {
        const whole = Uint8Array.from(all);
        const borders = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).toSorted((a, b) => a - b), whole.length];
        const pieces = borders.slice(1).map((border, i) => whole.slice(borders[i], border));
        expect(linesOf(pieces)).toEqual(linesOf([whole]));
      }),
    );
  });

  test("ends a line at LF or CR LF, and takes any other CR for a control character", () => {
    expect(linesOf([bytes("a\nb\r\nc\rd\r\r\n\n\r\n")])).toEqual(["a", "b", "c\uFFFDd\uFFFD", "", ""]);
  });

  test("makes of a stream without an end of line one last line, and of an empty one none", () => {
    expect(linesOf([bytes("a\nlast")])).toEqual(["a", "last"]);
    expect(linesOf([bytes("a\n")])).toEqual(["a"]);
    expect(linesOf([])).toEqual([]);
  });

  test("keeps a tab and a byte order mark, and makes other control characters and what is no UTF-8 U+FFFD", () => {
    expect(linesOf([bytes("\uFEFF\ta\u0000\u001b[m\u007f\u0085é\n")])).toEqual([
      "\uFEFF\ta\uFFFD\uFFFD[m\uFFFD\uFFFDé",
    ]);
    expect(linesOf([Uint8Array.of(0xff, 0x61, 0xc3, 10)])).toEqual(["\uFFFDa\uFFFD"]);
  });

  test("takes a line of 64 KiB, with either ending and in any pieces, and no longer one", () => {
    const longest = "x".repeat(LONGEST_LINE);
    for (const ending of ["\n", "\r\n"]) {
      expect(linesOf([bytes(longest + ending)])).toEqual([longest]);
      const whole = bytes(longest + ending);
      const pieces = Array.from({ length: 200 }, (_, i) => whole.subarray(i * 331, (i + 1) * 331));
      expect(linesOf(pieces)).toEqual([longest]);
      expect(linesOf([bytes(`a\n${longest}y${ending}b\n`)])).toEqual(["a", "too long"]);
    }
    expect(linesOf([bytes(`${longest}yz`)])).toEqual(["too long"]);
  });

  test("keeps a copy of what is left over, not the whole of what was read", () => {
    const read = Buffer.from(`${"x".repeat(1000)}\nrest`);
    const { rest } = takeLines(new Uint8Array(), read);
    expect(rest?.buffer.byteLength).toBe(4);
    read.fill(0);
    expect(rest).toEqual(bytes("rest"));
  });
});
