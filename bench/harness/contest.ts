import type { Benchmark, Work } from "./benchmark.ts";
import { cpuTime } from "./cpu.ts";

/** For how long each candidate works in a round, in milliseconds of processor time. */
const BATCH = 60;

/** How many batches are run and not counted, while the compiler gets to know the code. */
const WARM_UP = 3;

/**
 * A benchmark that lets candidates work one after the other in this thread, and counts units per second of its processor time. Who
 * begins changes from round to round.
 *
 * @param prepare sets everybody up; "ours" is one of them
 */
export function contest(unit: string, prepare: () => Promise<Record<string, Work>> | Record<string, Work>): Benchmark {
  return {
    unit,
    better: "higher",
    async *rounds(count) {
      const candidates = Object.entries(await prepare());
      const sizes = new Map<string, number>();
      for (const [name, work] of candidates) sizes.set(name, await warmUp(work));
      for (let round = 0; round < count; round++) {
        const figures: Record<string, number> = {};
        for (let i = 0; i < candidates.length; i++) {
          const [name, work] = candidates[(round + i) % candidates.length] as [string, Work];
          figures[name] = await measure(work, sizes.get(name) as number);
        }
        yield figures;
      }
    },
  };
}

/** @returns units per second */
async function measure(work: Work, units: number): Promise<number> {
  // What the one before left behind is not for this one to clean up.
  globalThis.gc?.({ type: "minor", execution: "sync" } as never);
  const begin = cpuTime();
  await work(units);
  return units / ((cpuTime() - begin) / 1000);
}

/** @returns how many units make a batch */
async function warmUp(work: Work): Promise<number> {
  let units = 100;
  for (;;) {
    const rate = await measure(work, units);
    const wanted = Math.ceil((rate * BATCH) / 1000);
    if (wanted <= units * 2) {
      for (let i = 0; i < WARM_UP; i++) await work(wanted);
      return Math.ceil(((await measure(work, wanted)) * BATCH) / 1000);
    }
    units = Math.min(wanted, units * 10);
  }
}
