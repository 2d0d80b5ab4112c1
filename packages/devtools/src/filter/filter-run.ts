import type { Model } from "../model/model.ts";
import type { Matcher } from "./match.ts";

/** How long one go may take, in milliseconds, and how many events are looked at between two looks at the clock. */
const SLICE = 6;
const BETWEEN = 64;

/**
 * The positions that a filter lets pass, found bit by bit: each go takes a few milliseconds, so that the page never waits for a filter. What
 * comes later is looked at when it has come.
 */
export class FilterRun {
  readonly #model: Model;
  readonly #matcher: Matcher;
  #found: number[] = [];
  /** Those before this place in `#found` are no longer kept. */
  #start = 0;
  #next: number;
  #forgotten = 0;

  constructor(model: Model, matcher: Matcher) {
    this.#model = model;
    this.#matcher = matcher;
    this.#next = model.log.first;
  }

  /**
   * Goes on.
   *
   * @param end one more than the last position to look at
   * @param now tells the time in milliseconds
   * @returns whether all up to there has been looked at
   */
  advance(end: number, now: () => number = () => performance.now()): boolean {
    const { log } = this.#model;
    const until = now() + SLICE;
    this.#next = Math.max(this.#next, log.first);
    while (this.#next < end) {
      const stop = Math.min(end, this.#next + BETWEEN);
      for (; this.#next < stop; this.#next++) if (this.#matcher(this.#next)) this.#found.push(this.#next);
      if (now() >= until) break;
    }
    while (this.#start < this.#found.length && (this.#found[this.#start] ?? 0) < log.first) this.#start++;
    if (this.#start > 4096 && this.#start * 2 > this.#found.length) {
      this.#found = this.#found.slice(this.#start);
      this.#forgotten += this.#start;
      this.#start = 0;
    }
    return this.#next >= end;
  }

  get count(): number {
    return this.#found.length - this.#start;
  }

  /** How many of those found are no longer kept. */
  get gone(): number {
    return this.#forgotten + this.#start;
  }

  /** The position in a row. */
  at(row: number): number {
    return this.#found[this.#start + row] ?? -1;
  }

  /** The row of a position, or the row where it would stand. */
  rowOf(position: number): number {
    let low = this.#start;
    let high = this.#found.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#found[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low - this.#start;
  }

  /** How much of the log has been looked at, from 0 to 1. */
  progress(end: number): number {
    const { first } = this.#model.log;
    return end <= first ? 1 : Math.min(1, (this.#next - first) / (end - first));
  }
}
