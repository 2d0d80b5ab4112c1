import type { EventLog } from "../model/event-log.ts";
import { kindNumber, type Kind, KINDS } from "../model/kinds.ts";

/** Kinds of events that are counted together, from the ground of a bar upwards. Gaps are told apart from all of them. */
export const GROUPS: readonly { readonly name: string; readonly kinds: readonly Kind[] }[] = [
  { name: "messages", kinds: ["message"] },
  { name: "presence", kinds: ["presence"] },
  { name: "absence", kinds: ["absence"] },
  { name: "endpoints", kinds: ["endpoint-added", "endpoint-replaced", "endpoint-deleted"] },
  { name: "processes", kinds: ["spawn", "exit"] },
  { name: "inputs and control", kinds: ["input", "control", "ended"] },
  { name: "work", kinds: ["activation", "action", "turn"] },
];

const GAP = GROUPS.length;
const WIDTH = GROUPS.length + 1;
const GROUP_OF_KIND: readonly number[] = KINDS.map((kind) => {
  const group = GROUPS.findIndex(({ kinds }) => kinds.includes(kind));
  return group < 0 ? GAP : group;
});
const GAP_KIND = kindNumber("gap");

/** Buckets that are kept at most, and the time that one takes at first, in milliseconds. */
const MOST_BUCKETS = 4096;
const FINEST = 1;

/** How many events there were in a stretch of time. */
export interface Bucket {
  /** In milliseconds since the recording began. */
  readonly from: number;
  readonly until: number;
  /** By group, in the order of `GROUPS`. */
  readonly counts: readonly number[];
  /** How many events are missing here. */
  readonly missing: number;
  readonly total: number;
}

/**
 * How many events of which kind there were, over time. It reads each event once, when it is new; what it costs to look at does
 * not depend on how many there are. When the time that is covered grows, neighbouring buckets become one.
 */
export class Density {
  /** The time that a bucket takes, in milliseconds. */
  quantum: number = FINEST;
  /** The number of the bucket at place 0: buckets are counted from the beginning of the recording. */
  #base = 0;
  #used = 0;
  #counts = new Float64Array(MOST_BUCKETS * WIDTH);
  /** The position up to which the log has been read. */
  #read = -1;

  /** Takes in what is new in the log, and forgets what the log has forgotten. */
  read(log: EventLog): void {
    if (this.#read < log.first) this.#restart(log.first);
    for (let position = this.#read; position < log.end; position++) this.#add(log, position);
    this.#read = log.end;
    if (log.length > 0) this.#forget(log.timeAt(log.first));
  }

  /** The stretches between two times, made of whole buckets, none shorter than `least` milliseconds. */
  between(from: number, until: number, least: number): Bucket[] {
    const step = Math.max(1, Math.ceil(least / this.quantum));
    const found: Bucket[] = [];
    const first = Math.max(this.#base, Math.floor(from / this.quantum / step) * step);
    const last = Math.min(this.#base + this.#used, Math.ceil(until / this.quantum));
    for (let bucket = first; bucket < last; bucket = (Math.floor(bucket / step) + 1) * step) {
      const end = Math.min((Math.floor(bucket / step) + 1) * step, this.#base + this.#used);
      const counts = Array.from({ length: WIDTH }, () => 0);
      for (let i = bucket; i < end; i++) {
        const at = (i - this.#base) * WIDTH;
        for (let group = 0; group < WIDTH; group++) counts[group] = counts[group]! + this.#counts[at + group]!;
      }
      const missing = counts.pop() ?? 0;
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (total + missing > 0)
        found.push({ from: bucket * this.quantum, until: end * this.quantum, counts, missing, total });
    }
    return found;
  }

  #restart(first: number): void {
    // Only where more came between two looks than the log keeps.
    this.#counts.fill(0);
    this.#used = 0;
    this.#read = first;
  }

  #add(log: EventLog, position: number): void {
    const kind = log.kindAt(position);
    const place = this.#place(log.timeAt(position));
    const at = place * WIDTH;
    if (kind !== GAP_KIND) {
      this.#counts[at + GROUP_OF_KIND[kind]!]!++;
      return;
    }
    const item = log.at(position);
    if (item?.kind === "gap") this.#counts[at + GAP]! += item.count;
  }

  /** The place of a time, for which room is made. */
  #place(time: number): number {
    let bucket = Math.floor(time / this.quantum);
    if (this.#used === 0) this.#base = bucket;
    // The clock of a program does not go back; if it seems to, the event counts for the oldest stretch.
    while (bucket - this.#base >= MOST_BUCKETS) {
      this.#coarsen();
      bucket = Math.floor(time / this.quantum);
    }
    const place = Math.max(0, bucket - this.#base);
    if (place >= this.#used) {
      this.#counts.fill(0, this.#used * WIDTH, (place + 1) * WIDTH);
      this.#used = place + 1;
    }
    return place;
  }

  #coarsen(): void {
    const old = this.#counts;
    const counts = new Float64Array(MOST_BUCKETS * WIDTH);
    const base = Math.floor(this.#base / 2);
    for (let place = 0; place < this.#used; place++) {
      const to = (Math.floor((this.#base + place) / 2) - base) * WIDTH;
      for (let group = 0; group < WIDTH; group++) counts[to + group]! += old[place * WIDTH + group]!;
    }
    this.#used = Math.floor((this.#base + this.#used - 1) / 2) - base + 1;
    this.#counts = counts;
    this.#base = base;
    this.quantum *= 2;
  }

  #forget(before: number): void {
    const gone = Math.min(this.#used, Math.floor(before / this.quantum) - this.#base);
    // Moving what is kept costs, so it waits until it is worth it.
    if (gone < MOST_BUCKETS / 4) return;
    this.#counts.copyWithin(0, gone * WIDTH, this.#used * WIDTH);
    this.#used -= gone;
    this.#base += gone;
  }
}
