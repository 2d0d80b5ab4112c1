import type { GroundVm } from "@marketplace/runtime";
import { inPageConnection } from "./connection/in-page.ts";
import { portConnection } from "./connection/port.ts";
import { mountDebugger } from "./mount.tsx";

export interface DebuggerOptions {
  /** The element to put the debugger into, which it fills; left out, it covers the lower half of the page. */
  readonly container?: Element | undefined;
  /** What to call a VM in this page; left out, the page's title. */
  readonly target?: string | undefined;
}

/**
 * Opens a debugger on a VM that runs in this page: `openDebugger(vm)`; or on one that runs in a worker, through a port whose other end has
 * been given to `attachInspector` there.
 *
 * @param vm what `groundVm` returned, or the port
 * @returns closes it
 * @throws MarketplaceError `BAD_ARGUMENT` where `vm` is something else
 */
export function openDebugger(vm: GroundVm | MessagePort, options: DebuggerOptions = {}): () => void {
  const { container, target = document.title || "this page" } = options;
  const connection = vm instanceof MessagePort ? portConnection(vm) : inPageConnection(vm, target);
  const element = container ?? dock();
  let close: () => void;
  try {
    close = mountDebugger(element, connection);
  } catch (error) {
    if (container === undefined) element.remove();
    throw error;
  }
  return () => {
    close();
    if (container === undefined) element.remove();
  };
}

function dock(): Element {
  const element = document.createElement("div");
  element.className = "debugger-dock";
  document.body.append(element);
  return element;
}
