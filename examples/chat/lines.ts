/** A line may be at most this long, in bytes, its end not counted. */
export const LONGEST_LINE = 64 * 1024;

const LF = 10;
const CR = 13;

// A byte order mark is a character like any other here.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a stream of bytes has come to. */
export interface Lines {
  /** The lines that have been completed. */
  readonly lines: readonly string[];
  /** The bytes after the last of them; null if the stream is over, because it ended or because a line became too long. */
  readonly rest: Uint8Array | null;
}

/**
 * Cut a stream of bytes into lines. Lines end in LF or CR LF; only whole lines become text, so the bytes of a character may come in pieces.
 *
 * @param before the `rest` of what came before
 */
export function takeLines(before: Uint8Array, bytes: Uint8Array): Lines {
  const lines: string[] = [];
  const all = before.length === 0 ? bytes : concat(before, bytes);
  let begin = 0;
  // There is no end of line in what came before.
  for (let end = all.indexOf(LF, before.length); end !== -1; end = all.indexOf(LF, begin)) {
    const line = withoutCr(all.subarray(begin, end));
    if (line.length > LONGEST_LINE) return { lines, rest: null };
    lines.push(readable(line));
    begin = end + 1;
  }
  // A copy (which slice() of a Buffer is not): what is kept does not hold on to the whole of what was read.
  const rest = new Uint8Array(all.subarray(begin));
  return { lines, rest: withoutCr(rest).length > LONGEST_LINE ? null : rest };
}

/** The stream has ended: a line without an end counts. */
export function lastLine(rest: Uint8Array): Lines {
  return { lines: rest.length === 0 ? [] : [readable(withoutCr(rest))], rest: null };
}

/** As text that harms no terminal: what is no UTF-8, and control characters other than tab, become U+FFFD. */
function readable(line: Uint8Array): string {
  return utf8.decode(line).replaceAll(/(?!\t)\p{Cc}/gu, "\uFFFD");
}

function withoutCr(line: Uint8Array): Uint8Array {
  return line.at(-1) === CR ? line.subarray(0, -1) : line;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
