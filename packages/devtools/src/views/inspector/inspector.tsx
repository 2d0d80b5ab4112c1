import type { ReactNode } from "react";
import { useDebugger, useDebuggerState, useScene } from "../../store/hooks.ts";
import type { Aspect, Selection } from "../../store/state.ts";
import { Empty } from "../empty.tsx";
import { CauseTab } from "./cause-tab.tsx";
import { Details } from "./details.tsx";
import { DiffTab } from "./diff-tab.tsx";
import { Heading } from "./heading.tsx";
import { StateTab } from "./state-tab.tsx";
import { subjectProcess } from "./subject.ts";
import { WhyTab } from "./why-tab.tsx";

const ASPECTS: readonly { readonly aspect: Aspect; readonly name: string }[] = [
  { aspect: "details", name: "Details" },
  { aspect: "state", name: "State" },
  { aspect: "diff", name: "Diff" },
  { aspect: "cause", name: "Cause" },
  { aspect: "why", name: "Why" },
];

/** All about the selection. */
export function Inspector(): ReactNode {
  const debug = useDebugger();
  const selection = useDebuggerState((state) => state.selection);
  const aspect = useDebuggerState((state) => state.aspect);
  if (selection === null) {
    return (
      <Empty title="Select an event, a process or an endpoint.">
        <p>
          Here you see its state, what caused it and what it led to; and for a message, <strong>why</strong> it reached
          an endpoint or not.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <Heading selection={selection} />
      <div className="aspects" role="tablist" aria-label="Aspects of the selection">
        {ASPECTS.map(({ aspect: each, name }) => (
          <button
            key={each}
            id={`aspect-${each}`}
            type="button"
            role="tab"
            aria-selected={each === aspect}
            aria-controls="aspect"
            onClick={() => debug.setAspect(each)}
          >
            {name}
          </button>
        ))}
      </div>
      <div id="aspect" className="scroller aspect" role="tabpanel" aria-labelledby={`aspect-${aspect}`} tabIndex={0}>
        <Shown selection={selection} aspect={aspect} />
      </div>
    </>
  );
}

function Shown({ selection, aspect }: { readonly selection: Selection; readonly aspect: Aspect }): ReactNode {
  const { model } = useScene();
  const process = subjectProcess(selection, model);
  switch (aspect) {
    case "details":
      return <Details selection={selection} />;
    case "state":
      return process === "" ? (
        <Empty title="No process belongs to this event." />
      ) : (
        <StateTab key={process} process={process} />
      );
    case "diff":
      return process === "" ? (
        <Empty title="No process belongs to this event." />
      ) : (
        <DiffTab key={process} process={process} />
      );
    case "cause":
      return <CauseTab selection={selection} />;
    case "why":
      return <WhyTab selection={selection} />;
  }
}
