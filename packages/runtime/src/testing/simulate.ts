import type { Boot, Unchecked } from "../model/action.ts";
import { badArgument } from "../terms/error.ts";
import { startGroundVm, type GroundVm } from "../vm/ground-vm.ts";
import type { Warning } from "../vm/warning.ts";
import { FakeHost } from "./fake-host.ts";
import { seededRandom } from "./random.ts";

/** A program that runs in a world of its own: no real time, no real chance. */
export interface Simulation {
  readonly vm: GroundVm;
  /** The world: let its time pass with `host.advance(milliseconds)`. */
  readonly host: FakeHost;
  /** Random numbers of this seed, for what the test itself decides. */
  readonly random: () => number;
  readonly warnings: readonly Warning[];
}

/**
 * Run a ground VM on a fake host. The same program with the same seed does the same; another seed runs what is due at the same time in
 * another order.
 *
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function simulate(boot: Boot<Unchecked>, options: { readonly seed?: number } = {}): Simulation {
  const { seed = 0 } = options;
  if (typeof boot !== "function") throw badArgument("simulate: boot", "a function", boot);
  if (!Number.isInteger(seed)) throw badArgument("simulate: seed", "an integer", seed);
  const random = seededRandom(seed);
  const host = new FakeHost(random);
  const warnings: Warning[] = [];
  const vm = startGroundVm(boot, { host, onWarning: (warning) => warnings.push(warning) });
  return { vm, host, random, warnings };
}
