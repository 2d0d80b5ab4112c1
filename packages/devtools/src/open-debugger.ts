import type { GroundVm } from "@marketplace/runtime";
import { inPageConnection } from "./connection/in-page.ts";
import { mountDebugger } from "./mount.tsx";

export interface DebuggerOptions {
  /** The element to put the debugger into, which it fills; left out, it covers the lower half of the page. */
  readonly container?: Element | undefined;
  /** What to call the program; left out, the page's title. */
  readonly target?: string | undefined;
}

/**
 * Opens a debugger on a VM that runs in this page: `openDebugger(vm)`.
 *
 * @param vm what `groundVm` returned
 * @returns closes it
 * @throws MarketplaceError `BAD_ARGUMENT` where `vm` is something else
 */
export function openDebugger(vm: GroundVm, { container, target = document.title || "this page" }: DebuggerOptions = {}): () => void {
  const element = container ?? dock();
  const close = mountDebugger(element, inPageConnection(vm, target));
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
