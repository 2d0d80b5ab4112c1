import type { ReactNode } from "react";
import { useDebugger, useDebuggerState } from "../store/hooks.ts";

/** What commands led to, at the edge of the page for a while. */
export function Notices(): ReactNode {
  const debug = useDebugger();
  const notices = useDebuggerState((state) => state.notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map(({ id, tone, text }) => (
        <div key={id} className={`notice ${tone}`}>
          <span>{text}</span>
          <button type="button" className="icon" aria-label="Dismiss" onClick={() => debug.dismiss(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
