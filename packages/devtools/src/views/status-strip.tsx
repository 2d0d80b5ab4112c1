import type { ReactNode } from "react";
import type { Pause } from "@marketplace/runtime/inspect";
import { useDebugger, useDebuggerState, useScene } from "../store/hooks.ts";
import { ProcessLink } from "./event-link.tsx";
import { secondsText } from "./format.ts";
import { saveRecording, whyNoRecording } from "./recording.ts";

/**
 * Says what is shown, the present or the past, and whether the VM stands still. It is always there, so that nothing moves when one selects
 * an event.
 */
export function StatusStrip(): ReactNode {
  const isPast = useDebuggerState((state) => state.cursor !== null);
  const frozen = useDebuggerState((state) => state.frozen);
  const paused = useDebuggerState((state) => (state.link.phase === "open" ? (state.status?.paused ?? null) : null));
  const tone = isPast ? "past" : paused !== null ? "paused" : frozen !== null ? "past" : "live";
  return (
    <section className={`strip ${tone}`} aria-label="What is shown" role="status">
      {isPast ? <Past /> : paused === null && <Present frozen={frozen !== null} />}
      {paused !== null && <Paused pause={paused} />}
    </section>
  );
}

function Past(): ReactNode {
  const debug = useDebugger();
  const { model, at } = useScene();
  const position = at === null ? -1 : model.log.positionOf(at);
  return (
    <>
      <strong>Viewing the past</strong>
      <span className="clip">
        The tree and states are as they were just after <span className="mono">#{at}</span>
        {position >= 0 && `, ${secondsText(model.log.timeAt(position))} after the recording began`}.
      </span>
      <button type="button" onClick={() => debug.returnToLive()}>
        Return to live <kbd>End</kbd>
      </button>
    </>
  );
}

function Present({ frozen }: { readonly frozen: boolean }): ReactNode {
  const debug = useDebugger();
  const phase = useDebuggerState((state) => state.link.phase);
  if (frozen) {
    return (
      <>
        <strong>The view is frozen</strong>
        <span className="clip">The program runs on, and what happens is collected.</span>
        <button type="button" onClick={() => debug.setFrozen(false)}>
          Unfreeze <kbd>Space</kbd>
        </button>
      </>
    );
  }
  return phase === "file" ? <EndOfRecording /> : <Now />;
}

function Now(): ReactNode {
  const debug = useDebugger();
  const link = useDebuggerState((state) => state.link);
  const denied = useDebuggerState(whyNoRecording);
  return (
    <>
      <span className="clip">
        {link.phase === "open"
          ? "What happens now is shown, and recorded all along. Select an event to see everything as it was then."
          : `Nothing new comes in. ${"reason" in link ? link.reason : "There is no connection to the program yet."}`}
      </span>
      <button
        type="button"

        disabled={denied !== null}
        title={
          denied ??
          "A file with all that is kept: the events that this page has, and the states that the program still knows"
        }
        onClick={() => void saveRecording(debug)}
      >
        Save recording <kbd>Ctrl S</kbd>
      </button>
    </>
  );
}

function EndOfRecording(): ReactNode {
  const debug = useDebugger();
  const live = useDebuggerState((state) => state.live);
  return (
    <>
      <span className="clip">The end of the recording is shown. Select an event to see everything as it was then.</span>
      {live !== null && (
        <button type="button" onClick={() => debug.returnToProgram()}>
          Back to the program
        </button>
      )}
    </>
  );
}

const WHY: { readonly [W in Pause["why"]]: string } = {
  pause: "The VM is paused",
  step: "The VM is paused after one turn",
  breakpoint: "A breakpoint is met",
};

function Paused({ pause: { why, next } }: { readonly pause: Pause }): ReactNode {
  return (
    <>
      <strong className="paused-word">{WHY[why]}</strong>
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
    </>
  );
}
