import type { Debugger } from "./store/debugger.ts";
import { readTraceFragment, traceFragment } from "./views/share.ts";

/** Keeps the address and the selected event in step: `#/trace/RUN/8812`. */
export function followAddress(debug: Debugger): void {
  let wanted = readTraceFragment(location.hash);
  const seek = (): void => {
    const { target, model } = debug.state;
    if (wanted === null || target === null) return;
    if (wanted.run !== target.run) {
      debug.notify(
        "The address leads to an event of another run of the program: open a recording of that run to see it.",
      );
      wanted = null;
    } else if (model.log.find(wanted.id) !== undefined) {
      debug.selectEvent(wanted.id);
      wanted = null;
    }
  };
  addEventListener("hashchange", () => {
    wanted = readTraceFragment(location.hash);
    seek();
  });
  debug.store.subscribe((state, before) => {
    if (wanted !== null && (state.version !== before.version || state.target !== before.target)) seek();
    if (state.selection === before.selection || wanted !== null) return;
    const { selection, target } = state;
    const fragment = selection?.kind === "event" && target !== null ? traceFragment(target.run, selection.id) : "";
    history.replaceState(null, "", `${location.pathname}${location.search}${fragment}`);
  });
}
