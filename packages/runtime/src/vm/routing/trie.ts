import type { Endpoint } from "../endpoint.ts";
import { EXACT, HANGING, INEXACT, NO_LEAF } from "./leaf.ts";
import { Node, type Branch } from "./node.ts";
import { Path } from "./path.ts";
import type { StepKind } from "./step.ts";

/** Shared by all tries: nothing runs between reading a path and following it. */
const path = new Path();
/** The nodes on the path, the root first. */
const passed: (Node | null)[] = [];

/**
 * Endpoints by the steps of their topics. Adding and removing take the time of the topic's size, however many endpoints there are, and a
 * node lasts as long as something is behind it.
 */
export class Trie {
  readonly root: Node = new Node();

  add(endpoint: Endpoint): void {
    path.read(endpoint.role.topic);
    endpoint.leaf = path.inexact ? INEXACT : EXACT;
    let node = this.root;
    const last = path.length - 1;
    for (let i = 0; i < last; i++) {
      const kind = path.kinds[i] as StepKind;
      node = nodeBehind(node, kind, path.keys[i], node.branch(kind, path.keys[i]));
    }
    if (last === -1) node.append(endpoint);
    else place(endpoint, node, path.kinds[last] as StepKind, path.keys[last]);
    path.clear();
  }

  remove(endpoint: Endpoint): void {
    path.read(endpoint.role.topic);
    let branch: Branch | undefined = this.root;
    let depth = 0;
    while (branch !== undefined && branch.leaf === NO_LEAF && depth < path.length) {
      passed[depth] = branch;
      branch = branch.branch(path.kinds[depth] as StepKind, path.keys[depth]);
      depth++;
    }
    if (branch === endpoint && depth === path.length) {
      endpoint.home = null;
      prune(null, depth);
    } else if (branch !== undefined && branch.leaf === NO_LEAF && branch === endpoint.home) {
      branch.remove(endpoint);
      prune(branch.simplest(), depth);
    } else {
      takeFromHome(endpoint);
    }
    path.clear();
    while (depth > 0) passed[--depth] = null;
  }
}

/** Put an endpoint behind the last of its steps. */
function place(endpoint: Endpoint, node: Node, kind: StepKind, key: unknown): void {
  const there = node.branch(kind, key);
  if (there === undefined) node.setBranch(kind, key, endpoint);
  else nodeBehind(node, kind, key, there).append(endpoint);
}

/** The node that a step leads to; where there is none yet it is made, and takes in the endpoint that is there. */
function nodeBehind(node: Node, kind: StepKind, key: unknown, there: Branch | undefined): Node {
  if (there !== undefined && there.leaf === NO_LEAF) return there;
  const behind = new Node();
  if (there !== undefined) behind.append(there);
  node.setBranch(kind, key, behind);
  return behind;
}

/** What the path leads to has become `rest`: nodes that are not needed for that go. */
function prune(rest: Branch | null, depth: number): void {
  let branch = rest;
  for (let i = depth - 1; i >= 0; i--) {
    const node = passed[i] as Node;
    const kind = path.kinds[i] as StepKind;
    if (branch === null) node.deleteBranch(kind, path.keys[i]);
    else if (branch !== node.branch(kind, path.keys[i])) node.setBranch(kind, path.keys[i], branch);
    else return;
    branch = node.simplest();
  }
}

/** The topic has been changed since it was added, against the rules, and leads elsewhere now: look where the endpoint was put. */
function takeFromHome(endpoint: Endpoint): void {
  const { home } = endpoint;
  if (home === null) return;
  if (endpoint.place !== HANGING) return home.remove(endpoint);
  home.forEachBranch((branch, kind, key) => {
    if (branch === endpoint) home.deleteBranch(kind, key);
  });
  endpoint.home = null;
}
