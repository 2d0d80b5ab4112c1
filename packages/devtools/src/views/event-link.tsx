import type { ReactNode } from "react";
import type { EventId } from "@marketplace/runtime/inspect";
import { summarize } from "../model/summary.ts";
import { useDebugger, useDebuggerState } from "../store/hooks.ts";
import { Glyph } from "../theme/glyph.tsx";
import { KIND_LOOKS } from "../theme/kinds.ts";

/** An event in a line; a click selects it. */
export function EventLine({
  id,
  depth = 0,
  current = false,
}: {
  readonly id: EventId;
  readonly depth?: number;
  readonly current?: boolean;
}): ReactNode {
  const debug = useDebugger();
  const model = useDebuggerState((state) => state.model);
  const item = model.log.find(id);
  if (item === undefined) return <span className="quiet-text">#{id}, which is no longer kept</span>;
  const { process, text, fault } = summarize(item, model, 160);
  return (
    <button
      type="button"
      className={`event-line${current ? " current" : ""}${fault ? " fault" : ""}`}
      aria-current={current ? "true" : undefined}
      style={{ paddingLeft: 6 + Math.min(depth, 12) * 10 }}
      title={text}
      onClick={() => debug.selectEvent(item.id)}
    >
      <Glyph kind={item.kind} fault={fault} />
      <span className="id">#{item.id}</span>
      <span className="kind">{KIND_LOOKS[item.kind].label}</span>
      <span className="path">{process}</span>
      <span className="mono clip">{text}</span>
    </button>
  );
}

/** An event's number; a click selects it. */
export function EventLink({ id }: { readonly id: EventId }): ReactNode {
  const debug = useDebugger();
  if (id === 0) return <span className="quiet-text">before the recording</span>;
  return (
    <button type="button" className="link" onClick={() => debug.selectEvent(id)}>
      #{id}
    </button>
  );
}

/** A process's path and name; a click selects it. */
export function ProcessLink({ path }: { readonly path: string }): ReactNode {
  const debug = useDebugger();
  const name = useDebuggerState((state) => state.model.tree.process(path)?.name);
  return (
    <button type="button" className="link" onClick={() => debug.select({ kind: "process", path })}>
      {path} {name !== undefined && <span className="quiet-text">{name}</span>}
    </button>
  );
}

/** An endpoint: its key, side and topic; a click selects it. */
export function EndpointLink({ endpoint }: { readonly endpoint: string }): ReactNode {
  const debug = useDebugger();
  return (
    <button type="button" className="link" onClick={() => debug.select({ kind: "endpoint", key: endpoint })}>
      {endpoint}
    </button>
  );
}
