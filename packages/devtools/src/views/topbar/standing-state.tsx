import type { ReactNode } from "react";
import { useStore } from "zustand";
import type { BrowserVm } from "../../targets/browser-vm.ts";
import { useDebugger } from "../../store/hooks.ts";

/** How things stand between a VM of this page and the world. */
export function StandingState({ browserVm }: { readonly browserVm: BrowserVm }): ReactNode {
  const debug = useDebugger();
  const standing = useStore(browserVm.standing);
  const again = (
    <button type="button" className="inline" onClick={() => debug.connect(browserVm.start())}>
      start it again
    </button>
  );
  switch (standing.phase) {
    case "connecting":
      return <span className="link-state wait">connecting to the bridge</span>;
    case "joined":
      return <span className="link-state wait">connected to the bridge</span>;
    case "listening":
      return (
        <span className="link-state good">
          listening on {standing.host}:{standing.port}
        </span>
      );
    case "refused":
      return (
        <span className="link-state bad" role="alert" title={`${standing.message} (${standing.code})`}>
          refused: {standing.message} {again}
        </span>
      );
    case "lost":
      return (
        <span className="link-state bad" role="alert" title={standing.reason}>
          bridge lost, trying again soon
        </span>
      );
    case "reconnecting":
      return (
        <span className="link-state bad" role="alert" title={standing.reason}>
          bridge lost, reconnecting
        </span>
      );
    case "closed":
      return (
        <span className="link-state bad" role="alert" title={standing.reason}>
          closed: {standing.reason} {again}
        </span>
      );
  }
}
