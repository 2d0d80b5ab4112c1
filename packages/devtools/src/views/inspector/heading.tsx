import type { ReactNode } from "react";
import { reasonText, subjectOf } from "../../model/summary.ts";
import { briefText } from "../../model/term-text.ts";
import { livesAt } from "../../model/tree.ts";
import { useDebugger, useDebuggerState, useScene } from "../../store/hooks.ts";
import type { Selection } from "../../store/state.ts";
import { Glyph } from "../../theme/glyph.tsx";
import { KIND_LOOKS } from "../../theme/kinds.ts";
import { ProcessLink } from "../event-link.tsx";
import { secondsText } from "../format.ts";
import { copyLink } from "../share.ts";
import { whyNoControl } from "../topbar/control.ts";

/** What is selected, and what can be done with it. */
export function Heading({ selection }: { readonly selection: Selection }): ReactNode {
  switch (selection.kind) {
    case "event":
      return <EventHeading id={selection.id} />;
    case "process":
      return <ProcessHeading path={selection.path} />;
    case "endpoint":
      return <EndpointHeading endpoint={selection.key} />;
  }
}

function EventHeading({ id }: { readonly id: number }): ReactNode {
  const debug = useDebugger();
  const { model } = useScene();
  const item = model.log.find(id);
  if (item === undefined) return <h3 className="heading">#{id} is no longer kept</h3>;
  const process = subjectOf(item);
  return (
    <div className="heading">
      <h3>
        <Glyph kind={item.kind} /> {KIND_LOOKS[item.kind].label} <span className="mono">#{item.id}</span>
      </h3>
      <p>
        {item.kind !== "gap" && <span>at {secondsText(item.t)}</span>}
        {process !== "" && (
          <span>
            {" "}
            in <ProcessLink path={process} />
          </span>
        )}
      </p>
      <button
        type="button"
        className="quiet"
        title="Copy a link to this event"
        onClick={() => void copyLink(debug, id)}
      >
        Link
      </button>
    </div>
  );
}

function ProcessHeading({ path }: { readonly path: string }): ReactNode {
  const debug = useDebugger();
  const { model, at } = useScene();
  const denied = useDebuggerState(whyNoControl);
  const node = model.tree.process(path);
  if (node === undefined) return <h3 className="heading">Process {path} is no longer remembered</h3>;
  const lives = livesAt(node, at);
  return (
    <div className="heading">
      <h3>
        <span className="path">{path}</span> {node.name ?? "process"} {node.isVm && <span className="badge">VM</span>}
      </h3>
      <p className={node.end?.how === "crashed" && !lives ? "fault-text" : undefined}>
        {lives || node.end === null ? "running" : `${node.end.how}${reasonText(node.end.reason)}`}
      </p>
      {node.end === null && (
        <button
          type="button"
          className="danger"
          disabled={denied !== null}
          title={denied ?? "End this process, as a quit of its own would"}
          onClick={() => void debug.command({ command: "kill", process: path })}
        >
          Kill
        </button>
      )}
    </div>
  );
}

function EndpointHeading({ endpoint }: { readonly endpoint: string }): ReactNode {
  const { model, at } = useScene();
  const node = model.tree.endpoint(endpoint);
  if (node === undefined) return <h3 className="heading">Endpoint {endpoint} is no longer remembered</h3>;
  const { orientation, interestType, topic } = node.role;
  return (
    <div className="heading">
      <h3>
        {interestType === "participant" ? "" : `${interestType} `}
        {orientation} <span className="mono clip">{briefText(topic, 120)}</span>
      </h3>
      <p>
        of <ProcessLink path={node.process} />
        {livesAt(node, at) ? "" : ", deleted"}
      </p>
    </div>
  );
}
