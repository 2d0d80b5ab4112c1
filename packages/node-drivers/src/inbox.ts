import type { TcpMode } from "@marketplace/runtime";

/** What is to be delivered next. */
export type Delivery =
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  /** The remote has ended its direction, and everything before has been delivered. */
  | { readonly type: "end" }
  /** A line is longer than it may be. */
  | { readonly type: "line-too-long" };

const LF = 10;
const CR = 13;

/** Chunks shorter than this are put together: a line that comes byte by byte is to cost its bytes, not an array for each. */
const SHORT = 4096;

/**
 * What has come as a stream of bytes, and waits for credit. It cuts the stream: in the mode for bytes, into pieces as large as
 * the credit; in the mode for lines, at LF or CR LF, which are not delivered. A line, as a piece, is bytes: so it need not be text, and the
 * bytes of a character stay together.
 */
export class Inbox {
  readonly #maxLine: number;
  #mode: TcpMode["mode"] = "bytes";
  /** Bytes, or lines. */
  #credit = 0;
  /** What has come, without the first `#begin` bytes of the first chunk. */
  readonly #chunks: Uint8Array[] = [];
  #begin = 0;
  #length = 0;
  /** So many bytes from the beginning hold no LF. */
  #searched = 0;
  #hasEnded = false;
  #isEndDelivered = false;

  /** @param maxLine how many bytes a line may have, its end not counted */
  constructor(maxLine: number) {
    this.#maxLine = maxLine;
  }

  /** Is there anything left to deliver, with or without credit? */
  get isEmpty(): boolean {
    return this.#length === 0 && (!this.#hasEnded || this.#isEndDelivered);
  }

  /** May more be delivered than what is here? Then it is time to read. */
  get wantsMore(): boolean {
    return (
      this.#credit > 0 && !this.#hasEnded && (this.#length === 0 || (this.#mode === "lines" && this.#lineEnd() === -1))
    );
  }

  /** Bytes have come, which stay as they are. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    const last = this.#chunks.at(-1);
    if (last === undefined || last.length >= SHORT) {
      this.#chunks.push(bytes);
      return;
    }
    const consumed = this.#chunks.length === 1 ? this.#begin : 0;
    this.#chunks[this.#chunks.length - 1] = concat([last.subarray(consumed), bytes]);
    this.#begin -= consumed;
  }

  /** The remote has ended its direction. */
  end(): void {
    this.#hasEnded = true;
  }

  /** @param amount a natural number; what is beyond 2^53 - 1 in all does not count */
  give(amount: number): void {
    this.#credit = Math.min(this.#credit + amount, Number.MAX_SAFE_INTEGER);
  }

  setMode(mode: TcpMode["mode"]): void {
    this.#mode = mode;
    this.#credit = 0;
    this.#searched = 0;
  }

  /** The next piece or line, or the end, which costs no credit but comes only while there is some. */
  take(): Delivery | undefined {
    if (this.#credit === 0 || this.#isEndDelivered) return undefined;
    if (this.#length > 0) return this.#mode === "bytes" ? this.#takePiece() : this.#takeLine();
    if (!this.#hasEnded) return undefined;
    this.#isEndDelivered = true;
    return { type: "end" };
  }

  #takePiece(): Delivery {
    const first = this.#chunks[0] as Uint8Array;
    // No copy: a piece lies within what was read at once.
    const bytes = this.#cut(Math.min(first.length - this.#begin, this.#credit));
    this.#credit -= bytes.length;
    return { type: "bytes", bytes };
  }

  #takeLine(): Delivery | undefined {
    const end = this.#lineEnd();
    // The CR of a line that may just be long enough has come before its LF.
    if (end === -1 && !this.#hasEnded) return this.#length > this.#maxLine + 1 ? { type: "line-too-long" } : undefined;
    // A copy: who keeps a short line is not to keep all that was read with it.
    const line = withoutCr(this.#cut(end === -1 ? this.#length : end)).slice();
    if (end !== -1) this.#cut(1);
    this.#searched = 0;
    if (line.length > this.#maxLine) return { type: "line-too-long" };
    this.#credit--;
    return { type: "bytes", bytes: line };
  }

  /** Where the first LF is, counted from the beginning of what is here; -1 if there is none. */
  #lineEnd(): number {
    let offset = -this.#begin;
    for (const chunk of this.#chunks) {
      const next = offset + chunk.length;
      if (next > this.#searched) {
        const at = chunk.indexOf(LF, Math.max(0, this.#searched - offset));
        if (at !== -1) {
          this.#searched = offset + at;
          return this.#searched;
        }
        this.#searched = next;
      }
      offset = next;
    }
    return -1;
  }

  /** Take so many bytes from the beginning; they are copied only if they lie in several chunks. */
  #cut(length: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      const first = this.#chunks[0] as Uint8Array;
      const part = first.subarray(this.#begin, this.#begin + missing);
      parts.push(part);
      missing -= part.length;
      this.#begin += part.length;
      if (this.#begin === first.length) {
        this.#chunks.shift();
        this.#begin = 0;
      }
    }
    this.#length -= length;
    return parts.length === 1 ? (parts[0] as Uint8Array) : concat(parts);
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function withoutCr(line: Uint8Array): Uint8Array {
  return line.at(-1) === CR ? line.subarray(0, -1) : line;
}
