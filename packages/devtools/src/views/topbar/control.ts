import type { DebuggerState } from "../../store/state.ts";

/** Why the VM cannot be paused, stepped, and so on from here; null where it can. */
export function whyNoControl({ link, target, status }: DebuggerState): string | null {
  if (link.phase === "file") return "A recording cannot be controlled.";
  if (link.phase !== "open" || target === null) return "There is no connection to the program.";
  if (!target.control) return "Looking only: the program was started without { control: true }.";
  if (status?.ended === true) return "The VM has ended.";
  return null;
}
