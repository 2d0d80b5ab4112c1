import type { Action, AddEndpoint, DeleteEndpoint, Spawn, SpawnVm, Unchecked, Yield } from "../model/action.ts";
import { describe, MarketplaceError } from "../terms/error.ts";
import { checkRole } from "./actions/add-endpoint.ts";
import { Endpoint, EndpointTable } from "./endpoint.ts";
import type { InternalAction, PendingAction } from "./pending-action.ts";
import type { Process } from "./process.ts";

// What an inner process asks of the meta level. A process keeps its meta-level endpoints itself: adding, replacing and deleting
// one counts at once for what comes in. What has to happen further out is put into its VM's outbox and becomes, when the round is
// over, an action of the VM process (rule 22); the endpoint out there is a proxy that refers to the one here.

/**
 * @param levels how many levels out the action applies, at least 1
 * @throws MarketplaceError `NO_META_LEVEL`, `NO_META_ACTION`, `UNKNOWN_ACTION`, `ROLE_MISMATCH`, `NOT_TRANSFERABLE`
 */
export function askMetaLevel(
  process: Process,
  action: Exclude<PendingAction, { type: "at-meta-level" | "inner-round" | "outer-event" | "traced" }>,
  levels: number,
): void {
  if (reaches(process, levels) === "container") checkOuter(process, action);
  switch (action.type) {
    case "add-endpoint":
      return addMetaEndpoint(process, action, levels);
    case "delete-endpoint":
      return deleteMetaEndpoint(process, action, levels);
    case "spawn":
    case "spawn-vm":
      return spawnAtMetaLevel(process, action, levels);
    case "send-message":
    case "quit":
      return ask(process, action, levels);
    case "add-proxy":
      return relay(
        process,
        new Endpoint(process, action.target, action.target.role, sequence(process), action.target),
        levels,
      );
    case "delete-proxy":
      return goMeta(process, process.meta?.[levels - 1]?.get(action.target), action.reason, levels);
    case "spawn-for":
      process.waiting++;
      return ask(process, { ...action, waiting: [...action.waiting, process] }, levels);
    case "yield":
      throw noMetaAction(action);
    default:
      throw new MarketplaceError("UNKNOWN_ACTION", `atMetaLevel: expected an action, got ${describe(action)}`);
  }
}

/** All meta-level endpoints of a process that ends go with its reason; their own handlers do not run (rule 24). */
export function endMetaEndpoints(process: Process, reason: unknown): void {
  const { meta } = process;
  if (meta === null) return;
  for (let level = 1; level <= meta.length; level++) {
    for (let endpoint = table(process, level).first; endpoint !== null; endpoint = table(process, level).first) {
      goMeta(process, endpoint, reason, level);
    }
  }
}

function addMetaEndpoint(process: Process, { id, role, handlers }: AddEndpoint<unknown>, levels: number): void {
  const existing = id === undefined ? undefined : process.meta?.[levels - 1]?.get(id);
  if (existing !== undefined) {
    checkRole(existing, role);
    existing.setHandlers(handlers);
    const { container, tracer } = process.vm.machine;
    tracer?.endpointReplaced(existing);
    container?.replaced(existing);
    return;
  }
  const order = sequence(process);
  const endpoint = new Endpoint(process, id ?? order, role, order, null);
  endpoint.setHandlers(handlers);
  relay(process, endpoint, levels);
}

function deleteMetaEndpoint(process: Process, { id, reason }: DeleteEndpoint, levels: number): void {
  goMeta(process, process.meta?.[levels - 1]?.get(id), reason, levels);
}

function spawnAtMetaLevel(process: Process, action: Spawn<unknown> | SpawnVm<unknown>, levels: number): void {
  if (action.onSpawned === undefined) return ask(process, action, levels);
  process.waiting++;
  ask(process, { type: "spawn-for", spawn: action, waiting: [process] }, levels);
}

function relay(process: Process, endpoint: Endpoint, levels: number): void {
  process.vm.checkRoomForEndpoint();
  process.vm.endpointCount++;
  table(process, levels).add(endpoint);
  process.vm.machine.tracer?.endpointComes(endpoint, levels);
  ask(process, { type: "add-proxy", target: endpoint }, levels);
}

function goMeta(process: Process, endpoint: Endpoint | undefined, reason: unknown, levels: number): void {
  if (endpoint === undefined) return;
  process.vm.endpointCount--;
  table(process, levels).remove(endpoint);
  process.vm.machine.tracer?.endpointGoes(endpoint, reason);
  ask(process, { type: "delete-proxy", target: endpoint, reason }, levels);
}

/** Leave it for the VM process, which performs it in the container or, from there, asks further. */
function ask(process: Process, action: PendingAction, levels: number): void {
  let asked = action;
  for (let i = 1; i < levels; i++) asked = { type: "at-meta-level", action: asked as InternalAction };
  const { tracer } = process.vm.machine;
  process.vm.outbox.push(tracer === null ? asked : tracer.asksMeta(process.vm, asked));
}

function table(process: Process, level: number): EndpointTable {
  process.meta ??= [];
  while (process.meta.length < level) process.meta.push(new EndpointTable());
  return process.meta[level - 1] as EndpointTable;
}

function sequence(process: Process): number {
  return process.vm.nextSequence();
}

/**
 * What is so many levels out: a VM, or what contains the ground VM.
 *
 * @throws MarketplaceError `NO_META_LEVEL` if there are not so many
 */
function reaches(process: Process, levels: number): "vm" | "container" {
  let self = process.vm.self;
  for (let level = 1; level <= levels; level++) {
    if (self === null) {
      if (process.vm.machine.container !== null && level === levels) return "container";
      throw noMetaLevel(process, levels, level - (process.vm.machine.container === null ? 1 : 0));
    }
    self = self.vm.self;
  }
  return "vm";
}

function noMetaLevel(process: Process, levels: number, there: number): MarketplaceError {
  return new MarketplaceError(
    "NO_META_LEVEL",
    `${process.vm.path(process)} asked for ${levels} meta level${levels === 1 ? "" : "s"}, but there ${
      there === 0 ? "is none: it runs in the ground VM" : `${there === 1 ? "is" : "are"} only ${there}`
    }`,
  );
}

/** What contains the ground VM has endpoints and passes messages, but runs nobody's code, and its processes are none of ours. */
function checkOuter(process: Process, action: Action<Unchecked> | InternalAction): void {
  switch (action.type) {
    case "spawn":
    case "spawn-vm":
      throw noOuterAction(action.type);
    case "quit":
      if (action.pid !== undefined) throw noOuterAction("quit of another process");
      return;
    case "add-endpoint":
    case "send-message":
      return process.vm.machine.container?.check(action);
    default:
  }
}

function noOuterAction(what: string): MarketplaceError {
  return new MarketplaceError(
    "NO_META_ACTION",
    `atMetaLevel(${what}): the container is out of reach of this; expected an endpoint, a message, or quit() to end the VM`,
  );
}

function noMetaAction(action: Yield<unknown>): MarketplaceError {
  return new MarketplaceError(
    "NO_META_ACTION",
    `atMetaLevel(${action.type}): expected an action of the container (endpoint, message, spawn, quit); yieldThen is the process's own`,
  );
}
