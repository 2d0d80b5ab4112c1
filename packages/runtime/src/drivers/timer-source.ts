import type { Disarm, Source } from "../vm/event-source.ts";
import type { Host } from "../vm/host.ts";
import type { Term } from "../terms/term.ts";
import { TimerHeap } from "./timer-heap.ts";

/** The longest that a host waits at once, in milliseconds: timers beyond are waited for in several goes. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** The labels of timers that have expired, each with the wall clock's time: `[label, now]`. */
export type Expired = readonly (readonly [label: Term, now: number])[];

/**
 * Yields the timers that have expired, all that are due at once. Relative ones are measured with the clock that never goes back,
 * absolute ones with the wall clock; the host keeps one timer for all of them.
 */
export class TimerSource implements Source<Expired> {
  readonly #relative = new TimerHeap();
  readonly #absolute = new TimerHeap();
  /** Relative timers asked for before there was a clock to measure them with. */
  #unmeasured: { readonly label: Term; readonly milliseconds: number; readonly request: number }[] = [];
  #host: Host | undefined;
  #deliver: ((expired: Expired) => void) | undefined;
  #cancel: (() => void) | undefined;
  /** For when the host has been asked to wake us, on the host's monotonic clock. */
  #wakesAt = Infinity;
  #requests = 0;

  /** How many timers are pending. */
  get size(): number {
    return this.#relative.size + this.#absolute.size + this.#unmeasured.length;
  }

  setRelative(label: Term, milliseconds: number): void {
    const request = this.#requests++;
    if (this.#host === undefined) this.#unmeasured.push({ label, milliseconds, request });
    else this.#relative.add({ label, due: this.#host.monotonic() + milliseconds, request });
    this.#wait();
  }

  /** @param time in milliseconds since 1970 */
  setAbsolute(label: Term, time: number): void {
    this.#absolute.add({ label, due: time, request: this.#requests++ });
    this.#wait();
  }

  arm(deliver: (expired: Expired) => void, host: Host): Disarm {
    this.#host = host;
    const now = host.monotonic();
    for (const { label, milliseconds, request } of this.#unmeasured) {
      this.#relative.add({ label, due: now + milliseconds, request });
    }
    this.#unmeasured = [];
    this.#deliver = deliver;
    this.#wait();
    return () => {
      this.#deliver = undefined;
      this.#stopWaiting();
    };
  }

  /** Have the host wake us when the earliest timer is due. */
  #wait(): void {
    const host = this.#host;
    if (host === undefined || this.#deliver === undefined) return;
    const now = host.monotonic();
    const remaining = Math.max(0, Math.min(this.#remaining(host), LONGEST_WAIT));
    if (remaining === Infinity) return;
    const wakesAt = now + remaining;
    if (this.#cancel !== undefined && this.#wakesAt <= wakesAt) return;
    this.#stopWaiting();
    this.#wakesAt = wakesAt;
    // Hosts count whole milliseconds: rounded down, they would wake us early, again and again.
    this.#cancel = host.after(Math.ceil(remaining), () => this.#woken(host));
  }

  #woken(host: Host): void {
    this.#cancel = undefined;
    this.#wakesAt = Infinity;
    const deliver = this.#deliver;
    if (deliver === undefined) return;
    const expired = this.#takeExpired(host);
    if (expired.length === 0) return this.#wait();
    this.#deliver = undefined;
    deliver(expired);
  }

  #takeExpired(host: Host): Expired {
    const wall = host.now();
    const monotonic = host.monotonic();
    const expired: [label: Term, now: number][] = [];
    for (;;) {
      const relative = this.#relative.first;
      const absolute = this.#absolute.first;
      // By how much each is late: what was due first goes first, whichever clock it was measured with.
      const lateRelative = relative === undefined ? -1 : monotonic - relative.due;
      const lateAbsolute = absolute === undefined ? -1 : wall - absolute.due;
      if (lateRelative < 0 && lateAbsolute < 0) return expired;
      const heap =
        lateRelative > lateAbsolute ||
        (lateRelative === lateAbsolute && (relative?.request ?? Infinity) < (absolute?.request ?? Infinity))
          ? this.#relative
          : this.#absolute;
      expired.push([heap.take().label, wall]);
    }
  }

  /** How long until the earliest timer is due, in milliseconds; Infinity if there is none. */
  #remaining(host: Host): number {
    return Math.min(
      (this.#relative.first?.due ?? Infinity) - host.monotonic(),
      (this.#absolute.first?.due ?? Infinity) - host.now(),
    );
  }

  #stopWaiting(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wakesAt = Infinity;
  }
}
