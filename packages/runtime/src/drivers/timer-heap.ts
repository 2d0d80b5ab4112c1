import type { Term } from "../terms/term.ts";

/** A timer that has been set. */
export interface PendingTimer {
  readonly label: Term;
  /** When it is due, on the clock of its heap, in milliseconds. */
  readonly due: number;
  /** Tells which of two with equal deadlines was asked for first. */
  readonly request: number;
}

/** Pending timers, the earliest first: setting one and taking one cost O(log n). */
export class TimerHeap {
  readonly #heap: PendingTimer[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get first(): PendingTimer | undefined {
    return this.#heap[0];
  }

  add(timer: PendingTimer): void {
    const heap = this.#heap;
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as PendingTimer;
      if (isBefore(above, timer)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = timer;
  }

  /** Take the earliest; there must be one. */
  take(): PendingTimer {
    const heap = this.#heap;
    const first = heap[0] as PendingTimer;
    const last = heap.pop() as PendingTimer;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as PendingTimer)) child++;
      const below = heap[child] as PendingTimer;
      if (isBefore(last, below)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore(a: PendingTimer, b: PendingTimer): boolean {
  return a.due < b.due || (a.due === b.due && a.request < b.request);
}
