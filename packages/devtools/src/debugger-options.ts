import { badArgument, checkOptions } from "@marketplace/runtime";

export interface DebuggerOptions {
  /** The element to put the debugger into, which it fills; left out, it covers the lower half of the page. */
  readonly container?: Element | undefined;
  /** What to call a VM in this page; left out, the page's title. */
  readonly target?: string | undefined;
}

/** @throws MarketplaceError `BAD_ARGUMENT` */
export function checkDebuggerOptions(options: DebuggerOptions): void {
  checkOptions("openDebugger: options", options, ["container", "target"]);
  const { container, target } = options;
  if (container !== undefined && !(container instanceof Element))
    throw badArgument("openDebugger: container", "an element", container);
  if (target !== undefined && typeof target !== "string") throw badArgument("openDebugger: target", "a string", target);
}
