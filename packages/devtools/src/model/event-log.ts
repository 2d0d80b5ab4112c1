import type { EventId, StreamItem } from "@marketplace/runtime/inspect";
import { kindNumber } from "./kinds.ts";

/** How many events are kept. */
export const CAPACITY = 131_072;

/** How many there is room for at first. */
const AT_FIRST = 8192;

/**
 * The events of a recording in order, the latest so many of them. Each has a *position*: 0 for the first that ever came, then one more
 * for each. A position stays the same when older events are let go; those that are kept go from `first` to `end`, which is excluded.
 *
 * Ids, times and kinds stand in columns beside the events, so that whoever goes through many of them reads numbers only.
 */
export class EventLog {
  readonly capacity: number;
  /** The oldest position that is kept. */
  first = 0;
  /** One more than the newest position. */
  end = 0;
  /** How many events were left out on the way here, by gaps that are kept or have been. */
  missing = 0;
  readonly #items: (StreamItem | undefined)[] = [];
  #ids = new Float64Array(0);
  #times = new Float64Array(0);
  #kinds = new Uint8Array(0);
  /** The position of the latest effect of each event, and of the effect before it of the same cause; -1 for none. */
  #latestEffect = new Float64Array(0);
  #earlierEffect = new Float64Array(0);

  /** @param capacity how many events are kept */
  constructor(capacity: number = CAPACITY) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.end - this.first;
  }

  /** Adds what happened next; the oldest event goes if there is no room. */
  push(item: StreamItem): void {
    const position = this.end++;
    if (this.length > this.capacity) this.first++;
    if (position < this.capacity && position >= this.#ids.length) this.#grow();
    const slot = position % this.capacity;
    const before = position > this.first ? (this.#times[(position - 1) % this.capacity] ?? 0) : 0;
    this.#items[slot] = item;
    this.#ids[slot] = item.id;
    this.#times[slot] = item.kind === "gap" ? before : item.t;
    this.#kinds[slot] = kindNumber(item.kind);
    this.#latestEffect[slot] = -1;
    this.#earlierEffect[slot] = -1;
    if (item.kind === "gap") {
      this.missing += item.count;
      return;
    }
    const cause = item.cause === 0 ? -1 : this.positionOf(item.cause);
    if (cause < 0) return;
    const causeSlot = cause % this.capacity;
    this.#earlierEffect[slot] = this.#latestEffect[causeSlot] ?? -1;
    this.#latestEffect[causeSlot] = position;
  }

  /** The event at a position; undefined where it is not kept. */
  at(position: number): StreamItem | undefined {
    return position >= this.first && position < this.end ? this.#items[position % this.capacity] : undefined;
  }

  /** The id at a position that is kept. */
  idAt(position: number): EventId {
    return this.#ids[position % this.capacity] ?? 0;
  }

  /** The time at a position that is kept, in milliseconds since the recording began. A gap has that of the event before it. */
  timeAt(position: number): number {
    return this.#times[position % this.capacity] ?? 0;
  }

  /** The number of the kind at a position that is kept: its place in `KINDS`. */
  kindAt(position: number): number {
    return this.#kinds[position % this.capacity] ?? 0;
  }

  /** The event with this id, or the gap that it is in; undefined where it is not kept. */
  find(id: EventId): StreamItem | undefined {
    return this.at(this.positionOf(id));
  }

  /** The position of an event, or of the gap that it is in; -1 where it is not kept. */
  positionOf(id: EventId): number {
    const position = this.lastUpTo(id);
    if (position < this.first) return -1;
    const item = this.at(position);
    const last = item?.kind === "gap" ? item.last : this.idAt(position);
    return id <= last ? position : -1;
  }

  /** The position of the last event whose id is at most this; `first - 1` where all are later. */
  lastUpTo(id: EventId): number {
    // Without gaps between, the distance of ids is the distance of positions.
    if (this.length > 0) {
      const guess = this.end - 1 - (this.idAt(this.end - 1) - id);
      if (guess >= this.first && guess < this.end && this.idAt(guess) === id) return guess;
    }
    return this.#lastWhere((position) => this.idAt(position) <= id);
  }

  /** The position of the last event that happened no later than this; `first - 1` where all are later. */
  lastUntil(time: number): number {
    return this.#lastWhere((position) => this.timeAt(position) <= time);
  }

  /** The positions of what an event caused directly, in order. */
  effectsOf(position: number): number[] {
    const effects: number[] = [];
    if (this.at(position) === undefined) return effects;
    let effect = this.#latestEffect[position % this.capacity] ?? -1;
    while (effect >= this.first) {
      effects.push(effect);
      effect = this.#earlierEffect[effect % this.capacity] ?? -1;
    }
    return effects.reverse();
  }

  /** Most programs have little to tell, and should not wait for room that they do not need. */
  #grow(): void {
    const size = Math.min(this.capacity, Math.max(AT_FIRST, this.#ids.length * 2));
    this.#ids = copied(this.#ids, new Float64Array(size));
    this.#times = copied(this.#times, new Float64Array(size));
    this.#kinds = copied(this.#kinds, new Uint8Array(size));
    this.#latestEffect = copied(this.#latestEffect, new Float64Array(size));
    this.#earlierEffect = copied(this.#earlierEffect, new Float64Array(size));
  }

  #lastWhere(holds: (position: number) => boolean): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (holds(middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function copied<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
