import {
  vmOf,
  type EndpointInTree,
  type EndpointKey,
  type Ending,
  type EventId,
  type HandlersPresent,
  type ProcessInTree,
  type ProcessPath,
  type RoleJson,
  type StreamItem,
  type Taken,
  type VmPath,
} from "@marketplace/runtime/inspect";

/** How a process ended. */
export interface ProcessEnd {
  readonly event: EventId;
  readonly how: Ending;
  readonly reason: Taken;
}

/** A process, from its beginning to its end: it stays here after that, for a while. */
export interface ProcessNode {
  readonly path: ProcessPath;
  readonly name: string | undefined;
  /** It is a VM: the processes in it are its `children`. */
  readonly isVm: boolean;
  /** Its `spawn` event; 0 where it came before what is known. */
  readonly since: EventId;
  readonly end: ProcessEnd | null;
  /** The latest activation that changed its state; 0 where none is known. */
  readonly changed: EventId;
  /** All that it had and has, in order of creation; those that are gone have `deleted`. */
  readonly endpoints: readonly EndpointNode[];
  /** In order of creation, ended ones included. */
  readonly children: readonly ProcessNode[];
}

/** One life of an endpoint. */
export interface EndpointNode {
  readonly key: EndpointKey;
  readonly process: ProcessPath;
  readonly name: string | number;
  readonly level: number;
  readonly role: RoleJson;
  /** Which handlers it has now; `handlersAt` tells those of an earlier time. */
  readonly handlers: HandlersPresent;
  readonly for: EndpointKey | undefined;
  /** Its `endpoint-added` event; 0 where it came before what is known. */
  readonly added: EventId;
  readonly deleted: { readonly event: EventId; readonly reason: Taken } | null;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Process extends Mutable<ProcessNode> {
  endpoints: Endpoint[];
  children: Process[];
}

interface Endpoint extends Mutable<EndpointNode> {
  /** What its handlers were before each replacement. */
  earlier: { readonly until: EventId; readonly handlers: HandlersPresent }[] | null;
}

/** How many ended processes, and ended endpoints of one process, are kept beyond those whose end is still in the log. */
const MOST_ENDED = 2000;
const MOST_DELETED = 200;

/**
 * Who there is and was. Each process and endpoint knows the events between which it lived, so the tree as it was at any event that is
 * kept is the same tree, looked at with `livesAt`.
 */
export class Tree {
  /** The processes of the ground VM. */
  readonly roots: readonly ProcessNode[] = [];
  /** How many processes live, and how many endpoints those have. */
  processCount = 0;
  endpointCount = 0;
  /** Goes up at every change. */
  changes = 0;
  readonly #processes = new Map<ProcessPath, Process>();
  readonly #endpoints = new Map<EndpointKey, Endpoint>();
  /** Those standing for an endpoint further in, by that one's key. */
  readonly #proxies = new Map<EndpointKey, Endpoint>();
  /** In order of their ends. */
  #ended: Process[] = [];

  process(path: ProcessPath): ProcessNode | undefined {
    return this.#processes.get(path);
  }

  endpoint(key: EndpointKey): EndpointNode | undefined {
    return this.#endpoints.get(key);
  }

  /** The endpoint that stands for this one, one level further out. */
  proxyOf(key: EndpointKey): EndpointNode | undefined {
    return this.#proxies.get(key);
  }

  /** Every process that is remembered, in no particular order. */
  processes(): Iterable<ProcessNode> {
    return this.#processes.values();
  }

  /** Every endpoint that is remembered, in order of appearance. */
  endpoints(): Iterable<EndpointNode> {
    return this.#endpoints.values();
  }

