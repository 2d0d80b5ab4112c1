import type { ReactNode } from "react";
import type { Pause } from "@marketplace/runtime/inspect";
import { useDebuggerState } from "../store/hooks.ts";
import { ProcessLink } from "./event-link.tsx";

const WHY: { readonly [W in Pause["why"]]: string } = {
  pause: "The VM is paused",
  step: "The VM is paused after one turn",
  breakpoint: "A breakpoint is met",
};

/** Says that the VM stands still, and before what. */
export function PausedBanner(): ReactNode {
  const paused = useDebuggerState((state) => state.status?.paused ?? null);
  const isOpen = useDebuggerState((state) => state.link.phase === "open");
  if (paused === null || !isOpen) return null;
  const { why, next } = paused;
  return (
    <div className="banner paused-banner" role="status">
      <strong>{WHY[why]}</strong>
      {next === undefined || next === null ? (
        <span>Nothing is pending.</span>
      ) : (
        <span className="clip">
          next: <ProcessLink path={next.process} /> {next.action} <code>{next.text}</code>
        </span>
      )}
      <span className="hint">
        <kbd>F10</kbd> step <kbd>F8</kbd> resume
      </span>
    </div>
  );
}
