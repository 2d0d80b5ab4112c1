import type { EventId, ProcessPath } from "@marketplace/runtime/inspect";
import type { EventLog } from "../model/event-log.ts";
import { isFault, subjectOf } from "../model/summary.ts";
import { comparePaths } from "./paths.ts";
import { GROUPS } from "./density.ts";
import { KINDS } from "../model/kinds.ts";

/** How many events a cell of each level covers, from fine to coarse. */
const SPANS: readonly number[] = [16, 64, 256, 1024, 4096];

/** After so many events have gone, what is known of them goes. */
const SWEEP = 8192;

/** A bit for each group of kinds, and one for faults: eight in all. */
const FAULT_BIT = 1 << GROUPS.length;
const BITS = 1 << (GROUPS.length + 1);

const BIT_OF_KIND: readonly number[] = KINDS.map((kind) => {
  const group = GROUPS.findIndex(({ kinds }) => kinds.includes(kind));
  return group < 0 ? 0 : 1 << group;
});

/** What happened in the lanes in a stretch of events, by the lanes' numbers; to be read with `readCell`. */
export type Cells = ReadonlyMap<number, number>;

/** What happened in one lane in a stretch of events. */
export interface Cell {
  readonly count: number;
  /** The first group of `GROUPS` of which there was any; -1 for none. */
  readonly group: number;
  readonly fault: boolean;
}

export function readCell(packed: number): Cell {
  const bits = packed % BITS;
  const groups = bits & ~FAULT_BIT;
  return {
    count: Math.floor(packed / BITS),
    group: groups === 0 ? -1 : Math.log2(groups & -groups),
    fault: (bits & FAULT_BIT) !== 0,
  };
}

/**
 * Which lanes there are, one for each process that took part in events that are kept, and how much happened in each. Of a stretch of many
 * events that is counted when it is first looked at, and kept: a picture of many events costs what its pixels cost.
 */
export class LaneIndex {
  /** Goes up when a lane comes or goes. */
  changes = 0;
  readonly #log: EventLog;
  readonly #numbers = new Map<ProcessPath, number>();
  readonly #paths: ProcessPath[] = [];
  /** The position of the latest event of each lane. */
  readonly #latest: number[] = [];
  readonly #laneAt: Int32Array;
  readonly #bitsAt: Uint8Array;
  /** By level, then by the number of the stretch: only stretches that are complete. */
  readonly #levels: Map<number, Cells>[] = SPANS.map(() => new Map());
  #read: number;
  #swept: number;

  constructor(log: EventLog) {
    this.#log = log;
    this.#laneAt = new Int32Array(log.capacity);
    this.#bitsAt = new Uint8Array(log.capacity);
    this.#read = log.first;
    this.#swept = log.first;
  }

  /** Takes in at most so many new events. @returns whether that was all */
  read(most: number): boolean {
    const log = this.#log;
    this.#read = Math.max(this.#read, log.first);
    const until = Math.min(log.end, this.#read + most);
    for (let position = this.#read; position < until; position++) this.#add(position);
    this.#read = until;
    if (log.first - this.#swept >= SWEEP) this.#sweep();
    return until === log.end;
  }

  /** The lanes in the order of their paths. */
  lanes(): ProcessPath[] {
    return [...this.#numbers.keys()].sort(comparePaths);
  }

  numberOf(path: ProcessPath): number {
    return this.#numbers.get(path) ?? -1;
  }

  /** The lane of the event at a position that has been read, as a number; -1 where it is in none. */
  laneAt(position: number): number {
    return position < this.#read && position >= this.#log.first ? this.#laneAt[position % this.#log.capacity]! : -1;
  }

  pathOf(lane: number): ProcessPath | undefined {
    return this.#paths[lane];
  }

  /** How many events a cell is to cover so that so many of them have room in so many places. */
  spanFor(events: number, places: number): number {
    return SPANS.find((span) => events / span <= places) ?? SPANS.at(-1)!;
  }

  /** What happened in the stretch with this number: of `span` events, from position `span * stretch`. */
  cells(span: number, stretch: number): Cells {
    const level = SPANS.indexOf(span);
    const known = this.#levels[level]?.get(stretch);
    if (known !== undefined) return known;
    const cells = new Map<number, number>();
    if (level > 0) {
      // The cells of the next finer level, most of which are known.
      const finer = SPANS[level - 1]!;
      const ratio = span / finer;
      for (let part = stretch * ratio; part < (stretch + 1) * ratio && part * finer < this.#read; part++) {
        for (const [lane, packed] of this.cells(finer, part)) {
          const own = cells.get(lane) ?? 0;
          cells.set(
            lane,
            (Math.floor(own / BITS) + Math.floor(packed / BITS)) * BITS + ((own % BITS) | (packed % BITS)),
          );
        }
      }
    } else {
      const until = Math.min(this.#read, (stretch + 1) * span);
      for (let position = Math.max(this.#log.first, stretch * span); position < until; position++) {
        const slot = position % this.#log.capacity;
        const lane = this.#laneAt[slot]!;
        if (lane < 0) continue;
        const own = cells.get(lane) ?? 0;
        cells.set(lane, (Math.floor(own / BITS) + 1) * BITS + ((own % BITS) | this.#bitsAt[slot]!));
      }
    }
    if ((stretch + 1) * span <= this.#read) this.#levels[level]?.set(stretch, cells);
    return cells;
  }

  /** The position of the event of a lane that is nearest to a position; -1 where there is none so near. */
  nearest(lane: number, position: number, reach = 8192): number {
    const { first } = this.#log;
    const middle = Math.min(this.#read - 1, Math.max(first, Math.round(position)));
    for (let away = 0; away <= reach; away++) {
      if (middle - away >= first && this.laneAt(middle - away) === lane) return middle - away;
      if (middle + away < this.#read && this.laneAt(middle + away) === lane) return middle + away;
    }
    return -1;
  }

  #add(position: number): void {
    const item = this.#log.at(position)!;
    const path = subjectOf(item);
    const slot = position % this.#log.capacity;
    this.#bitsAt[slot] = BIT_OF_KIND[this.#log.kindAt(position)]! | (isFault(item) ? FAULT_BIT : 0);
    this.#laneAt[slot] = path === "" ? -1 : this.#laneOf(path, position);
  }

  #laneOf(path: ProcessPath, position: number): number {
    let lane = this.#numbers.get(path);
    if (lane === undefined) {
      lane = this.#paths.length;
      this.#numbers.set(path, lane);
      this.#paths.push(path);
      this.changes++;
    }
    this.#latest[lane] = position;
    return lane;
  }

  /** Lets go of what the log has let go of. */
  #sweep(): void {
    const { first } = this.#log;
    this.#swept = first;
    for (const [level, span] of SPANS.entries()) {
      const stretches = this.#levels[level]!;
      for (const stretch of stretches.keys()) if ((stretch + 1) * span <= first) stretches.delete(stretch);
    }
    for (const [path, lane] of this.#numbers) {
      if (this.#latest[lane]! >= first) continue;
      this.#numbers.delete(path);
      this.changes++;
    }
  }
}

/** The stretch of positions in which a process lived, as far as that is kept. */
export function lifeOf(
  log: EventLog,
  since: EventId,
  until: EventId | undefined,
): readonly [from: number, until: number] {
  return [since === 0 ? -Infinity : log.lastUpTo(since), until === undefined ? Infinity : log.lastUpTo(until)];
}
