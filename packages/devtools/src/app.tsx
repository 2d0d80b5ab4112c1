import type { ReactNode } from "react";
import { useDebuggerState } from "./store/hooks.ts";
import { useAllTargets, useCurrentTarget } from "./targets/hooks.ts";
import { useKeys } from "./views/keys/use-keys.ts";
import { Centre } from "./views/centre.tsx";
import { Dialogs } from "./views/dialogs.tsx";
import { Notices } from "./views/notices.tsx";
import { Scrubber } from "./views/scrubber/scrubber.tsx";
import { SidePanels } from "./views/side-panels.tsx";
import { StatusStrip } from "./views/status-strip.tsx";
import { TopBar } from "./views/topbar/top-bar.tsx";
import { TreePanel } from "./views/tree/tree-panel.tsx";
import { Welcome } from "./views/welcome.tsx";
import { useLayout } from "./views/use-layout.ts";

/** The whole debugger. */
export function App(): ReactNode {
  const { root, theme, treeWidth, sideWidth } = useLayout();
  const isEmpty = useDebuggerState((state) => state.connection === null);
  const { id } = useCurrentTarget();
  const isTab = useAllTargets().length > 1;
  useKeys(root);
  return (
    <div className="debugger" ref={root} data-theme={theme}>
      <TopBar />
      {isEmpty ? (
        <Welcome />
      ) : (
        <div
          className="looked-at"
          key={id}
          id="target"
          role={isTab ? "tabpanel" : undefined}
          aria-labelledby={isTab ? `target-${id}` : undefined}
        >
          <StatusStrip />
          <div className="body" style={{ gridTemplateColumns: `${treeWidth}px minmax(0, 1fr) ${sideWidth}px` }}>
            <TreePanel />
            <Centre />
            <SidePanels />
          </div>
          <Scrubber />
        </div>
      )}
      <Dialogs />
      <Notices />
    </div>
  );
}
