import { decode, encode, Token, Tokenizer, Type, type DecodeOptions } from "cborg";
import { describe, MarketplaceError } from "../terms/error.ts";
import { MAX_DEPTH } from "../terms/syntax.ts";
import { MAX_FRAME, type Wire } from "./wire.ts";

/** The bytes of a frame, in CBOR (RFC 8949). */
export function encodeFrame(frame: Wire): Uint8Array {
  return encode(frame);
}

/**
 * What a frame of bytes says: `null`, booleans, finite numbers, strings, bytes, and arrays of them. The bytes in it are not copied, but
 * views of the frame's.
 *
 * @param frame as it came, from anywhere
 * @throws MarketplaceError `BAD_FRAME` if it is longer than 1 MiB, nested too deeply, or no such CBOR with each number and length in
 *   its shortest form
 */
export function decodeFrame(frame: Uint8Array): unknown {
  if (!(frame instanceof Uint8Array)) throw badFrame(`expected bytes, got ${describe(frame)}`);
  if (frame.length > MAX_FRAME) throw badFrame(`expected at most ${MAX_FRAME} bytes, got ${frame.length}`);
  try {
    return decode(frame, tokenizer.begin(frame));
  } catch (error) {
    throw badFrame(error instanceof Error ? error.message : String(error), error);
  } finally {
    tokenizer.end();
  }
}

const STRICT: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
};

/** How deep arrays may be nested: as a term may be, in the frame that carries it. */
const MAX_NESTING = MAX_DEPTH + 16;

const NOTHING = new Uint8Array();

const MAJOR = { bytes: 2, text: 3, array: 4, map: 5, tag: 6 } as const;

// oxlint-disable no-underscore-dangle -- cborg's name for its place in the frame
/** cborg's, but with bytes as views, with text that is UTF-8, and with bounds to what cborg would follow. */
class FrameTokenizer extends Tokenizer {
  /** How many items are still to come of each array that the reader is in. */
  readonly #left: number[] = [];
  #depth = 0;
  readonly #options: DecodeOptions = { ...STRICT, tokenizer: this };

  constructor() {
    super(NOTHING, STRICT);
  }

  /** @returns the options to decode this frame with */
  begin(frame: Uint8Array): DecodeOptions {
    // Parts of a Buffer would be Buffers, of which only Node knows.
    this.data = frame.constructor === Uint8Array ? frame : new Uint8Array(frame.buffer, frame.byteOffset, frame.length);
    this._pos = 0;
    this.#depth = 0;
    return this.#options;
  }

  /** Lets go of the frame. */
  end(): void {
    this.data = NOTHING;
  }

  override next(): Token {
    const token = this.#token();
    if (token.type === Type.array && token.value > 0) {
      if (this.#depth === MAX_NESTING) throw new Error(`more than ${MAX_NESTING} arrays in one another`);
      this.#left[this.#depth++] = token.value;
      return token;
    }
    while (this.#depth > 0 && --this.#left[this.#depth - 1]! === 0) this.#depth--;
    return token;
  }

  #token(): Token {
    const head = this.data[this._pos]!;
    switch (head >> 5) {
      case MAJOR.bytes:
        return new Token(Type.bytes, this.#payload(head & 31));
      case MAJOR.text:
        return new Token(Type.string, utf8.decode(this.#payload(head & 31)));
      case MAJOR.map:
      case MAJOR.tag:
        throw new Error("maps and tags have no meaning here");
      default:
        return super.next();
    }
  }

  /** What follows a length, which is in the lower bits of the first byte or in the bytes after it. */
  #payload(bits: number): Uint8Array {
    const { data } = this;
    const width = bits < 24 ? 0 : WIDTHS[bits];
    if (width === undefined) throw new Error("a length that is not known, or takes more than four bytes");
    let length = width === 0 ? bits : 0;
    const begin = this._pos + 1 + width;
    for (let i = begin - width; i < begin; i++) length = length * 256 + (data[i] ?? 0);
    if (width > 0 && length < LEASTS[width]!) throw new Error("a length in more bytes than it needs");
    if (begin + length > data.length) throw new Error("not enough bytes");
    this._pos = begin + length;
    return data.subarray(begin, begin + length);
  }
}

/** In how many bytes the length is, by the bits that say so. */
const WIDTHS: { readonly [bits: number]: number } = { 24: 1, 25: 2, 26: 4 };

/** The least length that needs so many bytes. */
const LEASTS: { readonly [width: number]: number } = { 1: 24, 2: 256, 4: 65_536 };

interface Decoder {
  decode(bytes: Uint8Array): string;
}
declare const TextDecoder: new (encoding: string, options: { fatal: boolean; ignoreBOM: boolean }) => Decoder;
/** Refuses what is not UTF-8, and leaves a byte order mark where it is. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One for all frames: decoding is never interrupted. */
const tokenizer = new FrameTokenizer();

function badFrame(why: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError("BAD_FRAME", `frame: ${why}`, { cause });
}
