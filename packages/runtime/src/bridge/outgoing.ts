import { PIECE } from "./conversation.ts";
import { type Wire, wireSize } from "./wire.ts";

/**
 * What a frame is filled up to, in bytes: one item may need more. Of a frame with several large items each would have to be copied out, or it
 * would keep all of them alive. The largest that a conversation says leaves room for what is small, such as credit: another frame
 * for that would cost a system call.
 */
const FULL = PIECE + 4096;

/** A frame has no more items than this, and as many are dealt with at once: a session's processes may have only so many actions pending. */
export const MOST_ITEMS = 1000;

/** How many items a frame holds, whatever it is. */
export function itemsIn(frame: unknown): number {
  return Array.isArray(frame) && Array.isArray(frame[0]) ? frame.length : 1;
}

/** Items that wait for the next frame. */
export class Outgoing {
  #items: Wire[] = [];

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: Wire): void {
    this.#items.push(item);
  }

  clear(): void {
    this.#items = [];
  }

  /** Send all of them, in as few frames as they fit in. */
  flush(send: (frame: Wire) => void): void {
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    if (items.length === 1) return send(items[0]!);
    let from = 0;
    let size = 0;
    for (let i = 0; i < items.length; i++) {
      const more = wireSize(items[i]!);
      if (i > from && (size + more > FULL || i - from >= MOST_ITEMS)) {
        send(items.slice(from, i));
        from = i;
        size = 0;
      }
      size += more;
    }
    send(from === 0 ? items : items.slice(from));
  }
}
