import type { Spawn, SpawnVm } from "../../model/action.ts";
import { enterForProcess } from "../nested-vm.ts";
import { INNER_ROUND, type SpawnFor } from "../pending-action.ts";
import type { Process } from "../process.ts";
import type { Vm } from "../vm.ts";

/** A new process, booted at once; its first turn is in the next round. Then its parent's continuation (rule 15). */
export function spawn(parent: Process, action: Spawn<unknown> | SpawnVm<unknown>): void {
  const child = newChild(parent.vm, action);
  if (action.onSpawned !== undefined) parent.spawned(action.onSpawned, child.pid);
}

/** A new sibling of this VM process, whose parent lives inside it, perhaps several levels (rule 23). */
export function spawnFor(process: Process, { spawn: action, waiting }: SpawnFor): void {
  const { vm } = process;
  const child = newChild(vm, action);
  for (const each of waiting) {
    each.waiting--;
    each.vm.touch(each);
  }
  const { onSpawned } = action;
  enterForProcess(vm, waiting[0] as Process, (parent) => {
    if (onSpawned !== undefined) parent.spawned(onSpawned, child.pid);
  });
}

function newChild(vm: Vm, action: Spawn<unknown> | SpawnVm<unknown>): Process {
  if (action.type === "spawn") return vm.bootNew(action.boot, action.name, action.pin ?? 0);
  const child = vm.newProcess(action.name, 0);
  const inner = vm.newInner(child, action.limits);
  inner.bootNew(action.boot, undefined, action.pin ?? 0);
  if (inner.busy > 0) child.enqueue(INNER_ROUND);
  return child;
}
