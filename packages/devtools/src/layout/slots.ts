import type { ProcessPath, VmPath } from "@marketplace/runtime/inspect";
import { livesAt, type ProcessNode } from "../model/tree.ts";

/**
 * The place of each process among those of its VM, kept from its beginning to its end: whoever comes takes the first place that is free
 * from then on. So nobody moves because another came or went, and the past looks as it did.
 */
export class Slots {
  readonly #vms = new Map<
    VmPath,
    { readonly slots: Map<ProcessPath, number>; readonly holders: (ProcessNode | undefined)[] }
  >();

  /** The processes of a VM that live just after an event, by their places; undefined where a place is free. */
  arrange(vm: VmPath, processes: readonly ProcessNode[], at: number | null): (ProcessNode | undefined)[] {
    let places = this.#vms.get(vm);
    if (places === undefined) this.#vms.set(vm, (places = { slots: new Map(), holders: [] }));
    const { slots, holders } = places;
    // In order of creation, so that the same processes always get the same places.
    for (const node of processes) {
      if (slots.has(node.path)) continue;
      let slot = holders.findIndex(
        (holder) => holder === undefined || (holder.end !== null && holder.end.event <= node.since),
      );
      if (slot < 0) slot = holders.length;
      holders[slot] = node;
      slots.set(node.path, slot);
    }
    if (slots.size > processes.length * 2 + 64) this.#forget(vm, processes);
    const arranged: (ProcessNode | undefined)[] = [];
    for (const node of processes) {
      const slot = slots.get(node.path)!;
      if (livesAt(node, at)) arranged[slot] = node;
    }
    // A hole in an array is not the same as undefined to those who go through it.
    return Array.from(arranged);
  }

  #forget(vm: VmPath, processes: readonly ProcessNode[]): void {
    const places = this.#vms.get(vm);
    if (places === undefined) return;
    const kept = new Set(processes.map(({ path }) => path));
    for (const path of places.slots.keys()) if (!kept.has(path)) places.slots.delete(path);
  }
}
