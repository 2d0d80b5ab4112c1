import type { Host } from "../vm/host.ts";
import { badArgument } from "../terms/error.ts";

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly task: () => void;
}

/**
 * A host whose time stands still until a test moves it. What is deferred, and timers that are due, run when the test says so; what
 * is due at the same time runs in an order that `random` decides, as nothing guarantees any.
 */
export class FakeHost implements Host {
  /** What was printed as a warning. */
  readonly printed: string[] = [];
  readonly #random: () => number;
  #time: number;
  #timers: Timer[] = [];
  #deferred: (() => void)[] = [];
  #orders = 0;

  /**
   * @param random gives numbers from 0 to below 1, as `Math.random` does; left out, things run in the order they were asked for
   * @param time the wall clock at the beginning, in milliseconds since 1970
   */
  constructor(random: () => number = () => 0, time: number = Date.UTC(2000, 0, 1)) {
    this.#random = random;
    this.#time = time;
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  defer(task: () => void): void {
    this.#deferred.push(task);
  }

  after(milliseconds: number, task: () => void): () => void {
    const timer: Timer = { due: this.#time + Math.max(0, milliseconds), order: this.#orders++, task };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  warn(text: string): void {
    this.printed.push(text);
  }

  /** Timers that have not run. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Tasks that wait for the host's turn. */
  get pendingTasks(): number {
    return this.#deferred.length;
  }

  /** Let time pass without anything running: the program is busy. */
  pass(milliseconds: number): void {
    checkTime("FakeHost.pass", milliseconds);
    this.#time += milliseconds;
  }

  /** Run one deferred task. @returns whether there was one */
  runTask(): boolean {
    const task = this.#deferred.splice(this.#pick(this.#deferred.length), 1)[0];
    task?.();
    return task !== undefined;
  }

  /** Run all deferred tasks and all timers that are due, and what they lead to, up to `most` of them. */
  settle(most = 1_000_000): void {
    for (let i = 0; i < most; i++) {
      if (!this.runTask() && !this.#runTimer(this.#time)) return;
    }
    throw new Error(`FakeHost.settle: still busy after ${most} tasks`);
  }

  /** Let time pass; timers run when they are due, in order of time. */
  advance(milliseconds: number): void {
    checkTime("FakeHost.advance", milliseconds);
    const end = this.#time + milliseconds;
    this.settle();
    for (;;) {
      const due = Math.min(...this.#timers.map((timer) => timer.due));
      if (due > end) break;
      this.#time = Math.max(this.#time, due);
      this.settle();
    }
    this.#time = end;
  }

  #runTimer(time: number): boolean {
    const due = this.#timers.filter((timer) => timer.due <= time).sort((a, b) => a.due - b.due || a.order - b.order);
    const earliest = due.filter((timer) => timer.due === due[0]?.due);
    const timer = earliest[this.#pick(earliest.length)];
    if (timer === undefined) return false;
    this.#timers = this.#timers.filter((each) => each !== timer);
    timer.task();
    return true;
  }

  #pick(among: number): number {
    return Math.floor(this.#random() * among);
  }
}

function checkTime(what: string, milliseconds: number): void {
  if (!Number.isFinite(milliseconds) || milliseconds < 0)
    throw badArgument(`${what}: milliseconds`, "a number from 0 up", milliseconds);
}
