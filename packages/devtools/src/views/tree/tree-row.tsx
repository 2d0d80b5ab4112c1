import type { ReactNode } from "react";
import { reasonText } from "../../model/summary.ts";
import { termText } from "../../model/term-text.ts";
import type { EndpointNode } from "../../model/tree.ts";
import type { TreeRow } from "./tree-rows.ts";
import { amountText } from "../../model/amount-text.ts";

interface Props {
  readonly row: TreeRow;
  readonly topicText: (endpoint: EndpointNode) => string;
  readonly onToggle: () => void;
}

/** What stands in a row of the tree. */
export function TreeRowContent({ row, topicText, onToggle }: Props): ReactNode {
  switch (row.kind) {
    case "ground":
      return (
        <>
          <Chevron open={row.open} onToggle={onToggle} />
          <span className="name">ground VM</span>
          <span className="aside">{row.count}</span>
        </>
      );
    case "process": {
      const { node, lives, endpoints, inside, open } = row;
      const end = lives ? null : node.end;
      return (
        <>
          <Chevron open={open} onToggle={onToggle} />
          <span className="path">{node.path}</span>
          <span className="name">{node.name ?? (node.isVm ? "VM" : "process")}</span>
          {node.isVm && <span className="badge">VM</span>}
          {end === null ? (
            <span className="aside">{node.isVm ? inside : endpoints}</span>
          ) : (
            <span
              className={end.how === "crashed" ? "aside fault" : "aside"}
              title={`${end.how}${reasonText(end.reason)}`}
            >
              {end.how}
              {reasonText(end.reason)}
            </span>
          )}
        </>
      );
    }
    case "endpoint": {
      const { orientation, interestType } = row.node.role;
      return (
        <>
          <span className={`pole ${orientation}`} aria-hidden="true" />
          <span className="role">
            {orientation === "publisher" ? "pub" : "sub"}
            {interestType === "participant" ? "" : interestType === "observer" ? " obs" : " all"}
          </span>
          <span className="topic" title={termText(row.node.role.topic, 500)}>
            {topicText(row.node)}
          </span>
          {row.node.level > 0 && (
            <span className="badge" title={`At the meta level: ${row.node.level} out`}>
              ↑{row.node.level}
            </span>
          )}
        </>
      );
    }
    case "more":
      return <span className="more">{amountText(row.hidden)} more that have ended</span>;
  }
}

function Chevron({ open, onToggle }: { readonly open: boolean; readonly onToggle: () => void }): ReactNode {
  return (
    <span
      className={open ? "chevron open" : "chevron"}
      aria-hidden="true"
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
    >
      <svg viewBox="0 0 16 16">
        <path d="M6 4l4 4l-4 4" />
      </svg>
    </span>
  );
}
