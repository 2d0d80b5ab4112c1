import type { ProcessInTree, StreamItem } from "../../src/inspect/events.ts";
import type { Endpoint } from "../../src/vm/endpoint.ts";
import type { Process } from "../../src/vm/process.ts";
import type { Vm } from "../../src/vm/vm.ts";

/** A tree in the shape in which two are compared: by process, its endpoints and what they stand for. */
export type Shape = { readonly [process: string]: { readonly vm: boolean; readonly endpoints: readonly string[] } };

/** The tree that a VM really has. */
export function liveTree(root: Vm): Shape {
  const shape: Record<string, Shape[string]> = {};
  const visit = (vm: Vm, prefix: string): void => {
    for (const process of vm.processes.values()) {
      const path = `${prefix}${process.pid}`;
      shape[path] = { vm: process.inner !== null, endpoints: endpointsOf(process) };
      if (process.inner !== null) visit(process.inner, `${path}.`);
    }
  };
  visit(root, "");
  return shape;
}

function endpointsOf(process: Process): string[] {
  const shown = [...process.endpoints].map((each) => `0 ${keyOf(each)}${standsFor(each)}`);
  process.meta?.forEach((table, i) =>
    shown.push(...[...table].map((each) => `${i + 1} ${keyOf(each)}${standsFor(each)}`)),
  );
  return shown.toSorted();
}

function standsFor({ target }: Endpoint): string {
  return target === null ? "" : ` for ${keyOf(target)}`;
}

function keyOf({ process, sequence }: Endpoint): string {
  let path = String(process.pid);
  for (let self = process.vm.self; self !== null; self = self.vm.self) path = `${self.pid}.${path}`;
  return `${path}:${sequence}`;
}

/** The tree that a viewer arrives at: a snapshot, and the events after it. */
export function toldTree(processes: readonly ProcessInTree[], events: readonly StreamItem[]): Shape {
  const tree = new Map<string, { vm: boolean; endpoints: Map<string, string> }>();
  for (const { process, vm, endpoints } of processes) {
    const shown = endpoints.map((each): [string, string] => [each.endpoint, show(each.level, each.endpoint, each.for)]);
    tree.set(process, { vm, endpoints: new Map(shown) });
  }
  for (const event of events) {
    if (event.kind === "spawn") tree.set(event.process, { vm: event.vm, endpoints: new Map() });
    else if (event.kind === "exit") {
      for (const path of tree.keys())
        if (path === event.process || path.startsWith(`${event.process}.`)) tree.delete(path);
    } else if (event.kind === "endpoint-added") {
      tree.get(event.process)?.endpoints.set(event.endpoint, show(event.level, event.endpoint, event.for));
    } else if (event.kind === "endpoint-deleted") {
      tree.get(event.endpoint.split(":")[0] as string)?.endpoints.delete(event.endpoint);
    }
  }
  return Object.fromEntries(
    [...tree].map(([path, { vm, endpoints }]) => [path, { vm, endpoints: [...endpoints.values()].toSorted() }]),
  );
}

function show(level: number, endpoint: string, target: string | undefined): string {
  return `${level} ${endpoint}${target === undefined ? "" : ` for ${target}`}`;
}
