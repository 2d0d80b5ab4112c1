import type { Tracer } from "../inspect/tracer.ts";
import { Sending } from "../model/sending.ts";
import { describe, MarketplaceError } from "../terms/error.ts";
import { addEndpoint, addProxy } from "./actions/add-endpoint.ts";
import { atMetaLevel } from "./actions/at-meta-level.ts";
import { deleteEndpoint, deleteProxy } from "./actions/delete-endpoint.ts";
import { endProcess, quit } from "./actions/quit.ts";
import { spawn, spawnFor } from "./actions/spawn.ts";
import { enter, enterForEvent } from "./nested-vm.ts";
import type { PendingAction } from "./pending-action.ts";
import type { Process } from "./process.ts";
import type { Vm } from "./vm.ts";

/** Perform one action of `process`; one that cannot be performed is the end of that process (semantics, rule 20). */
export function perform(process: Process, pending: PendingAction): void {
  const { vm } = process;
  const { tracer } = vm.machine;
  try {
    const action = tracer === null ? pending : tracer.actionBegins(process, pending);
    // What most actions are, without the way through the others.
    if (action instanceof Sending) vm.deliveries.message(action.orientation, action.body, process);
    else performAny(process, action);
  } catch (cause) {
    fail(process, cause, tracer);
  }
}

function fail(process: Process, cause: unknown, tracer: Tracer | null): void {
  tracer?.actionFails(process, cause);
  process.vm.machine.crashed(process, cause);
  endProcess(process, cause);
}

function performAny(process: Process, action: PendingAction): void {
  switch (action.type) {
    case "send-message":
      return process.vm.deliveries.message(action.orientation, action.body, process);
    case "add-endpoint":
      return addEndpoint(process, action);
    case "delete-endpoint":
      return deleteEndpoint(process, action);
    case "spawn":
    case "spawn-vm":
      return spawn(process, action);
    case "quit":
      return quit(process, action);
    case "yield":
      return process.resume(action.continuation);
    case "at-meta-level":
      return atMetaLevel(process, action);
    case "inner-round":
      return enter(process.inner as Vm);
    case "add-proxy":
      return addProxy(process, action.target);
    case "delete-proxy":
      return deleteProxy(process, action.target, action.reason);
    case "spawn-for":
      return spawnFor(process, action);
    case "outer-event":
      process.vm.machine.tracer?.delivers(process.vm);
      return enterForEvent(process.vm, action.target, action.event);
    case "traced":
      return performAny(process, action.action);
    default:
      throw unknownAction(action);
  }
}

function unknownAction(action: never): MarketplaceError {
  return new MarketplaceError(
    "UNKNOWN_ACTION",
    `expected an action as publisher(), sendMessage(), spawn() and the like make them; got ${describe(action)}`,
  );
}
