import type { ReactNode } from "react";
import { summarize } from "../../model/summary.ts";
import { useDebuggerState } from "../../store/hooks.ts";
import { Glyph } from "../../theme/glyph.tsx";
import { KIND_LOOKS } from "../../theme/kinds.ts";

interface Props {
  readonly position: number;
  readonly row: number;
  readonly selected: boolean;
  readonly onSelect: (id: number) => void;
}

export function LogRow({ position, row, selected, onSelect }: Props): ReactNode {
  const model = useDebuggerState((state) => state.model);
  const item = model.log.at(position);
  if (item === undefined) return null;
  const { process, text, fault } = summarize(item, model);
  const unmatched = item.kind === "message" && item.unmatched;
  const name = process === "" ? undefined : model.tree.process(process)?.name;
  return (
    <div
      className={`log-row ${item.kind}${selected ? " selected" : ""}${fault ? " fault" : ""}`}
      role="row"
      aria-rowindex={row + 2}
      aria-selected={selected}
      onClick={() => onSelect(item.id)}
    >
      <span role="gridcell" className="id">
        {item.id}
      </span>
      <span role="gridcell" className="time">
        {(model.log.timeAt(position) / 1000).toFixed(3)}
      </span>
      <span role="gridcell" className="kind">
        <Glyph kind={item.kind} fault={fault} />
        {KIND_LOOKS[item.kind].label}
      </span>
      <span role="gridcell" className="who">
        <span className="path">{process}</span> {name}
      </span>
      <span role="gridcell" className="what">
        {unmatched && <span className="badge warn">unmatched</span>}
        {text}
      </span>
    </div>
  );
}
