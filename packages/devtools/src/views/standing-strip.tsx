import type { ReactNode } from "react";
import { useStore } from "zustand";
import type { Standing } from "../browser-vm/standing.ts";
import { useDebugger, useDebuggerState } from "../store/hooks.ts";
import type { BrowserVm } from "../targets/browser-vm.ts";
import { useCurrentTarget } from "../targets/hooks.ts";

/** What is wrong between a VM of this page and the world, if something is. */
export function StandingStrip(): ReactNode {
  const { browserVm } = useCurrentTarget();
  const isFile = useDebuggerState((state) => state.link.phase === "file");
  return browserVm === null || isFile ? null : <Trouble browserVm={browserVm} />;
}

function Trouble({ browserVm }: { readonly browserVm: BrowserVm }): ReactNode {
  const debug = useDebugger();
  const standing = useStore(browserVm.standing);
  const trouble = troubleOf(standing);
  if (trouble === null) return null;
  const [what, why] = trouble;
  const isOver = standing.phase === "refused" || standing.phase === "closed";
  return (
    <section className="strip fault" role="alert">
      <strong>{what}</strong>
      <span className="clip" title={why}>
        {why}
      </span>
      {isOver && (
        <button type="button" onClick={() => debug.connect(browserVm.start())}>
          Start it again
        </button>
      )}
    </section>
  );
}

function troubleOf(standing: Standing): readonly [what: string, why: string] | null {
  switch (standing.phase) {
    case "connecting":
    case "joined":
    case "listening":
      return null;
    case "refused":
      return ["It may not listen", sentence(`${standing.message} (${standing.code})`)];
    case "lost":
    case "reconnecting":
      return ["The bridge is lost", `${sentence(standing.reason)} The VM runs on, and the bridge is tried again.`];
    case "closed":
      return ["The VM is cut off", sentence(standing.reason)];
  }
}

function sentence(text: string): string {
  return /[.!?)]$/.test(text) ? text : `${text}.`;
}
