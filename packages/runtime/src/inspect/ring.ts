import { dropValues, hasValue, isLasting, ownBytes, type Entry } from "./entry.ts";
import type { EventId } from "./events.ts";

/** How many events are dropped together. */
const CHUNK = 256;

interface Chunk {
  /** The ids it spans, dropped ones included. */
  readonly first: EventId;
  last: EventId;
  entries: Entry[];
}

/**
 * The latest events, within a budget of bytes. When it is full it lets go of the values that the oldest events refer to, as long as values
 * take more than half of it; when that is not enough, of the oldest events that are not lasting; then of the other values, and at the very
 * end of the oldest events altogether. Half is kept for values because events themselves never cease to come: without it they would take
 * all there is, and from then on a value would be gone as soon as the next event is there.
 */
export class Ring {
  readonly budget: number;
  bytes = 0;
  /** What values take of it. */
  #held = 0;
  /** Events whose values have been let go, and events that have. */
  droppedValues = 0;
  droppedEvents = 0;
  readonly #onForget: (entry: Entry) => void;
  #chunks: Chunk[] = [];
  /** Where the oldest event is that may still refer to values. */
  #emptyChunks = 0;
  #emptyEntries = 0;
  /** How many chunks at the start hold lasting events only. */
  #sifted = 0;
  #newest: EventId = 0;
  #floor: EventId = 0;

  /**
   * @param budget in bytes, as estimated
   * @param onForget is given each lasting event that is let go, in order
   */
  constructor(budget: number, onForget: (entry: Entry) => void) {
    this.budget = budget;
    this.#onForget = onForget;
  }

  /** All events up to this one are gone, the lasting ones too. */
  get floor(): EventId {
    return this.#floor;
  }

  get newest(): EventId {
    return this.#newest;
  }

  get oldest(): EventId {
    return this.#chunks[0]?.entries[0]?.id ?? this.#newest;
  }

  push(entry: Entry): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.last - chunk.first + 1 >= CHUNK) {
      chunk = { first: entry.id, last: entry.id, entries: [] };
      this.#chunks.push(chunk);
    }
    chunk.entries.push(entry);
    chunk.last = entry.id;
    this.#newest = entry.id;
    this.#weigh(entry, 1);
    if (this.bytes > this.budget) this.#shrink();
  }

  /** An event has come to refer to more, or less, than when it was pushed. */
  reweigh(more: number): void {
    this.bytes += more;
    this.#held += more;
    if (this.bytes > this.budget) this.#shrink();
  }

  get(id: EventId): Entry | undefined {
    const entries = this.#chunks[this.#chunkOf(id)]?.entries ?? [];
    const found = entries[firstFrom(entries, id)];
    return found?.id === id ? found : undefined;
  }

  /** The events from `id` on, oldest first, until `visit` returns false. */
  forward(id: EventId, visit: (entry: Entry) => boolean): void {
    for (let i = this.#chunkOf(id); i < this.#chunks.length; i++) {
      const { entries } = this.#chunks[i] as Chunk;
      for (let k = firstFrom(entries, id); k < entries.length; k++) if (!visit(entries[k] as Entry)) return;
    }
  }

  /** The events up to `id`, latest first, until `visit` returns false. */
  backward(id: EventId, visit: (entry: Entry) => boolean): void {
    for (let i = Math.min(this.#chunkOf(id), this.#chunks.length - 1); i >= 0; i--) {
      const { entries } = this.#chunks[i] as Chunk;
      for (let k = Math.min(firstFrom(entries, id + 1), entries.length) - 1; k >= 0; k--) {
        if (!visit(entries[k] as Entry)) return;
      }
    }
  }

  /** The first chunk that ends at or after `id`. */
  #chunkOf(id: EventId): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle] as Chunk).last < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #weigh(entry: Entry, sign: 1 | -1): void {
    const held = hasValue(entry) ? entry.heldBytes : 0;
    this.bytes += sign * (ownBytes(entry) + held);
    this.#held += sign * held;
  }

  #shrink(): void {
    while (this.bytes > this.budget && this.#held > this.budget / 2 && this.#dropValues());
    while (this.bytes > this.budget && this.#sift());
    while (this.bytes > this.budget && this.#dropValues());
    while (this.bytes > this.budget && this.#chunks.length > 1) this.#forgetChunk();
  }

  /** Let go of the values of the oldest event that has some. @returns false when none has */
  #dropValues(): boolean {
    for (; this.#emptyChunks < this.#chunks.length; this.#emptyChunks++, this.#emptyEntries = 0) {
      const { entries } = this.#chunks[this.#emptyChunks] as Chunk;
      for (; this.#emptyEntries < entries.length;) {
        const entry = entries[this.#emptyEntries] as Entry;
        // The newest may still be at work on its values.
        if (entry.id === this.#newest) return false;
        this.#emptyEntries++;
        const freed = dropValues(entry);
        if (freed === 0) continue;
        this.bytes -= freed;
        this.#held -= freed;
        this.droppedValues++;
        return true;
      }
      if (this.#emptyChunks === this.#chunks.length - 1) return false;
    }
    return false;
  }

  /** Let go of what is not lasting in the oldest chunk that may have any; the chunk at work stays. @returns false when none has */
  #sift(): boolean {
    const chunk = this.#chunks[this.#sifted];
    if (chunk === undefined || this.#sifted === this.#chunks.length - 1) return false;
    const kept: Entry[] = [];
    for (const entry of chunk.entries) {
      if (isLasting(entry)) kept.push(entry);
      else {
        this.#weigh(entry, -1);
        this.droppedEvents++;
      }
    }
    chunk.entries = kept;
    this.#sifted++;
    return true;
  }

  #forgetChunk(): void {
    const chunk = this.#chunks.shift() as Chunk;
    for (const entry of chunk.entries) {
      this.#weigh(entry, -1);
      this.#onForget(entry);
    }
    this.#floor = chunk.last;
    this.#sifted = Math.max(0, this.#sifted - 1);
    if (this.#emptyChunks > 0) this.#emptyChunks--;
    else this.#emptyEntries = 0;
  }
}

/** Where the first entry from `id` on is. */
function firstFrom(entries: readonly Entry[], id: EventId): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Entry).id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
