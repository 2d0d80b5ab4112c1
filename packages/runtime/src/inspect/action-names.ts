import type { SendMessage } from "../model/action.ts";
import type { PendingAction } from "../vm/pending-action.ts";
import type { ActionName } from "./events.ts";

/** What an action is called: what VMs ask of each other is called by what it comes to. */
export function nameOf(action: Exclude<PendingAction, SendMessage | { type: "traced" | "inner-round" }>): ActionName {
  switch (action.type) {
    case "add-proxy":
      return "add-endpoint";
    case "delete-proxy":
      return "delete-endpoint";
    case "spawn-for":
      return action.spawn.type;
    case "add-endpoint":
    case "delete-endpoint":
    case "spawn":
    case "spawn-vm":
    case "quit":
    case "yield":
    case "at-meta-level":
      return action.type;
    default:
      return "unknown";
  }
}

/** What is asked of a meta level, and how many levels out. */
export interface Asked {
  readonly asks: string | null;
  readonly levels: number | null;
}

export const NOTHING_ASKED: Asked = { asks: null, levels: null };

export function askedBy(wrapped: {
  readonly type: "at-meta-level";
  readonly action: { readonly type: string };
}): Asked {
  let asked: { readonly type: string; readonly action?: { readonly type: string } } = wrapped.action;
  let levels = 1;
  while (asked?.type === "at-meta-level" && asked.action !== undefined) {
    asked = asked.action;
    levels++;
  }
  return { asks: asked?.type === "send-message" ? "send-message" : nameOf(asked as never), levels };
}
