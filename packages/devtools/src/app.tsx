import type { ReactNode } from "react";
import { useDebuggerState } from "./store/hooks.ts";
import { useCurrentTarget } from "./targets/hooks.ts";
import { useKeys } from "./views/keys/use-keys.ts";
import { Centre } from "./views/centre.tsx";
import { Dialogs } from "./views/dialogs.tsx";
import { Guarded } from "./views/guarded.tsx";
import { Notices } from "./views/notices.tsx";
import { Scrubber } from "./views/scrubber/scrubber.tsx";
import { SidePanels } from "./views/side-panels.tsx";
import { StandingStrip } from "./views/standing-strip.tsx";
import { StatusStrip } from "./views/status-strip.tsx";
import { TopBar } from "./views/topbar/top-bar.tsx";
import { TreePanel } from "./views/tree/tree-panel.tsx";
import { Welcome } from "./views/welcome.tsx";
import { useLayout } from "./views/use-layout.ts";

/** The centre has room for its tabs, in pixels; a window that is narrower scrolls to the sides. */
const LEAST_CENTRE = 420;

/** The whole debugger. */
export function App(): ReactNode {
  const { root, theme, treeWidth, sideWidth } = useLayout();
  const isEmpty = useDebuggerState((state) => state.connection === null);
  const { id } = useCurrentTarget();
  useKeys(root);
  return (
    <div className="debugger" ref={root} data-theme={theme}>
      <TopBar />
      {isEmpty ? (
        <Welcome />
      ) : (
        // Landmarks, so no panel for assistive technology: what the tabs control is all of them.
        <div className="looked-at" id="target" key={id}>
          <StandingStrip />
          <StatusStrip />
          <div
            className="body"
            style={{ gridTemplateColumns: `${treeWidth}px minmax(${LEAST_CENTRE}px, 1fr) ${sideWidth}px` }}
          >
            <Guarded what="The tree">
              <TreePanel />
            </Guarded>
            <Centre />
            <Guarded what="This panel">
              <SidePanels />
            </Guarded>
          </div>
          <Guarded what="The line of time">
            <Scrubber />
          </Guarded>
        </div>
      )}
      <Dialogs />
      <Notices />
    </div>
  );
}
