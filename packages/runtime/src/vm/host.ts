import type { Tracer } from "../inspect/tracer.ts";
import { MarketplaceError } from "../terms/error.ts";

/**
 * What a ground VM needs of the world it runs in. Everything that differs between Node, a browser and a test is behind this
 * interface.
 */
export interface Host {
  /** The wall clock: milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** A clock that never goes back, in milliseconds, from any origin. Slices and relative timers are measured with it. */
  monotonic(): number;
  /**
   * Run `task` soon, as a task of its own: timers, sockets and input that are due get their turn first. Never a microtask, and
   * never twice.
   */
  defer(task: () => void): void;
  /**
   * Run `task` once, not before `milliseconds` have passed. At most 2^31 - 1 milliseconds.
   *
   * @returns cancels it; harmless when it has run
   */
  after(milliseconds: number, task: () => void): () => void;
  /** Say something to whoever runs the program: a line or several on stderr, or the console. */
  warn(text: string): void;
  /** Who is told what happens in a ground VM that begins in this world, unless the program says so itself; left out, nobody. */
  tracer?(): Tracer | undefined;
}

/** The parts of a JavaScript environment that {@link defaultHost} looks for. None is named by the compiler's libraries here. */
interface Surroundings {
  readonly performance?: { now(): number };
  readonly setTimeout?: (task: () => void, milliseconds: number) => unknown;
  readonly clearTimeout?: (timer: unknown) => void;
  readonly setImmediate?: (task: () => void) => unknown;
  readonly MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null };
    readonly port2: { postMessage(message: unknown): void };
  };
  readonly console?: { error(text: string): void };
}

/**
 * A host made of what `globalThis` offers: `setImmediate` where there is one (on Node a `MessageChannel` would starve timers),
 * else a `MessageChannel` (browsers slow nested `setTimeout` down to 4 ms).
 *
 * @throws MarketplaceError `NO_HOST` where the environment has no timers
 */
export function defaultHost(): Host {
  const { performance, setTimeout, clearTimeout, console } = globalThis as Surroundings;
  if (setTimeout === undefined || clearTimeout === undefined) {
    throw new MarketplaceError(
      "NO_HOST",
      "groundVm: expected an environment with setTimeout, or the option `host`; this one has no setTimeout",
    );
  }
  return {
    now: () => Date.now(),
    monotonic: performance === undefined ? () => Date.now() : () => performance.now(),
    defer: macrotask(globalThis as Surroundings, setTimeout),
    after(milliseconds, task) {
      const timer = setTimeout(task, milliseconds);
      return () => clearTimeout(timer);
    },
    warn: (text) => console?.error(text),
  };
}

function macrotask(
  { setImmediate, MessageChannel }: Surroundings,
  setTimeout: (task: () => void, milliseconds: number) => unknown,
): (task: () => void) => void {
  if (setImmediate !== undefined) return (task) => void setImmediate(task);
  if (MessageChannel === undefined) return (task) => void setTimeout(task, 0);
  const { port1, port2 } = new MessageChannel();
  const tasks: (() => void)[] = [];
  port1.onmessage = () => tasks.shift()?.();
  return (task) => {
    tasks.push(task);
    port2.postMessage(null);
  };
}
