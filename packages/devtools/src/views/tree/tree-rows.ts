import type { EventId } from "@marketplace/runtime/inspect";
import { knownAt, livesAt, type EndpointNode, type ProcessNode, type Tree } from "../../model/tree.ts";

/** A row of the tree. */
export type TreeRow =
  | {
      readonly kind: "ground";
      readonly id: string;
      readonly depth: number;
      readonly open: boolean;
      readonly count: number;
    }
  | {
      readonly kind: "process";
      readonly id: string;
      readonly depth: number;
      readonly open: boolean;
      readonly node: ProcessNode;
      readonly lives: boolean;
      /** How many live endpoints it has, and, of a VM, how many live processes are in it. */
      readonly endpoints: number;
      readonly inside: number;
    }
  | {
      readonly kind: "endpoint";
      readonly id: string;
      readonly depth: number;
      readonly node: EndpointNode;
      readonly lives: boolean;
    }
  | {
      readonly kind: "more";
      readonly id: string;
      readonly depth: number;
      readonly hidden: number;
      readonly vm: string;
    };

/** How many ended processes of one VM are shown, the latest, before the rest is folded into a row. */
const MOST_ENDED = 30;

export interface TreeWish {
  /** Rows that are not as they are at first: VMs that are closed, and processes that are open. */
  readonly toggled: ReadonlySet<string>;
  /** VMs of which all ended processes are shown. */
  readonly unfolded: ReadonlySet<string>;
  readonly at: EventId | null;
  /** What a name, path or topic has to contain; `""` for all. */
  readonly search: string;
  readonly topicText: (endpoint: EndpointNode) => string;
}

/** The rows of the tree from top to bottom. */
export function treeRows(tree: Tree, wish: TreeWish): TreeRow[] {
  const rows: TreeRow[] = [];
  const live = tree.roots.filter((node) => livesAt(node, wish.at)).length;
  const open = !wish.toggled.has("ground");
  rows.push({ kind: "ground", id: "ground", depth: 1, open, count: live });
  if (open) addVm(rows, tree.roots, "", 2, wish);
  return rows;
}

function addVm(rows: TreeRow[], processes: readonly ProcessNode[], vm: string, depth: number, wish: TreeWish): void {
  const { at, unfolded, search } = wish;
  const known = processes.filter((node) => knownAt(node, at) && (search === "" || holds(node, wish)));
  let hide = 0;
  if (!unfolded.has(vm)) hide = Math.max(0, known.filter((node) => !livesAt(node, at)).length - MOST_ENDED);
  if (hide > 0) rows.push({ kind: "more", id: `more ${vm}`, depth, hidden: hide, vm });
  for (const node of known) {
    const lives = livesAt(node, at);
    if (!lives && hide > 0) hide--;
    else addProcess(rows, node, lives, depth, wish);
  }
}

function addProcess(rows: TreeRow[], node: ProcessNode, lives: boolean, depth: number, wish: TreeWish): void {
  const { at, toggled, search } = wish;
  // VMs are open at first, processes closed; what is searched for is opened.
  const isOpenAtFirst = node.isVm || (search !== "" && node.endpoints.some((endpoint) => isWanted(endpoint, wish)));
  const open = isOpenAtFirst !== toggled.has(node.path);
  const endpoints = node.endpoints.filter((endpoint) => livesAt(endpoint, at) && endpoint.for === undefined).length;
  const inside = node.isVm ? node.children.filter((child) => livesAt(child, at)).length : 0;
  rows.push({ kind: "process", id: node.path, depth, open, node, lives, endpoints, inside });
  if (!open) return;
  for (const endpoint of node.endpoints) {
    // Those that a VM has for endpoints inside are shown where they belong.
    if (!knownAt(endpoint, at) || endpoint.for !== undefined) continue;
    const endpointLives = livesAt(endpoint, at);
    // Of a process that lives, deleted endpoints are shown too; they are few, or the oldest have been forgotten.
    rows.push({ kind: "endpoint", id: endpoint.key, depth: depth + 1, node: endpoint, lives: endpointLives });
  }
  addVm(rows, node.children, node.path, depth + 1, wish);
}

function holds(node: ProcessNode, wish: TreeWish): boolean {
  const { search } = wish;
  if (node.path.startsWith(search) || node.name?.toLowerCase().includes(search) === true) return true;
  return (
    node.endpoints.some((endpoint) => isWanted(endpoint, wish)) || node.children.some((child) => holds(child, wish))
  );
}

function isWanted(endpoint: EndpointNode, { search, topicText, at }: TreeWish): boolean {
  return knownAt(endpoint, at) && topicText(endpoint).toLowerCase().includes(search);
}
