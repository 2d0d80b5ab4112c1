import type { Vm } from "../vm/vm.ts";
import { DROPPED, NONE } from "./entry.ts";
import { findProcess } from "./paths.ts";
import type { EventId, ProcessPath } from "./events.ts";
import type { Recorder } from "./recorder.ts";

/** A process's state, and the event that it dates from. */
export interface StateAt {
  readonly state: unknown;
  readonly event: EventId;
  /** What it looked like then. */
  readonly print: number;
}

/**
 * The state that a process had just after an event, as far as it is kept.
 *
 * @param root the ground VM
 * @returns `undefined` where there never was such a process as far as is known, `DROPPED` where its state is not kept
 */
export function stateAt(
  recorder: Recorder,
  root: Vm,
  path: ProcessPath,
  at: EventId,
): StateAt | typeof DROPPED | undefined {
  const last = lastState(recorder, root, path);
  if (last !== undefined && last.event <= at) return last.state === DROPPED ? DROPPED : last;
  let found: StateAt | typeof DROPPED | undefined;
  recorder.ring.backward(at, (entry) => {
    if (entry.kind !== "activation" || entry.process !== path || entry.state === NONE) return true;
    found = entry.state === DROPPED ? DROPPED : { state: entry.state, event: entry.id, print: entry.statePrint };
    return false;
  });
  if (found !== undefined) return found;
  recorder.ring.forward(at + 1, (entry) => {
    if (entry.kind !== "activation" || entry.process !== path || entry.state === NONE) return true;
    const kept = entry.before !== NONE && entry.before !== DROPPED;
    found = kept ? { state: entry.before, event: 0, print: entry.beforePrint } : DROPPED;
    return false;
  });
  return found ?? (last === undefined ? undefined : DROPPED);
}

/** The state that a process has, or had when it ended. */
function lastState(recorder: Recorder, root: Vm, path: ProcessPath): StateAt | undefined {
  const process = findProcess(root, path);
  if (process !== undefined) return { state: process.state, ...recorder.stateSince(process) };
  let last: StateAt | undefined;
  recorder.ring.backward(recorder.ring.newest, (entry) => {
    if (entry.kind !== "exit" || entry.process !== path) return true;
    last = { state: entry.state, event: entry.stateSince, print: entry.statePrint };
    return false;
  });
  return last;
}
