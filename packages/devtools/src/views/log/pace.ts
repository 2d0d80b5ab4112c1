import type { Rows } from "./use-rows.ts";

/**
 * How often the log moves on while more comes between two pictures than has room in sight, in milliseconds: oftener nobody reads, and every
 * picture costs the layout of all rows in sight.
 */
const PACE = 500;

/** Holds the rows of a log back that runs away from its reader. */
export class Pace {
  readonly #now: () => number;
  #shown: Rows | null = null;
  #time = -Infinity;
  /** How long the rows that were shown last go on to be shown, in milliseconds; 0: as long as nothing comes. */
  waits = 0;

  /** @param now tells the time in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * @param rows those that there are
   * @param room how many are in sight
   * @param isTail is it the newest that are in sight?
   * @returns those to be shown now: for a while the same as before, where more have come than there is room
   */
  show(rows: Rows, room: number, isTail: boolean): Rows {
    const before = this.#shown;
    const now = this.#now();
    // What a filter finds bit by bit among older events is no new one.
    const isMore = before?.source === rows.source && before.progress === 1;
    const came = isMore ? endOf(rows) - endOf(before) : 0;
    this.waits = isTail && came > room ? Math.max(0, this.#time + PACE - now) : 0;
    if (before !== null && this.waits > 0) return before;
    this.#shown = rows;
    this.#time = now;
    return rows;
  }
}

/** One more than the number of the last row, counted from the first that ever was. */
function endOf({ gone, count }: Rows): number {
  return gone + count;
}
