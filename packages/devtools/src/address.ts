import type { Targets, TargetTab } from "./targets/targets.ts";
import type { EventId } from "@marketplace/runtime/inspect";
import type { DebuggerState } from "./store/state.ts";
import { readTargetFragment, readTraceFragment, targetFragment, traceFragment } from "./views/share.ts";

/** Keeps the address, the VM that is shown and the selected event in step: `#/vm/browser`, `#/trace/RUN/8812`. */
export function followAddress(targets: Targets): void {
  /** Where the address leads, until one is there. */
  let event = readTraceFragment(location.hash);
  let vm = readTargetFragment(location.hash);
  const seek = (): void => {
    const found = targets.all.find(({ id }) => id === vm);
    if (found !== undefined) {
      vm = null;
      targets.select(found.id);
    }
    if (event === null) return;
    const of = targets.all.find(({ debug }) => debug.state.target?.run === event?.run);
    if (of === undefined) {
      if (targets.all.some(({ debug }) => debug.state.target === null)) return;
      targets.current.debug.notify(
        "The address leads to an event of another run of the program: open a recording of that run to see it.",
      );
      event = null;
    } else if (of.debug.state.model.log.find(event.id) !== undefined) {
      const { id } = event;
      event = null;
      targets.select(of.id);
      of.debug.selectEvent(id);
    } else {
      const why = whyNotThere(event.id, of.debug.state);
      if (why === null) return;
      targets.current.debug.notify(why);
      event = null;
    }
  };
  const write = (): void => {
    if (event !== null || vm !== null) return;
    const { id, debug } = targets.current;
    const { selection, target } = debug.state;
    const fragment =
      selection?.kind === "event" && target !== null ? traceFragment(target.run, selection.id) : targetFragment(id);
    history.replaceState(null, "", `${location.pathname}${location.search}${fragment}`);
  };
  const follow = ({ debug }: TargetTab): void => {
    debug.store.subscribe((state, before) => {
      // Who selects something before the address has led anywhere does not want to be led away from it.
      if (state.selection !== before.selection && state.selection !== null) event = vm = null;
      if (event !== null && (state.version !== before.version || state.target !== before.target)) seek();
      if (state.selection !== before.selection) write();
    });
  };
  addEventListener("hashchange", () => {
    event = readTraceFragment(location.hash);
    vm = readTargetFragment(location.hash);
    seek();
  });
  for (const target of targets.all) follow(target);
  targets.store.subscribe((state, before) => {
    if (state.current !== before.current) write();
    for (const target of state.targets) if (!before.targets.includes(target)) follow(target);
    if (state.targets !== before.targets) seek();
  });
}

/** Why an event that is not in the log will not come; null where it still may. */
function whyNotThere(id: EventId, { model, status }: DebuggerState): string | null {
  if (id <= model.newest) {
    const { log } = model;
    const oldest = log.length === 0 ? null : log.idAt(log.first);
    return `The address leads to #${id}, which is not among the events that this page has${oldest === null ? "" : `: they begin with #${oldest}`}.`;
  }
  if (status === null || id <= status.buffer.newest) return null;
  return `The address leads to #${id}, which has not happened: the newest event is #${status.buffer.newest}.`;
}
