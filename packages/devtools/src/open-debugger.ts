import type { GroundVm } from "@marketplace/runtime";
import { inPageConnection } from "./connection/in-page.ts";
import { portConnection } from "./connection/port.ts";
import { checkDebuggerOptions, type DebuggerOptions } from "./debugger-options.ts";
import { mountDebugger } from "./mount.tsx";

/**
 * Opens a debugger on a VM that runs in this page: `openDebugger(vm)`; or on one that runs in a worker, through a port whose other end has
 * been given to `attachInspector` there.
 *
 * @param vm what `groundVm` returned, or the port
 * @returns closes it
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function openDebugger(vm: GroundVm | MessagePort, options: DebuggerOptions = {}): () => void {
  checkDebuggerOptions(options);
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
