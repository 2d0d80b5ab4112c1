import { memo, useMemo, type ReactNode } from "react";
import { Elements } from "./elements.ts";
import { LogRow } from "./log-row.tsx";
import type { Rows } from "./use-rows.ts";

interface Props {
  readonly rows: Rows;
  /** The first row in sight, one more than the last, and where the first one begins, in pixels. */
  readonly from: number;
  readonly until: number;
  readonly top: number;
  readonly selected: number;
  readonly onSelect: (id: number) => void;
}

/** The rows that exist, one below the other. */
export const RowsInSight: (props: Props) => ReactNode = memo(function RowsInSight(props: Props): ReactNode {
  const { rows, from, until, top, selected, onSelect } = props;
  const count = Math.max(0, until - from);
  const elements = useMemo(() => new Elements(), []);
  return (
    <div className="in-sight" style={{ transform: `translateY(${top}px)` }}>
      {elements.keys(rows.gone + from, count).map((key, place) => {
        const row = from + place;
        return (
          <LogRow key={key} position={rows.position(row)} row={row} selected={row === selected} onSelect={onSelect} />
        );
      })}
    </div>
  );
});
