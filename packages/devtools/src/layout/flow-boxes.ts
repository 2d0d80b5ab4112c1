import type { EventId, ProcessPath } from "@marketplace/runtime/inspect";
import { livesAt, type EndpointNode, type ProcessNode, type Tree } from "../model/tree.ts";
import type { Slots } from "./slots.ts";
import { amountText } from "../model/amount-text.ts";

/** A process or a VM as it is to be drawn. */
export interface FlowBox {
  /** `""` is the ground VM. */
  readonly path: ProcessPath;
  readonly name: string;
  readonly isVm: boolean;
  /** Is what is in it shown? */
  readonly open: boolean;
  /** How many processes live in it, and in the VMs in it. */
  readonly inside: number;
  /** What is in a VM that is not shown, by names: the most frequent first. */
  readonly summary: readonly string[];
  /** Its endpoints that are in its VM's network, and those that are further out. */
  readonly pins: readonly EndpointNode[];
  readonly outer: readonly EndpointNode[];
  /** By place; null where a place is free. Empty where it is not open. */
  readonly places: readonly (FlowBox | null)[];
}

/** Up to so many processes, all VMs are open at first. */
export const MOST_OPEN = 200;

export interface FlowWish {
  readonly at: EventId | null;
  readonly slots: Slots;
  /** VMs that were opened or closed by hand. */
  readonly opened: ReadonlyMap<ProcessPath, boolean>;
}

/** What is to be drawn: the ground VM with all in it. VMs beyond what has room show counts until they are opened. */
export function flowBoxes(tree: Tree, wish: FlowWish): FlowBox {
  const counts = new Map<ProcessNode, number>();
  let total = 0;
  for (const node of tree.roots) total += count(node, wish.at, counts);
  const budget = { left: MOST_OPEN };
  const open = isOpen("", tree.roots.filter((node) => livesAt(node, wish.at)).length, wish, budget);
  return {
    path: "",
    name: "ground VM",
    isVm: true,
    open,
    inside: total,
    summary: open ? [] : summarize(tree.roots, wish.at),
    pins: [],
    outer: [],
    places: open ? place("", tree.roots, wish, counts, budget) : [],
  };
}

/** Live processes in it, itself included. */
function count(node: ProcessNode, at: EventId | null, counts: Map<ProcessNode, number>): number {
  if (!livesAt(node, at)) return 0;
  let total = 1;
  for (const child of node.children) total += count(child, at, counts);
  if (node.isVm) counts.set(node, total - 1);
  return total;
}

type Budget = { left: number };

/** By hand, or if its processes still have room beside what is open already. */
function isOpen(path: ProcessPath, live: number, { opened }: FlowWish, budget: Budget): boolean {
  const chosen = opened.get(path);
  const open = chosen ?? live <= budget.left;
  if (open) budget.left -= live;
  return open;
}

function place(
  vm: ProcessPath,
  processes: readonly ProcessNode[],
  wish: FlowWish,
  counts: Map<ProcessNode, number>,
  budget: Budget,
): (FlowBox | null)[] {
  const arranged = wish.slots.arrange(vm, processes, wish.at);
  // The outer VMs have the first choice of what room there is.
  const open = new Map<ProcessNode, boolean>();
  for (const node of arranged) {
    if (node?.isVm !== true) continue;
    open.set(node, isOpen(node.path, node.children.filter((child) => livesAt(child, wish.at)).length, wish, budget));
  }
  return arranged.map((node) => {
    if (node === undefined) return null;
    const isNodeOpen = open.get(node) === true;
    const live = node.endpoints.filter((endpoint) => livesAt(endpoint, wish.at));
    return {
      path: node.path,
      name: node.name ?? (node.isVm ? "VM" : "process"),
      isVm: node.isVm,
      open: isNodeOpen,
      inside: counts.get(node) ?? 0,
      summary: node.isVm && !isNodeOpen ? summarize(node.children, wish.at) : [],
      pins: live.filter(({ level }) => level === 0),
      outer: live.filter(({ level }) => level > 0),
      places: isNodeOpen ? place(node.path, node.children, wish, counts, budget) : [],
    };
  });
}

function summarize(processes: readonly ProcessNode[], at: EventId | null): string[] {
  const names = new Map<string, { readonly first: string; count: number }>();
  for (const node of processes) {
    if (!livesAt(node, at)) continue;
    const first = node.name ?? (node.isVm ? "VM" : "process");
    // Names that differ in their numbers only, such as ports, are of one sort.
    const sort = first.replaceAll(/\d+([.:]\d+)*/g, "…");
    const known = names.get(sort);
    if (known === undefined) names.set(sort, { first, count: 1 });
    else known.count++;
  }
  const sorted = [...names]
    .map(([sort, { first, count: many }]) => [many === 1 ? first : sort, many] as const)
    .sort(([, a], [, b]) => b - a);
  return sorted.slice(0, 3).map(([name, many]) => (many === 1 ? name : `${amountText(many)} × ${name}`));
}
