import type { KeyboardEvent, ReactNode } from "react";
import { useDebugger, useDebuggerState } from "../store/hooks.ts";
import type { Tab } from "../store/state.ts";
import { FlowView } from "./flow/flow-view.tsx";
import { Guarded } from "./guarded.tsx";
import { LogView } from "./log/log-view.tsx";
import { PresenceView } from "./presence/presence-view.tsx";
import { SequenceView } from "./sequence/sequence-view.tsx";
import { UnmatchedView } from "./unmatched/unmatched-view.tsx";

const TABS: readonly { readonly tab: Tab; readonly name: string; readonly View: () => ReactNode }[] = [
  { tab: "flow", name: "Flow", View: FlowView },
  { tab: "sequence", name: "Sequence", View: SequenceView },
  { tab: "log", name: "Log", View: LogView },
  { tab: "presence", name: "Presence", View: PresenceView },
  { tab: "unmatched", name: "Unmatched", View: UnmatchedView },
];

/** The views of what happens, one at a time. */
export function Centre(): ReactNode {
  const debug = useDebugger();
  const current = useDebuggerState((state) => state.tab);
  const unmatched = useDebuggerState((state) => (state.version, state.model.unmatched.count));
  const { View } = TABS.find(({ tab }) => tab === current) ?? TABS[0]!;
  const key = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0) return;
    const next = TABS[(TABS.findIndex(({ tab }) => tab === current) + by + TABS.length) % TABS.length]!;
    debug.setTab(next.tab);
    document.getElementById(`tab-${next.tab}`)?.focus();
  };
  return (
    <main className="centre">
      <div className="tabs" role="tablist" aria-label="Views" onKeyDown={key}>
        {TABS.map(({ tab, name }, i) => (
          <button
            key={tab}
            id={`tab-${tab}`}
            type="button"
            role="tab"
            aria-selected={tab === current}
            aria-controls="view"
            tabIndex={tab === current ? 0 : -1}
            title={`${name} (${i + 1})`}
            onClick={() => debug.setTab(tab)}
          >
            {name}
            {tab === "unmatched" && unmatched > 0 && (
              <span className="count">{unmatched > 9999 ? "9999+" : unmatched}</span>
            )}
          </button>
        ))}
      </div>
      <div id="view" className="view" role="tabpanel" aria-labelledby={`tab-${current}`}>
        <Guarded key={current} what="This view">
          <View />
        </Guarded>
      </div>
    </main>
  );
}
