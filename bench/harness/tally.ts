import type { Work } from "./benchmark.ts";

/** Counts what arrives at one candidate's handlers. */
export class Tally {
  received = 0;
}

/** A candidate whose handlers count. */
export interface Counted {
  readonly work: Work;
  readonly tally: Tally;
}

/**
 * The candidates, once it is seen that they do the same: given the same work, the handlers of each are called equally often.
 *
 * @param units so much work is given
 */
export async function alike(
  candidates: Readonly<Record<string, Counted>>,
  units: number,
): Promise<Record<string, Work>> {
  let expected: number | undefined;
  for (const [name, { work, tally }] of Object.entries(candidates)) {
    const before = tally.received;
    await work(units);
    const received = tally.received - before;
    expected ??= received;
    if (received !== expected || received === 0) {
      throw new Error(`${name}: expected ${expected} calls of handlers, as the others, and some; got ${received}`);
    }
  }
  return Object.fromEntries(Object.entries(candidates).map(([name, { work }]) => [name, work]));
}
