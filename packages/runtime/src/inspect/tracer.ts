import type { Orientation } from "../model/role.ts";
import type { Term } from "../terms/term.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import type { PendingAction } from "../vm/pending-action.ts";
import type { Process } from "../vm/process.ts";
import type { Vm } from "../vm/vm.ts";

/** Why one of a process's functions runs. */
export type Occasion = "boot" | "message" | "presence" | "absence" | "spawned" | "yield";

/**
 * What a running VM tells whoever watches it. A VM without one asks itself at each of these points whether there is one, and does nothing
 * else. A tracer changes nothing, throws nothing and calls no user's function.
 */
export interface Tracer {
  // What a process does.

  /** One of its functions is about to run. */
  activationBegins(process: Process, on: Occasion, endpoint: Endpoint | null): void;
  /** It has run; its actions are queued and its state is the new one. */
  activationEnds(process: Process): void;
  /** It is going to end because of what was thrown. */
  crashes(process: Process, reason: unknown): void;
  /** An action is being queued. @returns what to queue in its place: the same, and by what it was asked for */
  queues(process: Process, action: PendingAction): PendingAction;

  // What a VM does.

  turnBegins(process: Process): void;
  /** @returns the action itself, where it was queued by {@link queues} or {@link asksMeta} */
  actionBegins(process: Process, action: PendingAction): PendingAction;
  actionFails(process: Process, error: unknown): void;
  /** The action being performed in `vm` asks something of the container; otherwise as {@link queues}. */
  asksMeta(vm: Vm, action: PendingAction): PendingAction;
  /** The message of the action being performed goes to the first `count` of these. */
  routes(process: Process, orientation: Orientation, body: Term, receivers: readonly Endpoint[], count: number): void;
  /** What follows are deliveries of the action being performed in `vm`. */
  delivers(vm: Vm): void;
  endpointComes(endpoint: Endpoint, level: number): void;
  endpointReplaced(endpoint: Endpoint): void;
  endpointGoes(endpoint: Endpoint, reason: unknown): void;
  /** The endpoint that came or goes, and one that it meets. */
  pair(subject: Endpoint, peer: Endpoint, topic: Term, going: boolean, reason: unknown): void;
  processComes(process: Process): void;
  /** It is a VM. */
  vmComes(process: Process): void;
  /** @param collected nobody asked for its end: there was nothing left for it to do */
  processGoes(process: Process, reason: unknown, collected: boolean): void;
  /** The ground VM is about to end all processes. */
  stops(root: Vm, reason: unknown): void;
  /** The ground VM has ended. @param failure what its boot function threw, if it did */
  ends(failure: { readonly thrown: unknown } | null): void;
}

/** May hold a machine. */
export interface Gate {
  /** Is the machine to stop before the next action of `vm`'s turn? */
  stopsBefore(vm: Vm): boolean;
  /** The VM is going to end and can be held no longer. */
  lift(): void;
}
