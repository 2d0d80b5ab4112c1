import type { Term } from "../terms/term.ts";
import type { AbsenceEvent, MessageArrival, PresenceEvent } from "./event.ts";
import type { Orientation, Role } from "./role.ts";
import type { Step } from "./transition.ts";

/**
 * A type that cannot be known where it stands: the state of a process where only another one is at hand, or the messages of an endpoint
 * where its topic has been forgotten. Handlers take it, so `unknown` would refuse them all.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- the one place for it
export type Unchecked = any;

/** Names an endpoint within its process; at each meta level there is a name space of its own. */
export type EndpointId = string | number;

/**
 * What an endpoint does when something happens; what is left out is ignored. `S` is the state of the process, `M` the type of
 * the messages, `T` that of the topics in presence and absence.
 */
export interface Handlers<S, M = Term, T = Term> {
  readonly onPresence?: ((event: PresenceEvent<T>, state: S) => Step<S>) | undefined;
  readonly onAbsence?: ((event: AbsenceEvent<T>, state: S) => Step<S>) | undefined;
  readonly onMessage?: ((body: M, state: S, event: MessageArrival<M>) => Step<S>) | undefined;
}

/** `boot` of a process: its first activation, given the PID that its VM has allocated. */
export type Boot<S> = (pid: number) => Step<S>;

/** Add an endpoint; where `id` names one with an equal role already, only the handlers are replaced. */
export interface AddEndpoint<S> {
  readonly type: "add-endpoint";
  readonly id: EndpointId | undefined;
  readonly role: Role;
  readonly handlers: Handlers<S, Unchecked, Unchecked>;
}

export interface DeleteEndpoint {
  readonly type: "delete-endpoint";
  readonly id: EndpointId;
  readonly reason: unknown;
}

export interface SendMessage {
  readonly type: "send-message";
  readonly body: Term;
  readonly orientation: Orientation;
}

/** What the parent of a spawned process does once the child is booted. */
export type OnSpawned<S> = (childPid: number, state: S) => Step<S>;

export interface Spawn<S> {
  readonly type: "spawn";
  /** The child has a state of its own type, which is no concern of the parent's. */
  readonly boot: Boot<Unchecked>;
  readonly name?: string | undefined;
  readonly onSpawned?: OnSpawned<S> | undefined;
  /** Internal: see `Process.pin`. */
  readonly pin?: Pin | undefined;
}

export interface SpawnVm<S> {
  readonly type: "spawn-vm";
  readonly boot: Boot<Unchecked>;
  readonly name?: string | undefined;
  readonly limits?: VmLimits | undefined;
  readonly onSpawned?: OnSpawned<S> | undefined;
  /** Internal: the pin of the inner boot process. */
  readonly pin?: Pin | undefined;
}

export interface Quit {
  readonly type: "quit";
  /** Whose end: a process of the same VM; `undefined` is the process itself. */
  readonly pid: number | undefined;
  readonly reason: unknown;
}

export interface Yield<S> {
  readonly type: "yield";
  readonly continuation: (state: S) => Step<S>;
}

export interface AtMetaLevel<S> {
  readonly type: "at-meta-level";
  readonly action: MetaAction<S>;
}

export type Action<S> =
  | AddEndpoint<S>
  | DeleteEndpoint
  | SendMessage
  | Spawn<S>
  | SpawnVm<S>
  | Quit
  | Yield<S>
  | AtMetaLevel<S>;

/** What may be asked of the container: everything but `yield`, which is a process's own affair. */
export type MetaAction<S> = Exclude<Action<S>, Yield<S>>;

/** Any nesting of arrays of actions; `null`, `undefined` and `false` are skipped. */
export type ActionTree<S> = Action<S> | null | undefined | false | readonly ActionTree<S>[];

/** What a nested VM may hold at most; what would exceed it crashes the process that asked, with `VM_LIMIT`. */
export interface VmLimits {
  readonly processes?: number | undefined;
  readonly endpoints?: number | undefined;
  /** Actions of one process that wait to be performed. */
  readonly pendingActions?: number | undefined;
}

/**
 * Keeps a process without endpoints from being collected: 0 not at all, 1 the process, 2 the process and the VM it lives in.
 * Not for users: a process that nobody can reach has nothing to do.
 */
export type Pin = 0 | 1 | 2;
