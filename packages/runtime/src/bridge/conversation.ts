import { isEof, tcpChannel, tcpCredit, tcpMode } from "../messages/tcp.ts";
import { formatTerm } from "../terms/format.ts";
import { isGround, type Term } from "../terms/term.ts";

// A conversation is what is said on one TCP connection: on `tcpChannel(a, b, ...)` and `tcpChannel(b, a, ...)`, where both ends are known.
// Its bytes are counted on both sides of a bridge, so that one that stands still holds up no other.

/** How many bytes of a conversation may be on their way, in each direction. */
export const WINDOW: number = 256 * 1024;

/** The most that one message of a conversation has: what is more is cut. */
export const PIECE: number = 64 * 1024;

/** The two ends of a conversation, and what is said; `undefined` for any other term. */
export interface Channel {
  readonly source: Term;
  readonly destination: Term;
  readonly subpacket: Term;
}

/** The ends that a topic or a message names, whether they are known or not. */
export function channelOf(term: Term): Channel | undefined {
  return tcpChannel.is(term) ? term : undefined;
}

/** How many bytes a message of a conversation carries. */
export function amountOf({ subpacket }: Channel): number {
  if (subpacket instanceof Uint8Array) return subpacket.length;
  return typeof subpacket === "string" ? encoder.encode(subpacket).length : 0;
}

/** Whether it is said to the other end, in its turn among the bytes; what concerns the flow is not. */
export function isSaid({ subpacket }: Channel): boolean {
  return !tcpCredit.is(subpacket) && !tcpMode.is(subpacket);
}

/** The message in parts of at most {@link PIECE} bytes. */
export function piecesOf(channel: Channel): readonly Channel[] {
  const { source, destination, subpacket } = channel;
  if (isEof(subpacket) || amountOf(channel) <= PIECE) return [channel];
  const bytes = typeof subpacket === "string" ? encoder.encode(subpacket) : (subpacket as Uint8Array);
  const pieces: Channel[] = [];
  for (let from = 0; from < bytes.length; from += PIECE) {
    pieces.push(tcpChannel(source as never, destination as never, bytes.subarray(from, from + PIECE)));
  }
  return pieces;
}

interface Encoder {
  encode(text: string): Uint8Array;
}
declare const TextEncoder: new () => Encoder;
const encoder = new TextEncoder();

/** Something for each conversation, found by its ends whichever comes first. */
export class ByEnds<T extends object> {
  readonly #byText = new Map<string, T>();
  /** Programs use the same ends again and again, and to write them as text takes time. */
  #lately = new WeakMap<object, WeakMap<object, T>>();

  get({ source, destination }: Channel): T | undefined {
    const known = this.#lately.get(source as object)?.get(destination as object);
    if (known !== undefined) return known;
    if (this.#byText.size === 0 || !isGround(source) || !isGround(destination)) return undefined;
    const found = this.#byText.get(textOf(source, destination));
    if (found !== undefined) this.#remember(source as object, destination as object, found);
    return found;
  }

  /** What there is for a conversation, or what is made for it; `undefined` if one of its ends is not known. */
  ensure(channel: Channel, make: () => T): T | undefined {
    const known = this.get(channel);
    const { source, destination } = channel;
    if (known !== undefined || !isGround(source) || !isGround(destination)) return known;
    const made = make();
    this.#byText.set(textOf(source, destination), made);
    return made;
  }

  delete({ source, destination }: Channel): void {
    // All of them are forgotten, as nobody knows which objects this one was found by.
    if (this.#byText.delete(textOf(source, destination))) this.#lately = new WeakMap();
  }

  clear(): void {
    this.#byText.clear();
    this.#lately = new WeakMap();
  }

  values(): IterableIterator<T> {
    return this.#byText.values();
  }

  #remember(source: object, destination: object, found: T): void {
    const facing = this.#lately.get(source);
    if (facing === undefined) this.#lately.set(source, new WeakMap([[destination, found]]));
    else facing.set(destination, found);
  }
}

function textOf(one: Term, other: Term): string {
  return [formatTerm(one), formatTerm(other)].sort().join(" ");
}
