/** How long rates are averaged over, in milliseconds. */
const SPAN = 1000;

/** A hidden page draws no frames; it is told of changes this often instead, in milliseconds. */
const HIDDEN = 500;

/** Gathers all that comes between two animation frames into one call, and counts how much comes in a second. */
export class Frames {
  /** How many came in the last second. */
  rate = 0;
  readonly #draw: () => void;
  #cancel: (() => void) | null = null;
  #arrivals: { readonly time: number; readonly count: number }[] = [];
  #calm: ReturnType<typeof setTimeout> | undefined;

  /** @param draw called once per animation frame in which something has changed */
  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** So many events came. */
  came(count: number): void {
    if (count === 0) return;
    this.#arrivals.push({ time: performance.now(), count });
    this.request();
  }

  /** Draw in the next frame. */
  request(): void {
    if (this.#cancel !== null) return;
    if (document.visibilityState === "hidden") {
      const timer = setTimeout(() => this.#frame(), HIDDEN);
      this.#cancel = () => clearTimeout(timer);
    } else {
      const frame = requestAnimationFrame(() => this.#frame());
      this.#cancel = () => cancelAnimationFrame(frame);
    }
  }

  stop(): void {
    this.#cancel?.();
    clearTimeout(this.#calm);
  }

  #frame(): void {
    this.#cancel = null;
    const now = performance.now();
    this.#arrivals = this.#arrivals.filter(({ time }) => time > now - SPAN);
    this.rate = this.#arrivals.reduce((sum, { count }) => sum + count, 0);
    this.#draw();
    // When nothing comes any more, the rate has to go down all the same.
    clearTimeout(this.#calm);
    if (this.rate > 0) this.#calm = setTimeout(() => this.request(), SPAN);
  }
}
