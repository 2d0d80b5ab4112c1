import type { Arrival, AbsenceEvent, PresenceEvent } from "../model/event.ts";
import type { Endpoint } from "./endpoint.ts";
import { INNER_ROUND } from "./pending-action.ts";
import type { Process } from "./process.ts";
import type { Vm } from "./vm.ts";

// A nested VM works only inside an action of its container, one round at a time: for an event, a continuation, or an inner round
// that it gave itself. The machine follows it in and, when the round is over, out again.

/** Let the machine go on in `inner`, whose round begins at the machine's next step. */
export function enter(inner: Vm): void {
  inner.machine.current = inner;
}

/**
 * An event has come for a meta-level endpoint of a process in `inner`; one round follows. Where that process is itself a VM, its
 * own round comes first.
 */
export function enterForEvent(inner: Vm, target: Endpoint, event: Arrival | PresenceEvent | AbsenceEvent): void {
  enter(inner);
  if (!target.alive) return;
  const process = target.process;
  if (process.inner === null) process.receive(target, event);
  else enterForEvent(process.inner, target.target as Endpoint, event);
}

/**
 * Run something in a process that lives one or more levels inside `container`, with one round of each VM on the way. Where a process
 * on the way, or the last one, has ended, it is not run, but the rounds up to there take place.
 *
 * @param container `null` is what is outside of the ground VM
 */
export function enterForProcess(container: Vm | null, process: Process, run: (process: Process) => void): void {
  const path: Vm[] = [];
  for (let vm: Vm | null = process.vm; vm !== container && vm !== null; vm = vm.self === null ? null : vm.self.vm)
    path.push(vm);
  for (const vm of path.reverse()) {
    if (vm.self !== null && !vm.self.alive) return;
    enter(vm);
  }
  if (process.alive) run(process);
}

/** The round of `inner` is over: what it asks for is queued with its VM process, after a round that it needs itself. */
export function leave(inner: Vm, self: Process): void {
  const asked = inner.outbox;
  if (!self.ending && self.alive) {
    if (inner.busy > 0) self.enqueue(INNER_ROUND);
    for (let i = 0; i < asked.length; i++) self.enqueue(asked[i] as (typeof asked)[number]);
  }
  if (asked.length > 0) inner.outbox = [];
  inner.machine.current = self.vm;
}
