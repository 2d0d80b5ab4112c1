import type {
  Action,
  AtMetaLevel,
  Boot,
  DeleteEndpoint,
  EndpointId,
  MetaAction,
  OnSpawned,
  Quit,
  Spawn,
  SpawnVm,
  VmLimits,
  Yield,
  Unchecked,
} from "../model/action.ts";
import type { Step } from "../model/transition.ts";
import { checkFunction, checkId, checkName, checkOptions, NO_OPTIONS } from "../terms/check.ts";
import { badArgument } from "../terms/error.ts";

/** Delete an endpoint of this process; an unknown id does nothing. Those that it met hear of it with this reason, and so does it itself. */
export function deleteEndpoint(id: EndpointId, reason?: unknown): DeleteEndpoint {
  return { type: "delete-endpoint", id: checkId("deleteEndpoint", id), reason };
}

export interface SpawnOptions<S> {
  /** For people: shown in warnings and by the debugger. */
  readonly name?: string | undefined;
  /** Runs in the parent as soon as the child is booted, and tells it the child's PID. */
  readonly onSpawned?: OnSpawned<S> | undefined;
}

/**
 * Start a process in this VM.
 *
 * @param boot its first activation, given its PID: returns its first state and actions
 */
export function spawn<S = Unchecked>(boot: Boot<Unchecked>, options: SpawnOptions<S> = NO_OPTIONS): Spawn<S> {
  checkFunction("spawn: boot", boot);
  checkOptions("spawn: options", options, SPAWN_OPTIONS);
  checkSpawnOptions("spawn", options);
  return { type: "spawn", boot, name: options.name, onSpawned: options.onSpawned };
}

const SPAWN_OPTIONS = ["name", "onSpawned"] as const;
const SPAWN_VM_OPTIONS = [...SPAWN_OPTIONS, "limits"] as const;
const QUIT_OPTIONS = ["pid", "reason"] as const;

export interface SpawnVmOptions<S> extends SpawnOptions<S> {
  /** What the VM may hold at most; left out, there is no bound. */
  readonly limits?: VmLimits | undefined;
}

/**
 * Start a nested VM: a process of this VM that is itself a VM.
 *
 * @param boot of the first process in it, which has PID 0 there
 */
export function spawnVm<S = Unchecked>(boot: Boot<Unchecked>, options: SpawnVmOptions<S> = {}): SpawnVm<S> {
  checkFunction("spawnVm: boot", boot);
  checkOptions("spawnVm: options", options, SPAWN_VM_OPTIONS);
  checkSpawnOptions("spawnVm", options);
  const { name, onSpawned, limits } = options;
  if (limits !== undefined) checkLimits(limits);
  return { type: "spawn-vm", boot, limits, name, onSpawned };
}

/** The same process under another name. */
export function nameProcess<A extends Spawn<Unchecked> | SpawnVm<Unchecked>>(name: string, action: A): A {
  if (action?.type !== "spawn" && action?.type !== "spawn-vm") {
    throw badArgument("nameProcess: action", "what spawn() or spawnVm() returns", action);
  }
  if (typeof name !== "string") throw badArgument("nameProcess: name", "a string", name);
  return { ...action, name };
}

/**
 * End this process, or a sibling. All that it was present for becomes absent, with this reason; the rest of its actions are lost.
 */
export function quit(options: { readonly pid?: number | undefined; readonly reason?: unknown } = NO_OPTIONS): Quit {
  checkOptions("quit: options", options, QUIT_OPTIONS);
  const { pid, reason } = options;
  if (pid !== undefined && (!Number.isInteger(pid) || pid < 0))
    throw badArgument("quit: pid", "a PID, an integer from 0 up", pid);
  return { type: "quit", pid, reason };
}

/**
 * Go on in `then` at this place in the list; what it returns is queued after all that is pending, so that others get their turn. (The
 * original's `yield`, a reserved word here.)
 */
export function yieldThen<S>(then: (state: S) => Step<S>): Yield<S> {
  checkFunction("yieldThen: then", then);
  return { type: "yield", continuation: then };
}

/**
 * The action applies to the VM that contains this one. Endpoints made so are endpoints of the VM process there; their events come
 * back to this process. May be nested, to climb several levels.
 */
export function atMetaLevel<S = Unchecked>(action: MetaAction<S>): AtMetaLevel<S> {
  const type = (action as Action<S> | undefined)?.type;
  if (typeof type !== "string") throw badArgument("atMetaLevel: action", "an action", action);
  return { type: "at-meta-level", action };
}

function checkSpawnOptions<S>(what: string, { name, onSpawned }: SpawnOptions<S>): void {
  if (name !== undefined) checkName(`${what}: name`, name);
  if (onSpawned !== undefined) checkFunction(`${what}: onSpawned`, onSpawned);
}

function checkLimits(limits: VmLimits): void {
  checkOptions("spawnVm: limits", limits, ["processes", "endpoints", "pendingActions"]);
  for (const [what, limit] of Object.entries(limits) as [string, unknown][]) {
    if (limit !== undefined && (!Number.isInteger(limit) || (limit as number) < 1)) {
      throw badArgument(`spawnVm: limits.${what}`, "a positive integer", limit);
    }
  }
}
