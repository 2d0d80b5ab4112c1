import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { EventId } from "@marketplace/runtime/inspect";
import type { Model } from "../model/model.ts";
import type { Debugger } from "./debugger.ts";
import type { DebuggerState } from "./state.ts";

export const DebuggerContext: React.Context<Debugger | null> = createContext<Debugger | null>(null);

/** The debugger that this part of the page belongs to. */
export function useDebugger(): Debugger {
  const found = useContext(DebuggerContext);
  if (found === null) throw new Error("a view is used outside of a DebuggerContext");
  return found;
}

/** A part of the state. The selector has to return the same for the same state: no new objects. */
export function useDebuggerState<T>(selector: (state: DebuggerState) => T): T {
  return useStore(useDebugger().store, selector);
}

/** What a view shows. */
export interface Scene {
  readonly model: Model;
  /** Goes up when the model has changed; at most once per animation frame, and never while the view is frozen. */
  readonly version: number;
  /** The event just after which everything is shown, to be given to `livesAt` and the like; null: now. */
  readonly at: EventId | null;
  /** One more than the position of the last event to be shown: while the view is frozen, the log goes on beyond it. */
  readonly end: number;
  /** Is it the past that is shown, because an event is selected? */
  readonly isPast: boolean;
}

/** The model, with what is to be seen of it; the view is drawn again when that changes. */
export function useScene(): Scene {
  const model = useDebuggerState((state) => state.model);
  const cursor = useDebuggerState((state) => state.cursor);
  const frozen = useDebuggerState((state) => state.frozen);
  const version = useDebuggerState((state) => (state.frozen === null ? state.version : -1));
  const end = frozen === null ? model.log.end : model.log.lastUpTo(frozen) + 1;
  return { model, version, at: cursor ?? frozen, end, isPast: cursor !== null };
}

/** The tree, for who shows nothing else: drawn again when it has changed, and not for every event. */
export interface TreeScene {
  readonly tree: Model["tree"];
  /** Goes up when the tree has changed, and never while the view is frozen. */
  readonly changes: number;
  readonly at: EventId | null;
}

export function useTreeScene(): TreeScene {
  const { tree } = useDebuggerState((state) => state.model);
  const changes = useDebuggerState((state) => (state.frozen === null ? state.model.tree.changes : -1));
  const at = useDebuggerState((state) => state.cursor ?? state.frozen);
  return { tree, changes, at };
}
