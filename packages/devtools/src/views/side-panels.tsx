import type { ReactNode } from "react";
import { useDebugger, useDebuggerState } from "../store/hooks.ts";
import type { SidePanel } from "../store/state.ts";
import { Inspector } from "./inspector/inspector.tsx";
import { BreakpointsPanel } from "./panels/breakpoints-panel.tsx";
import { InjectPanel } from "./panels/inject-panel.tsx";
import { Splitter } from "./splitter.tsx";

const PANELS: readonly { readonly panel: SidePanel; readonly name: string; readonly Panel: () => ReactNode }[] = [
  { panel: "inspect", name: "Inspect", Panel: Inspector },
  { panel: "breakpoints", name: "Breakpoints", Panel: BreakpointsPanel },
  { panel: "inject", name: "Inject", Panel: InjectPanel },
];

/** The panels on the right, one at a time. */
export function SidePanels(): ReactNode {
  const debug = useDebugger();
  const current = useDebuggerState((state) => state.panel);
  const breakpoints = useDebuggerState((state) => state.status?.breakpoints.length ?? 0);
  const { Panel } = PANELS.find(({ panel }) => panel === current) ?? PANELS[0]!;
  return (
    <aside className="side" aria-label="Side panel">
      <div className="tabs" role="tablist" aria-label="Panels">
        {PANELS.map(({ panel, name }) => (
          <button
            key={panel}
            id={`panel-${panel}`}
            type="button"
            role="tab"
            aria-selected={panel === current}
            aria-controls="panel"
            onClick={() => debug.setPanel(panel)}
          >
            {name}
            {panel === "breakpoints" && breakpoints > 0 && <span className="count">{breakpoints}</span>}
          </button>
        ))}
      </div>
      <div id="panel" className="panel" role="tabpanel" aria-labelledby={`panel-${current}`}>
        <Panel />
      </div>
      <Splitter of="side" />
    </aside>
  );
}
