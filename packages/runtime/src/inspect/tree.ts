import type { EndpointNode, Entry } from "./entry.ts";
import type { EndpointKey, EventId, ProcessPath } from "./events.ts";

/** A live process as it stands in the tree. */
export interface ProcessNode {
  readonly process: ProcessPath;
  readonly name: string | null;
  readonly vm: boolean;
  readonly since: EventId;
  /** By key, in order of creation. */
  readonly endpoints: Map<EndpointKey, EndpointNode>;
}

/** The processes and endpoints that live at one moment. Events carry it forward. */
export class Tree {
  /** A VM before what is in it. */
  readonly #processes = new Map<ProcessPath, ProcessNode>();

  get processes(): Iterable<ProcessNode> {
    return this.#processes.values();
  }

  copy(): Tree {
    const copy = new Tree();
    for (const node of this.#processes.values()) copy.add({ ...node, endpoints: new Map(node.endpoints) });
    return copy;
  }

  add(node: ProcessNode): void {
    this.#processes.set(node.process, node);
  }

  /** What an event makes of it. */
  apply(entry: Entry): void {
    switch (entry.kind) {
      case "spawn": {
        const { process, name, vm, id } = entry;
        return this.add({ process, name, vm, since: id, endpoints: new Map() });
      }
      case "exit": {
        const isVm = this.#processes.get(entry.process)?.vm === true;
        this.#processes.delete(entry.process);
        if (isVm) this.#removeInside(entry.process);
        return;
      }
      case "endpoint-added":
        this.#processes.get(entry.process)?.endpoints.set(entry.node.endpoint, entry.node);
        return;
      case "endpoint-replaced": {
        const endpoints = this.#processes.get(ownerOf(entry.endpoint))?.endpoints;
        const old = endpoints?.get(entry.endpoint);
        if (old !== undefined) endpoints?.set(entry.endpoint, { ...old, handlers: entry.handlers });
        return;
      }
      case "endpoint-deleted":
        this.#processes.get(ownerOf(entry.endpoint))?.endpoints.delete(entry.endpoint);
        return;
      default:
    }
  }

  #removeInside(vm: ProcessPath): void {
    const prefix = `${vm}.`;
    for (const path of this.#processes.keys()) if (path.startsWith(prefix)) this.#processes.delete(path);
  }
}

function ownerOf(endpoint: EndpointKey): ProcessPath {
  return endpoint.slice(0, endpoint.lastIndexOf(":"));
}
