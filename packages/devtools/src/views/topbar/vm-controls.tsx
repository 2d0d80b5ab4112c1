import type { ReactNode } from "react";
import { useDebugger, useDebuggerState } from "../../store/hooks.ts";
import type { Link } from "../../store/state.ts";
import { whyNoControl } from "./control.ts";

/** *Freeze view* concerns this page, *Pause VM* the program: two buttons that say so. */
export function VmControls(): ReactNode {
  const debug = useDebugger();
  const frozen = useDebuggerState((state) => state.frozen !== null);
  const paused = useDebuggerState((state) => state.status?.paused ?? null);
  const denied = useDebuggerState(whyNoControl);
  const phase = useDebuggerState((state) => state.link.phase);
  const isFile = phase === "file";
  return (
    <div className="vm-controls" role="group" aria-label="Freeze and pause">
      <span className={phase === "open" && paused === null && !frozen ? "mode live" : "mode"}>
        {modeText(paused !== null, frozen, phase)}
      </span>
      <button
        type="button"
        aria-pressed={frozen}
        title="The view stands still; events are still collected, and the program runs on (Space)"
        onClick={() => debug.setFrozen(!frozen)}
      >
        {frozen ? "Unfreeze view" : "Freeze view"}
      </button>
      {paused === null ? (
        <button
          type="button"
          disabled={denied !== null}
          title={denied ?? "The program performs no further action until it is resumed (F8)"}
          onClick={() => void debug.command({ command: "pause" })}
        >
          Pause VM
        </button>
      ) : (
        <button
          type="button"
          className="primary"
          disabled={denied !== null}
          title={denied ?? "The program goes on (F8)"}
          onClick={() => void debug.command({ command: "resume" })}
        >
          Resume VM
        </button>
      )}
      <button
        type="button"
        disabled={denied !== null}
        title={denied ?? "One turn of the innermost VM that is next (F10)"}
        onClick={() => void debug.command({ command: "step" })}
      >
        Step
      </button>
      {denied !== null && !isFile && <span className="denied">{denied}</span>}
    </div>
  );
}

function modeText(paused: boolean, frozen: boolean, phase: Link["phase"]): string {
  if (phase === "file") return "Recording";
  if (phase !== "open") return "Offline";
  if (paused) return "Paused";
  return frozen ? "Frozen" : "Live";
}
