import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

/** Also the height of the head, which stays above the rows. */
const ROW = 24;

export interface Column {
  readonly name: string;
  /** The share of the width: a track of a CSS grid, such as `90px` or `2fr`. */
  readonly width: string;
  readonly mono?: boolean;
}

interface Props {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly count: number;
  /** What stands in a row, cell by cell. */
  readonly cells: (row: number) => readonly ReactNode[];
  /** The row that is selected in the debugger; -1 for none. */
  readonly selected?: number;
  /** Chosen by click or Enter. */
  readonly onSelect?: (row: number) => void;
  /** Is the end kept in sight while rows come? */
  readonly follows?: boolean;
}

/** What a picture shows, as a table: of any number of rows, only those in sight exist. */
export function TwinTable({
  label,
  columns,
  count,
  cells,
  selected = -1,
  onSelect,
  follows = false,
}: Props): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    paddingStart: ROW,
    scrollPaddingStart: ROW,
  });
  const tracks = columns.map(({ width }) => (width.endsWith("fr") ? `minmax(0, ${width})` : width)).join(" ");
  const current = Math.min(Math.max(0, selected >= 0 ? selected : focused), Math.max(0, count - 1));
  useEffect(() => {
    if (selected >= 0) virtual.scrollToIndex(selected, { align: "auto" });
    // Only when something else is selected.
  }, [selected]);
  useEffect(() => {
    if (follows && selected < 0 && scroller.current !== null)
      scroller.current.scrollTop = scroller.current.scrollHeight;
  });
  const go = (row: number): void => {
    const next = Math.min(Math.max(0, row), count - 1);
    if (next < 0) return;
    setFocused(next);
    virtual.scrollToIndex(next, { align: "auto" });
    if (selected >= 0) onSelect?.(next);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / ROW) - 1);
    if (event.key === "ArrowDown") go(current + 1);
    else if (event.key === "ArrowUp") go(current - 1);
    else if (event.key === "PageDown") go(current + page);
    else if (event.key === "PageUp") go(current - page);
    else if (event.key === "Home") go(0);
    else if (event.key === "Enter") onSelect?.(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={scroller}
      className="scroller twin"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      tabIndex={0}
      onKeyDown={key}
    >
      <div className="twin-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
        {columns.map(({ name }) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div className="virtual" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            className={`twin-row${index === selected ? " selected" : ""}${index === current ? " focused" : ""}`}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={index === selected}
            style={{ gridTemplateColumns: tracks, transform: `translateY(${start}px)` }}
            onClick={() => {
              setFocused(index);
              onSelect?.(index);
            }}
          >
            {cells(index).map((cell, i) => (
              <span
                key={columns[i]?.name ?? i}
                role="gridcell"
                className={columns[i]?.mono === true ? "mono clip" : "clip"}
              >
                {cell}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
