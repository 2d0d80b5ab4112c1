import { describe, MarketplaceError } from "../terms/error.ts";
import { addEndpoint, addProxy } from "./actions/add-endpoint.ts";
import { atMetaLevel } from "./actions/at-meta-level.ts";
import { deleteEndpoint, deleteProxy } from "./actions/delete-endpoint.ts";
import { endProcess, quit } from "./actions/quit.ts";
import { sendMessage } from "./actions/send-message.ts";
import { spawn, spawnFor } from "./actions/spawn.ts";
import { enter, enterForEvent } from "./nested-vm.ts";
import type { PendingAction } from "./pending-action.ts";
import type { Process } from "./process.ts";
import type { Vm } from "./vm.ts";

/** Perform one action of `process`; one that cannot be performed is the end of that process (semantics, rule 20). */
export function perform(process: Process, action: PendingAction): void {
  const { tracer } = process.vm.machine;
  try {
    performOrThrow(process, tracer === null ? action : tracer.actionBegins(process, action));
  } catch (cause) {
    if (tracer !== null) tracer.actionFails(process, cause);
    process.vm.machine.crashed(process, cause);
    endProcess(process, cause);
  }
}

function performOrThrow(process: Process, action: PendingAction): void {
  switch (action.type) {
    case "send-message":
      return sendMessage(process, action);
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
      return performOrThrow(process, action.action);
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
