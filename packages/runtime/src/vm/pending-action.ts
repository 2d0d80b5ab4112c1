import type { Action, Spawn, SpawnVm, Unchecked } from "../model/action.ts";
import type { OuterEvent } from "./container.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Process } from "./process.ts";

/** A VM process's own work: one round of the VM inside it (semantics, rule 22). */
export interface InnerRound {
  readonly type: "inner-round";
}

/** On behalf of an inner process: an endpoint here, whose events go to `target`, that process's meta-level endpoint. */
export interface AddProxy {
  readonly type: "add-proxy";
  readonly target: Endpoint;
}

export interface DeleteProxy {
  readonly type: "delete-proxy";
  readonly target: Endpoint;
  readonly reason: unknown;
}

/** A spawn that an inner process asked for, and wants to hear of. */
export interface SpawnFor {
  readonly type: "spawn-for";
  readonly spawn: Spawn<unknown> | SpawnVm<unknown>;
  /** The process whose continuation it is, then the VM processes between it and the level where the child is spawned. */
  readonly waiting: readonly Process[];
}

/** What VMs ask of their containers beside a user's actions. */
export type InternalAction = AddProxy | DeleteProxy | SpawnFor;

/** An internal action that is to be performed further out than one level. */
export interface InternalAtMetaLevel {
  readonly type: "at-meta-level";
  readonly action: InternalAction | InternalAtMetaLevel;
}

/** An action, and the event that asked for it. There are such only while somebody traces the VM. */
export interface Traced {
  readonly type: "traced";
  readonly action: UntracedAction;
  readonly cause: number;
}

type UntracedAction = Action<Unchecked> | InternalAction | InternalAtMetaLevel | InnerRound | OuterEvent;

/** What a process's queue holds. */
export type PendingAction = UntracedAction | Traced;

export const INNER_ROUND: InnerRound = { type: "inner-round" };

/** The action alone. */
export function untraced(action: PendingAction): UntracedAction {
  return action.type === "traced" ? action.action : action;
}