  /** The processes of a VM, ended ones included. */
  inVm(vm: VmPath): readonly ProcessNode[] {
    return vm === "" ? this.roots : (this.#processes.get(vm)?.children ?? []);
  }

  /** Adds a process of a snapshot. */
  add({ process: path, name, vm, since, endpoints }: ProcessInTree): void {
    const process = this.#addProcess(path, name ?? undefined, vm, since);
    for (const endpoint of endpoints) this.#addEndpoint(process, endpoint, 0);
  }

  /** Takes over what an event changes; most change nothing. */
  apply(item: StreamItem): void {
    switch (item.kind) {
      case "activation": {
        const process = item.changed ? this.#processes.get(item.process) : undefined;
        if (process !== undefined) process.changed = item.id;
        return;
      }
      case "spawn":
        this.#addProcess(item.process, item.name ?? undefined, item.vm, item.id);
        return;
      case "exit":
        this.#end(item.process, { event: item.id, how: item.how, reason: item.reason });
        return;
      case "endpoint-added": {
        const process = this.#processes.get(item.process);
        if (process !== undefined) this.#addEndpoint(process, item, item.id);
        return;
      }
      case "endpoint-replaced": {
        const endpoint = this.#endpoints.get(item.endpoint);
        if (endpoint === undefined) return;
        (endpoint.earlier ??= []).push({ until: item.id, handlers: endpoint.handlers });
        endpoint.handlers = item.handlers;
        this.changes++;
        return;
      }
      case "endpoint-deleted": {
        const endpoint = this.#endpoints.get(item.endpoint);
        if (endpoint !== undefined) this.#delete(endpoint, item.id, item.reason);
        return;
      }
      case "gap":
      case "turn":
      case "message":
      case "action":
      case "presence":
      case "absence":
      case "input":
      case "control":
      case "ended":
    }
  }

  /** Forgets some of those that ended before this event. */
  forget(before: EventId): void {
    if (this.#ended.length <= MOST_ENDED * 2) return;
    const old = this.#ended.slice(0, -MOST_ENDED).filter(({ end }) => end !== null && end.event < before);
    if (old.length === 0) return;
    const gone = new Set(old);
    this.#ended = this.#ended.filter((process) => !gone.has(process));
    this.changes++;
    const vms = new Set(old.map(({ path }) => vmOf(path)));
    for (const process of old) {
      this.#processes.delete(process.path);
      for (const endpoint of process.endpoints) this.#forgetEndpoint(endpoint);
    }
    for (const vm of vms) {
      const siblings = this.#siblings(vm);
      if (siblings === undefined) continue;
      const kept = siblings.filter((process) => !gone.has(process));
      siblings.splice(0, siblings.length, ...kept);
    }
  }

  #siblings(vm: VmPath): Process[] | undefined {
    return vm === "" ? (this.roots as Process[]) : this.#processes.get(vm)?.children;
  }

  #addProcess(path: ProcessPath, name: string | undefined, isVm: boolean, since: EventId): Process {
    const process: Process = { path, name, isVm, since, end: null, changed: 0, endpoints: [], children: [] };
    this.#processes.set(path, process);
    this.#siblings(vmOf(path))?.push(process);
    this.processCount++;
    this.changes++;
    return process;
  }

  #addEndpoint(process: Process, of: EndpointInTree, added: EventId): void {
    const { endpoint: key, name, level, role, handlers } = of;
    const node: Endpoint = {
      key,
      process: process.path,
      name,
      level,
      role,
      handlers,
      for: of.for ?? undefined,
      added,
      deleted: null,
      earlier: null,
    };
    this.#endpoints.set(key, node);
    if (node.for !== undefined) this.#proxies.set(node.for, node);
    process.endpoints.push(node);
    this.endpointCount++;
    this.changes++;
    if (process.endpoints.length <= MOST_DELETED * 2) return;
    const deleted = process.endpoints.filter((endpoint) => endpoint.deleted !== null);
    if (deleted.length <= MOST_DELETED * 2) return;
    const old = new Set(deleted.slice(0, -MOST_DELETED));
    for (const endpoint of old) this.#forgetEndpoint(endpoint);
    process.endpoints = process.endpoints.filter((endpoint) => !old.has(endpoint));
  }

  #delete(endpoint: Endpoint, event: EventId, reason: Taken): void {
    if (endpoint.deleted !== null) return;
    endpoint.deleted = { event, reason };
    this.endpointCount--;
    this.changes++;
  }

  #end(path: ProcessPath, end: ProcessEnd): void {
    const process = this.#processes.get(path);
    if (process === undefined || process.end !== null) return;
    process.end = end;
    this.processCount--;
    this.changes++;
    for (const endpoint of process.endpoints) this.#delete(endpoint, end.event, end.reason);
    // All in a VM ends with it; what ended before has its own end.
    for (const child of process.children) if (child.end === null) this.#end(child.path, end);
    this.#ended.push(process);
  }

  #forgetEndpoint(endpoint: Endpoint): void {
    this.#endpoints.delete(endpoint.key);
    if (endpoint.for !== undefined && this.#proxies.get(endpoint.for) === endpoint) this.#proxies.delete(endpoint.for);
  }
}

/** Did it live just after this event? `null` asks for now. */
export function livesAt(node: ProcessNode | EndpointNode, at: EventId | null): boolean {
  const [from, until] = "key" in node ? [node.added, node.deleted?.event] : [node.since, node.end?.event];
  if (at === null) return until === undefined;
  return from <= at && (until === undefined || until > at);
}

/** Had it come to be by this event? `null` asks for now. */
export function knownAt(node: ProcessNode | EndpointNode, at: EventId | null): boolean {
  return at === null || ("key" in node ? node.added : node.since) <= at;
}

/** The handlers that an endpoint had just after an event. */
export function handlersAt(node: EndpointNode, at: EventId | null): HandlersPresent {
  if (at === null) return node.handlers;
  return (node as Endpoint).earlier?.find(({ until }) => until > at)?.handlers ?? node.handlers;
}
