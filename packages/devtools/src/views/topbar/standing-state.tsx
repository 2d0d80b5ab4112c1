import type { ReactNode } from "react";
import { useStore } from "zustand";
import type { BrowserVm } from "../../targets/browser-vm.ts";

/** How things stand between a VM of this page and the world, in few words. What is wrong is told in full by the `StandingStrip`. */
export function StandingState({ browserVm }: { readonly browserVm: BrowserVm }): ReactNode {
  const standing = useStore(browserVm.standing);
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
      return <span className="link-state bad">refused ({standing.code})</span>;
    case "lost":
      return <span className="link-state bad">bridge lost</span>;
    case "reconnecting":
      return <span className="link-state bad">reconnecting</span>;
    case "closed":
      return <span className="link-state bad">closed</span>;
  }
}
