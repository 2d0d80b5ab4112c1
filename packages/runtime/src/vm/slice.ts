/** How long a ground VM works before the host gets its turn, in milliseconds. */
const SLICE = 8;

/** How many actions may go by between two looks at the clock: a look costs as much as a small action. */
const MOST_UNSEEN = 16;

/** Actions that took longer than this, in milliseconds, are worth a look at the clock each time. */
const SHORT = 0.1;

/** A slice ends after so many actions whatever the clock says: no machine performs more in the time, but a test's clock may stand still. */
const MOST_ACTIONS = 200_000;

/**
 * Tells how many actions may be performed before the slice is over. While they are short it lets up to sixteen go by between two looks
 * at the clock; as soon as they are not, one.
 */
export class Slice {
  readonly #monotonic: () => number;
  #end = 0;
  #seen = 0;
  #stride = 1;
  #left = 0;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  begin(): void {
    this.#seen = this.#monotonic();
    this.#end = this.#seen + SLICE;
    this.#stride = 1;
    this.#left = MOST_ACTIONS;
  }

  /** @returns how many actions may be performed before it is asked again; 0 when the slice is over */
  readonly grant = (): number => {
    const now = this.#monotonic();
    // The first action of a slice is always performed: a clock that jumps must not stop the VM.
    const isFirst = this.#left === MOST_ACTIONS;
    if (!isFirst && (now >= this.#end || this.#left <= 0)) return 0;
    this.#stride = now - this.#seen > SHORT ? 1 : Math.min(this.#stride * 2, MOST_UNSEEN);
    this.#seen = now;
    this.#left -= this.#stride;
    return this.#stride;
  };
}
