import type { ProcessPath } from "@marketplace/runtime/inspect";

/** The order of processes: by their PIDs from the ground down, a VM before what is in it, what comes from outside before all. */
export function comparePaths(a: ProcessPath, b: ProcessPath): number {
  const left = a.split(".");
  const right = b.split(".");
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = rank(left[i]!) - rank(right[i]!);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function rank(pid: string): number {
  return pid === "outside" ? -1 : Number(pid);
}
