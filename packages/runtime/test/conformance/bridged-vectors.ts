import { vectors } from "./vectors.ts";

const NO_META_ACTION =
  "asks the container for a spawn, or for the end of another process, which cannot be asked across a bridge";
const NO_META_LEVEL =
  "climbs two levels: a bridge reaches one, and with every nested VM bridged there is none beyond it";
const INTERLEAVING =
  "is about who is first in the rounds of the container and of the VM inside, which across a bridge do not wait for each other:";

/** Vectors with nested VMs that go otherwise when those are on the other side of a bridge, and why. */
export const bridgedExceptions: ReadonlyMap<string, string> = new Map([
  ["hand/h49-nested-meta-spawn.json", NO_META_ACTION],
  ["hand/h85-meta-quit-own-vm-by-name.json", NO_META_ACTION],
  ["hand/k09-nested-killer-two-inner-processes.json", NO_META_ACTION],
  ["own/o02-who-waits-for-a-continuation-is-not-collected.json", NO_META_ACTION],
  ["deviations/h52-meta-of-meta-crashes.json", NO_META_LEVEL],
  ["own/o03-two-meta-levels.json", NO_META_LEVEL],
  [
    "hand/n01-nested-vm-before-plain-sibling.json",
    `${INTERLEAVING} the sibling's message, sent in its first turn, is there before the endpoint of the VM inside`,
  ],
  [
    "hand/n02-boot-order-nested-and-plain.json",
    `${INTERLEAVING} siblings that boot at the same time send before the VM inside does`,
  ],
  [
    "hand/n03-first-inner-rounds-against-a-plain-sibling.json",
    `${INTERLEAVING} of two messages that a sibling sends in its first rounds, the second is to find the endpoint of the VM inside`,
  ],
]);

/** The vectors with nested VMs. */
export const nestedVectors: typeof vectors = vectors.filter(([, json]) => {
  const { processes, steps } = (json as { scenario: { processes: object; steps: object } }).scenario;
  return (
    Object.values(processes).some((child) => "process" in (child as object)) ||
    JSON.stringify([processes, steps]).includes('"op":"vm"')
  );
});
