import fc from "fast-check";
import type { ProcessInTree, StreamItem, Taken } from "@marketplace/runtime/inspect";
import { livesAt, type ProcessNode, type Tree } from "../src/model/tree.ts";

// Streams of events as a program would send them: no process comes twice, and only what lives does something.

const nothing: Taken = { kind: "undefined", text: "undefined" };

/** What a generated stream is made of: each number is a choice among what is possible at that point. */
export const choices: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(1_000_000), { maxLength: 120 });

interface Living {
  readonly path: string;
  readonly vm: boolean;
  readonly endpoints: string[];
  next: number;
}

/** Writes a stream, and after each event the tree as it is then, in the form of `picture`. */
export function story(from: readonly number[]): { readonly events: StreamItem[]; readonly pictures: string[] } {
  const living = new Map<string, Living>();
  const pids = new Map<string, number>([["", 0]]);
  const events: StreamItem[] = [];
  const pictures: string[] = [];
  let sequence = 0;
  for (const [i, choice] of from.entries()) {
    const base = { id: i + 1, t: i * 10, cause: i === 0 ? 0 : choice % (i + 1) };
    events.push(next(choice, base));
    pictures.push(pictureOf([...living.values()].map(({ path, endpoints }) => [path, endpoints])));
  }
  return { events, pictures };

  function next(choice: number, base: { id: number; t: number; cause: number }): StreamItem {
    const all = [...living.values()];
    const one = all[choice % Math.max(1, all.length)];
    const kind = choice % 7;
    if (one === undefined || kind < 2) {
      const vms = ["", ...all.filter(({ vm }) => vm).map(({ path }) => path)];
      const vm = vms[choice % vms.length] ?? "";
      const pid = pids.get(vm) ?? 0;
      pids.set(vm, pid + 1);
      const path = vm === "" ? String(pid) : `${vm}.${pid}`;
      const isVm = choice % 3 === 0;
      living.set(path, { path, vm: isVm, endpoints: [], next: 0 });
      if (isVm) pids.set(path, 0);
      return { ...base, kind: "spawn", process: path, name: `p${pid}`, vm: isVm };
    }
    if (kind < 4) {
      const endpoint = `${one.path}:${++sequence}`;
      one.endpoints.push(endpoint);
      const role = { orientation: "subscriber", interestType: "participant", topic: ["t", choice % 5] } as const;
      return {
        ...base,
        kind: "endpoint-added",
        endpoint,
        process: one.path,
        name: sequence,
        level: 0,
        role,
        handlers: { presence: false, absence: false, message: true },
      };
    }
    if (kind === 4 && one.endpoints.length > 0) {
      const [endpoint = ""] = one.endpoints.splice(choice % one.endpoints.length, 1);
      return { ...base, kind: "endpoint-deleted", endpoint, reason: nothing };
    }
    if (kind === 5) {
      for (const path of living.keys()) if (path === one.path || path.startsWith(`${one.path}.`)) living.delete(path);
      return { ...base, kind: "exit", process: one.path, how: "quit", reason: nothing };
    }
    return {
      ...base,
      kind: "message",
      process: one.path,
      turn: 0,
      orientation: "publisher",
      body: { term: ["t", choice % 5] },
      to: one.endpoints.slice(0, 1),
      unmatched: one.endpoints.length === 0,
    };
  }
}

function pictureOf(processes: readonly (readonly [path: string, endpoints: readonly string[]])[]): string {
  return processes
    .map(([path, endpoints]) => `${path}[${endpoints.toSorted().join(" ")}]`)
    .toSorted()
    .join("\n");
}

/** The tree as it was just after an event: one line for each process, with its endpoints. */
export function picture(tree: Tree, at: number | null): string {
  const lines: (readonly [string, string[]])[] = [];
  const add = (nodes: readonly ProcessNode[]): void => {
    for (const node of nodes) {
      if (!livesAt(node, at)) continue;
      lines.push([node.path, node.endpoints.filter((endpoint) => livesAt(endpoint, at)).map(({ key }) => key)]);
      add(node.children);
    }
  };
  add(tree.roots);
  return pictureOf(lines);
}

/** The live processes of a tree just after an event, as a snapshot tells them. */
export function snapshotOf(tree: Tree, at: number): ProcessInTree[] {
  const found: ProcessInTree[] = [];
  const add = (nodes: readonly ProcessNode[]): void => {
    for (const node of nodes) {
      if (!livesAt(node, at)) continue;
      const { path, name, isVm, since } = node;
      const endpoints = node.endpoints
        .filter((endpoint) => livesAt(endpoint, at))
        .map(({ key, name: called, level, role, handlers }) => ({
          endpoint: key,
          name: called,
          level,
          role,
          handlers,
        }));
      found.push({ process: path, ...(name === undefined ? {} : { name }), vm: isVm, since, endpoints });
      add(node.children);
    }
  };
  add(tree.roots);
  return found;
}
