import type { Endpoint } from "../endpoint.ts";
import { HANGING, PARTIAL } from "./leaf.ts";
import { Node, type Branch } from "./node.ts";
import { Path } from "./path.ts";
import type { StepKind } from "./step.ts";

/** Shared by all tries: nothing runs between reading a path and following it. */
const path = new Path();
/** The same for an endpoint that another one meets on its way. */
const pathOfOther = new Path();
/** The nodes on the path, the root first. */
const passed: (Node | null)[] = [];

/**
 * Endpoints by the steps of their topics. Adding and removing take the time of the topic's size, however many endpoints there are. There
 * are nodes where topics part. Where its steps have led a topic away from all others the endpoint itself hangs, and what else it asks for
 * is compared at once; but one with wildcards in it, which messages reach that are otherwise unlike it, turns them away step by step.
 */
export class Trie {
  readonly root: Node = new Node();

  add(endpoint: Endpoint): void {
    path.read(endpoint.role.topic);
    let node = this.root;
    let other: Endpoint | null = null;
    for (let i = 0; i < path.length; i++) {
      const kind = path.kinds[i] as StepKind;
      const key = path.keys[i];
      const there = node.branch(kind, key);
      if (there === undefined && (!path.wild || i === path.length - 1)) {
        endpoint.leaf = path.leafAfter(i + 1);
        node.setBranch(kind, key, endpoint);
        return forget(other);
      }
      if (there !== undefined && there.leaf === null) {
        node = there;
        continue;
      }
      const behind = new Node();
      if (there !== undefined) {
        if (other === null) pathOfOther.read(there.role.topic);
        other = there;
        pushDown(there, behind, i + 1);
      }
      node.setBranch(kind, key, behind);
      node = behind;
    }
    endpoint.leaf = path.leafAfter(path.length);
    node.append(endpoint);
    forget(other);
  }

  remove(endpoint: Endpoint): void {
    path.read(endpoint.role.topic);
    let branch: Branch | undefined = this.root;
    let depth = 0;
    while (branch !== undefined && branch.leaf === null && depth < path.length) {
      passed[depth] = branch;
      branch = branch.branch(path.kinds[depth] as StepKind, path.keys[depth]);
      depth++;
    }
    if (branch === endpoint) {
      endpoint.home = null;
      prune(null, depth);
    } else if (branch !== undefined && branch.leaf === null && branch === endpoint.home && endpoint.place !== HANGING) {
      branch.remove(endpoint);
      prune(branch.simplest(), depth);
    } else {
      takeFromHome(endpoint);
    }
    path.clear();
    while (depth > 0) passed[--depth] = null;
  }
}

/** Nothing of the paths is needed any more. */
function forget(other: Endpoint | null): void {
  path.clear();
  if (other !== null) pathOfOther.clear();
}

/** Put an endpoint that has been alone until now, and whose path has been read, into a node; so many of its steps have led there. */
function pushDown(endpoint: Endpoint, node: Node, depth: number): void {
  endpoint.leaf = pathOfOther.leafAfter(depth + 1);
  if (depth < pathOfOther.length) {
    node.setBranch(pathOfOther.kinds[depth] as StepKind, pathOfOther.keys[depth], endpoint);
  } else node.append(endpoint);
}

/** What the path leads to has become `rest`: nodes that are not needed for that go. */
function prune(rest: Branch | null, depth: number): void {
  let branch = rest;
  for (let i = depth - 1; i >= 0; i--) {
    const node = passed[i] as Node;
    const kind = path.kinds[i] as StepKind;
    if (branch === null) {
      node.deleteBranch(kind, path.keys[i]);
    } else if (branch !== node.branch(kind, path.keys[i])) {
      if (branch.leaf !== null && branch.leaf !== PARTIAL && branch.place === HANGING && !moveUp(branch)) return;
      node.setBranch(kind, path.keys[i], branch);
    } else {
      return;
    }
    branch = node.simplest();
  }
}

/** An endpoint is to hang above where it hung until now. @returns whether it may */
function moveUp(endpoint: Endpoint): boolean {
  pathOfOther.read(endpoint.role.topic);
  if (!pathOfOther.wild) endpoint.leaf = pathOfOther.leafAfter(0);
  pathOfOther.clear();
  return !pathOfOther.wild;
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
