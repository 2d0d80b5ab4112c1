import { useEffect, type RefObject } from "react";
import type { Debugger } from "../../store/debugger.ts";
import { useDebugger } from "../../store/hooks.ts";
import { COMMANDS } from "../commands.ts";

/** Lets the keys of all commands work while the focus is in the debugger, or nowhere. */
export function useKeys(root: RefObject<HTMLElement | null>): void {
  const debug = useDebugger();
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || !concerns(event, root.current)) return;
      if (obey(event, debug)) event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [debug, root]);
}

function concerns({ target }: KeyboardEvent, root: HTMLElement | null): boolean {
  return target === document.body || (target instanceof Node && root?.contains(target) === true);
}

/** @returns whether the key meant something */
function obey(event: KeyboardEvent, debug: Debugger): boolean {
  const target = event.target as Element;
  const isWriting = target.matches("input, textarea, select");
  const isHeld = event.ctrlKey || event.metaKey || /^F\d/.test(event.key);
  // What is written is text, and Space presses the button that has the focus.
  if (isWriting && !isHeld) {
    if (event.key === "Escape") (target as HTMLElement).blur();
    return false;
  }
  if (event.key === " " && target.matches("button, [role=tab], [role=separator]")) return false;
  if (debug.state.dialog !== null) return false;
  if (event.key === "Escape") {
    debug.returnToLive();
    debug.select(null);
    return true;
  }
  const command = COMMANDS.find(({ on }) => on?.(event) === true);
  if (command === undefined) return false;
  const denied = command.denied?.(debug.state) ?? null;
  if (denied === null) command.run(debug);
  else debug.notify(denied);
  return true;
}
