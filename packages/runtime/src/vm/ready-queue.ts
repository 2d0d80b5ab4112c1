import type { Process } from "./process.ts";

/**
 * The processes that still have a turn in the present round, in ascending PID order. Those known when the round begins are
 * sorted once; those that join while it goes on are kept in a heap.
 */
export class ReadyQueue {
  #known: Process[] = [];
  #next = 0;
  readonly #joined: Process[] = [];

  /** Begin a round with these processes, in any order; the array is taken over. */
  begin(known: Process[]): void {
    for (let i = 1; i < known.length; i++) {
      if ((known[i - 1] as Process).pid > (known[i] as Process).pid) {
        known.sort((a, b) => a.pid - b.pid);
        break;
      }
    }
    this.#known = known;
    this.#next = 0;
  }

  join(process: Process): void {
    const heap = this.#joined;
    let i = heap.length;
    heap.push(process);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Process;
      if (above.pid <= process.pid) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = process;
  }

  /** The process whose turn is next, taken out; null when the round is over. */
  take(): Process | null {
    const known = this.#next < this.#known.length ? (this.#known[this.#next] as Process) : null;
    const joined = this.#joined[0];
    if (joined === undefined || (known !== null && known.pid < joined.pid)) {
      if (known !== null) this.#next++;
      return known;
    }
    this.#takeJoined();
    return joined;
  }

  #takeJoined(): void {
    const heap = this.#joined;
    const last = heap.pop() as Process;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Process).pid < (heap[child] as Process).pid) child++;
      const below = heap[child] as Process;
      if (last.pid <= below.pid) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
  }
}
