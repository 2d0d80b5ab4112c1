import type { EventId } from "@marketplace/runtime/inspect";
import type { Debugger } from "../store/debugger.ts";
import type { TargetTab } from "../targets/targets.ts";

/** The fragment that leads to an event of a run: `#/trace/RUN/8812`. The token is not in it. */
export function traceFragment(run: string, id: EventId): string {
  return `#/trace/${encodeURIComponent(run)}/${id}`;
}

/** What a fragment leads to; null where it leads to no event. */
export function readTraceFragment(fragment: string): { readonly run: string; readonly id: EventId } | null {
  const found = /^#\/trace\/([^/]{1,200})\/(\d{1,15})$/.exec(fragment);
  if (found === null) return null;
  try {
    return { run: decodeURIComponent(found[1] ?? ""), id: Number(found[2]) };
  } catch {
    return null;
  }
}

/** The fragment that leads to a VM that the page looks at: `#/vm/browser`; none for the one in Node. */
export function targetFragment(id: TargetTab["id"]): string {
  return id === "node" ? "" : `#/vm/${id}`;
}

/** What a fragment leads to; null where it leads to no VM. */
export function readTargetFragment(fragment: string): TargetTab["id"] | null {
  return fragment === "#/vm/browser" ? "browser" : null;
}

/** Copies a link to an event. */
export async function copyLink(debug: Debugger, id: EventId): Promise<void> {
  const { target } = debug.state;
  if (target === null) return;
  const { origin, pathname, search } = location;
  try {
    await navigator.clipboard.writeText(`${origin}${pathname}${search}${traceFragment(target.run, id)}`);
    debug.notify(
      `A link to #${id} is in the clipboard. It leads there as long as this run of the program, or a recording of it, is open.`,
    );
  } catch {
    debug.notify(`The clipboard cannot be used here. The link ends in ${traceFragment(target.run, id)}`, "fault");
  }
}
