import type { Process } from "./process.ts";

/**
 * The processes that are to have a turn, in this round or in the next, each round in ascending PID order. Those known when a round begins
 * are sorted once; those that join while it goes on are kept in a heap. The arrays are used again and again, so entries are counted and
 * what has been taken is overwritten.
 */
export class ReadyQueue {
  #known: (Process | null)[] = [];
  #knownCount = 0;
  #taken = 0;
  /** Of those that joined while the round was going on the first one, and a heap of the others. */
  #soonest: Process | null = null;
  readonly #heap: Process[] = [];
  #postponed: (Process | null)[] = [];
  #postponedCount = 0;

  /** `process` is to have a turn in the next round. */
  postpone(process: Process): void {
    this.#postponed[this.#postponedCount++] = process;
  }

  /** Begin the next round. */
  begin(): void {
    const known = this.#postponed;
    const count = this.#postponedCount;
    this.#postponed = this.#known;
    this.#postponedCount = 0;
    this.#known = known;
    this.#knownCount = count;
    this.#taken = 0;
    for (let i = 1; i < count; i++) {
      if ((known[i - 1] as Process).pid > (known[i] as Process).pid) return sort(known as Process[], count);
    }
  }

  /** `process` is to have a turn in this round. */
  join(process: Process): void {
    if (this.#soonest === null) {
      this.#soonest = process;
    } else if (process.pid < this.#soonest.pid) {
      this.#push(this.#soonest);
      this.#soonest = process;
    } else {
      this.#push(process);
    }
  }

  /** The process whose turn is next, taken out; null when the round is over. */
  take(): Process | null {
    const known = this.#taken < this.#knownCount ? (this.#known[this.#taken] as Process) : null;
    const joined = this.#soonest;
    if (joined !== null && (known === null || joined.pid < known.pid)) {
      this.#soonest = this.#heap.length === 0 ? null : this.#pop();
      return joined;
    }
    if (known !== null) this.#known[this.#taken++] = null;
    return known;
  }

  #push(process: Process): void {
    const heap = this.#heap;
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

  #pop(): Process {
    const heap = this.#heap;
    const first = heap[0] as Process;
    const last = heap.pop() as Process;
    if (heap.length === 0) return first;
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
    return first;
  }
}

function sort(processes: Process[], count: number): void {
  const sorted = processes.slice(0, count).sort((a, b) => a.pid - b.pid);
  for (let i = 0; i < count; i++) processes[i] = sorted[i] as Process;
}
