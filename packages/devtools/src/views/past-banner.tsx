import type { ReactNode } from "react";
import { useDebugger, useScene } from "../store/hooks.ts";
import { secondsText } from "./format.ts";

/** Says that what is shown is not now, and leads back. */
export function PastBanner(): ReactNode {
  const debug = useDebugger();
  const { model, at, isPast } = useScene();
  if (!isPast || at === null) return null;
  const position = model.log.positionOf(at);
  const ago = position < 0 ? "" : `, ${secondsText(model.log.timeAt(position))} after the recording began`;
  return (
    <div className="banner past-banner" role="status">
      <strong>Viewing the past</strong>
      <span>
        The tree and states are as they were just after <span className="mono">#{at}</span>
        {ago}.
      </span>
      <button type="button" onClick={() => debug.returnToLive()}>
        Return to live <kbd>End</kbd>
      </button>
    </div>
  );
}
