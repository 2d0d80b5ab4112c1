import { useEffect, useState } from "react";
import type { EventId, ProcessPath, StateResult } from "@marketplace/runtime/inspect";
import type { Debugger } from "../../store/debugger.ts";
import { useDebugger } from "../../store/hooks.ts";

/** A process's state as it was fetched: the answer, why there is none, or not yet. */
export type Fetched = StateResult | { readonly failed: string } | null;

/** How many answers about the past are remembered: those do not change. */
const MOST = 300;

const known = new WeakMap<Debugger, Map<string, StateResult>>();

/** Asks for a state, or remembers the answer. */
async function fetchState(debug: Debugger, process: ProcessPath, at: EventId): Promise<StateResult> {
  const remembered = known.get(debug) ?? new Map<string, StateResult>();
  known.set(debug, remembered);
  const key = `${debug.state.target?.run ?? ""} ${process} ${at}`;
  const found = remembered.get(key);
  if (found !== undefined) return found;
  const result = await debug.request({ command: "state", process, at });
  remembered.set(key, result);
  if (remembered.size > MOST) remembered.delete(remembered.keys().next().value ?? "");
  debug.keepState({ type: "state", process, event: result.event, value: result.value });
  return result;
}

/**
 * A process's state just after an event, fetched again when that changes. What was there stays until the new one has come.
 *
 * @param at null: nothing is asked for
 */
export function useStateAt(process: ProcessPath, at: EventId | null): Fetched {
  const debug = useDebugger();
  const [fetched, setFetched] = useState<Fetched>(null);
  useEffect(() => {
    if (at === null) return undefined;
    let wanted = true;
    fetchState(debug, process, at).then(
      (result) => wanted && setFetched(result),
      (error: unknown) => wanted && setFetched({ failed: (error as Error).message }),
    );
    return () => {
      wanted = false;
    };
  }, [debug, process, at]);
  return at === null ? null : fetched;
}
