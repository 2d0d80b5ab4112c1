import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { TargetTab, Targets } from "./targets.ts";

export const TargetsContext: React.Context<Targets | null> = createContext<Targets | null>(null);

export function useTargets(): Targets {
  const found = useContext(TargetsContext);
  if (found === null) throw new Error("a view is used outside of a TargetsContext");
  return found;
}

/** All that the page looks at. */
export function useAllTargets(): readonly TargetTab[] {
  return useStore(useTargets().store, ({ targets }) => targets);
}

/** The one that is shown. */
export function useCurrentTarget(): TargetTab {
  return useStore(useTargets().store, ({ current }) => current);
}
