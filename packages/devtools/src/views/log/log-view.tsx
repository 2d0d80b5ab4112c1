import { useVirtualizer } from "@tanstack/react-virtual";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { useDebugger, useDebuggerState, useScene } from "../../store/hooks.ts";
import { Code } from "../code.tsx";
import { Empty } from "../empty.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { Pace } from "./pace.ts";
import { RowsInSight } from "./rows-in-sight.tsx";
import { useRows, type Rows } from "./use-rows.ts";
import { amountText } from "../../model/amount-text.ts";

const ROW = 22;

/** How many rows have room, as long as that has not been measured. */
const LIKELY_ROOM = 20;

/** Every event in a row, in order. It follows the newest until a row is selected; End goes back to following. */
export function LogView(): ReactNode {
  const debug = useDebugger();
  const { model, end } = useScene();
  const filter = useDebuggerState((state) => state.filter);
  const selection = useDebuggerState((state) => state.selection);
  const found = useRows(filter);
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useDebuggerState((state) => state.follow);
  const selectedId = selection?.kind === "event" ? selection.id : null;
  const isTail = follows && selectedId === null;
  const [room, setRoom] = useState(LIKELY_ROOM);
  const rows = usePaced(found, room, isTail);
  const virtual = useVirtualizer({
    count: rows.count,
    onChange: ({ scrollRect }) => setRoom(Math.floor((scrollRect?.height ?? 0) / ROW) || LIKELY_ROOM),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 2,
    // Many rows a second would be drawn twice a frame.
    useFlushSync: false,
  });
  useTail(scroller, rows, isTail);
  const selectedRow = selectedId === null ? -1 : rowOfEvent(rows, model.log.positionOf(selectedId));

  useEffect(() => {
    if (selectedRow >= 0 && scroller.current !== null) reveal(scroller.current, selectedRow);
    // When something else is selected, and not when rows come.
  }, [selectedId]);

  const selectRow = (row: number): void => {
    const item = model.log.at(found.position(Math.min(found.count - 1, Math.max(0, row))));
    if (item !== undefined) debug.selectEvent(item.id);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // From the newest of all, which may not be shown yet.
    const from = selectedRow < 0 ? found.count : selectedRow;
    const page = Math.max(1, room - 1);
    if (event.key === "ArrowDown") selectRow(from + 1);
    else if (event.key === "ArrowUp") selectRow(from - 1);
    else if (event.key === "PageDown") selectRow(from + page);
    else if (event.key === "PageUp") selectRow(from - page);
    else if (event.key === "Home") selectRow(0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // Where the list is shorter than it was, or longer, nobody has scrolled.
  const last = useRef({ top: 0, height: 0 });
  const scrolled = (): void => {
    if (scroller.current === null) return;
    const { scrollTop: top, scrollHeight: height, clientHeight } = scroller.current;
    const { current: before } = last;
    last.current = { top, height };
    if (height - top - clientHeight < ROW * 2) debug.setFollow(true);
    else if (top < before.top && height >= before.height) debug.setFollow(false);
  };
  const select = useCallback((id: number) => debug.selectEvent(id), [debug]);
  const items = virtual.getVirtualItems();
  return (
    <div className="log">
      <FilterBar rows={found} total={Math.max(0, end - model.log.first)} />
      {/* A grid of which only the rows in sight exist. */}
      <div
        ref={scroller}
        className="scroller"
        role="grid"
        aria-label="Events"
        aria-rowcount={rows.count + 1}
        aria-colcount={5}
        tabIndex={0}
        onKeyDown={key}
        onScroll={scrolled}
      >
        <div className="log-head" role="row" aria-rowindex={1}>
          <span role="columnheader">event</span>
          <span role="columnheader">time</span>
          <span role="columnheader">kind</span>
          <span role="columnheader">process</span>
          <span role="columnheader">what</span>
        </div>
        <div className="virtual" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          <RowsInSight
            rows={rows}
            from={items[0]?.index ?? 0}
            until={Math.min(rows.count, (items.at(-1)?.index ?? -1) + 1)}
            top={items[0]?.start ?? 0}
            selected={selectedRow}
            onSelect={select}
          />
        </div>
      </div>
      {rows.count === 0 && rows.progress === 1 && <NoRows total={end - model.log.first} />}
      {!isTail && selectedId === null && rows.count > 0 && (
        <button
          type="button"
          className="to-tail"
          onClick={() => {
            debug.setFollow(true);
            scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
          }}
        >
          Follow the newest <kbd>End</kbd>
        </button>
      )}
    </div>
  );
}

/** The rows to be shown now: where they run away from the reader, they are those of a while ago. */
function usePaced(rows: Rows, room: number, isTail: boolean): Rows {
  const pace = useMemo(() => new Pace(), []);
  const [, again] = useReducer((count: number) => count + 1, 0);
  const shown = pace.show(rows, room, isTail);
  const { waits } = pace;
  useEffect(() => {
    if (waits === 0) return undefined;
    const timer = setTimeout(again, waits);
    return () => clearTimeout(timer);
  });
  return shown;
}

/** Scrolls as little as brings a row into sight, below the head of the list. */
function reveal(scroller: HTMLElement, row: number): void {
  const top = row * ROW;
  const bottom = top + 2 * ROW - scroller.clientHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop) scroller.scrollTop = bottom;
}

/** The row of an event, if the filter lets it pass. */
function rowOfEvent(rows: Rows, position: number): number {
  if (position < 0) return -1;
  const row = rows.rowOf(position);
  return row >= 0 && row < rows.count && rows.position(row) === position ? row : -1;
}

/** Keeps the end of the list in sight, or what is in sight where it is. To scroll costs a layout, so nothing is done without need. */
function useTail(scroller: React.RefObject<HTMLDivElement | null>, rows: Rows, follows: boolean): void {
  const before = useRef({ count: -1, gone: rows.gone, follows });
  const { count, gone } = rows;
  useLayoutEffect(() => {
    const element = scroller.current;
    const { current: last } = before;
    before.current = { count, gone, follows };
    if (element === null) return;
    if (!follows) {
      if (gone > last.gone) element.scrollTop -= (gone - last.gone) * ROW;
    } else if (count !== last.count || !last.follows) {
      element.scrollTop = count * ROW + ROW;
    }
  }, [scroller, count, gone, follows]);
}

function NoRows({ total }: { readonly total: number }): ReactNode {
  const debug = useDebugger();
  if (total > 0) {
    return (
      <Empty title="The filter lets nothing pass.">
        <p>
          {amountText(total)} {total === 1 ? "event is" : "events are"} here.{" "}
          <button type="button" onClick={() => debug.setFilter("")}>
            Show all of them
          </button>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has been told yet.">
      <p>
        What happens in the program from now on stands here. Let it do something: connect to it, or send it a message
        from <em>Inject</em>. The chat of <code>npm start</code>, for instance, is joined with
      </p>
      <Code text="nc 127.0.0.1 5999" />
    </Empty>
  );
}
