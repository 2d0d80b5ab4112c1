import "../../theme/canvas.css";
import {
  useEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from "react";
import type { EventId } from "@marketplace/runtime/inspect";
import { Meetings, type Grain } from "../../layout/meetings.ts";
import type { Meeting } from "../../layout/standing-pairs.ts";
import { kindNumber } from "../../model/kinds.ts";
import type { Model } from "../../model/model.ts";
import { processOf } from "../../model/summary.ts";
import { termText } from "../../model/term-text.ts";
import { useDebugger, useDebuggerState, useScene } from "../../store/hooks.ts";
import { Tip } from "../canvas/tip.tsx";
import { useEasel } from "../canvas/use-easel.ts";
import { ViewHead } from "../canvas/view-head.tsx";
import { Empty } from "../empty.tsx";
import { CELL, drawMatrix, gutterOf, HEAD, nameOf } from "./draw-matrix.ts";
import { PairTable } from "./pair-table.tsx";

/** How many new pairs are read in one frame. */
const READ = 5000;

interface Spot {
  readonly row: number;
  readonly column: number;
}

/** Who meets whom: at the moment that is shown. */
export function PresenceView(): ReactNode {
  const debug = useDebugger();
  const { model, at, end, isPast } = useScene();
  const selection = useDebuggerState((state) => state.selection);
  const [isTable, setTable] = useState(false);
  const [grain, setGrain] = useState<Grain>("processes");
  const [gone, setGone] = useState(false);
  const [spot, setSpot] = useState<Spot | null>(null);
  const [pointer, setPointer] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const { meetings, isRead } = useMeetings(model, grain);
  const scroller = useRef<HTMLDivElement>(null);
  const { changes } = model.tree;
  const meetingChanges = meetings.changes;
  const { rows, columns } = useMemo(
    () => meetings.axes(at, gone),
    // The tree and the meetings are changed in place.
    [meetings, meetingChanges, changes, at, gone],
  );
  const selected =
    selection?.kind === "process" ? selection.path : selection?.kind === "endpoint" ? processOf(selection.key) : null;
  const cursor = spot !== null && spot.row < rows.length && spot.column < columns.length ? spot : null;

  const { canvas, easel, redraw } = useEasel((pen) => {
    const { scrollLeft = 0, scrollTop = 0 } = scroller.current ?? {};
    drawMatrix(pen, { model, meetings, grain, rows, columns, at, left: scrollLeft, top: scrollTop, cursor, selected });
    return false;
  });
  useEffect(() => {
    if (!isRead) requestAnimationFrame(drawAgain);
  });

  const width = easel.current?.width ?? 600;
  const gutter = gutterOf(width);
  const selectMeeting = ({ from, until, subscriber }: Meeting): void => {
    // An event that is no longer kept cannot be shown: its endpoint can.
    const isOver = until !== null && (at === null || until <= at);
    const event: EventId = isOver ? until : from;
    if (model.log.find(event) === undefined) debug.select({ kind: "endpoint", key: subscriber });
    else debug.selectEvent(event);
  };
  const choose = ({ row, column }: Spot): void => {
    const publisher = rows[row] ?? "";
    const meeting = meetings.latest(publisher, columns[column] ?? "", at);
    if (meeting !== undefined) selectMeeting(meeting);
    else if (grain === "endpoints") {
      // Why they do not meet is told there.
      debug.select({ kind: "endpoint", key: publisher });
      debug.setAspect("why");
    }
  };
  const spotAt = (x: number, y: number): Spot | null => {
    const { scrollLeft = 0, scrollTop = 0 } = scroller.current ?? {};
    const column = Math.floor((x - gutter + scrollLeft) / CELL);
    const row = Math.floor((y - HEAD + scrollTop) / CELL);
    return x >= gutter && y >= HEAD && row < rows.length && column < columns.length ? { row, column } : null;
  };
  const point = (event: PointerEvent): { readonly x: number; readonly y: number } => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = cursor ?? { row: 0, column: 0 };
    const to = (row: number, column: number): void => {
      const next = {
        row: Math.min(rows.length - 1, Math.max(0, row)),
        column: Math.min(columns.length - 1, Math.max(0, column)),
      };
      setSpot(next);
      reveal(scroller.current, next, gutter);
      setPointer(spotMiddle(next, scroller.current, gutter));
    };
    if (event.key === "ArrowDown") to(here.row + 1, here.column);
    else if (event.key === "ArrowUp") to(here.row - 1, here.column);
    else if (event.key === "ArrowRight") to(here.row, here.column + 1);
    else if (event.key === "ArrowLeft") to(here.row, here.column - 1);
    else if (event.key === "Enter" && cursor !== null) choose(cursor);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const goToChange = (by: 1 | -1): void => {
    const position = nextChange(model, at, end, by);
    if (position >= 0) debug.selectEvent(model.log.idAt(position));
    else if (by > 0) debug.returnToLive();
    else debug.notify("Nobody met or parted before this, as far as is known.");
  };
  const isEmpty = rows.length === 0;
  const here =
    cursor === null ? null : tipLines({ model, grain, at }, meetings, rows[cursor.row]!, columns[cursor.column]!);
  return (
    <>
      <ViewHead
        name="Presence"
        isTable={isTable}
        onTable={setTable}
        about={
          <>
            ■ meet ◪ one sees the other ○ parted
            {meetings.whole ? "" : " · of those who met before the recording only some are known"}
          </>
        }
      >
        <button type="button" title="To the moment of the last change before this one" onClick={() => goToChange(-1)}>
          ‹ Change
        </button>
        <button type="button" title="To the moment of the next change" disabled={!isPast} onClick={() => goToChange(1)}>
          Change ›
        </button>
        {!isTable && (
          <>
            <button type="button" aria-pressed={gone} title="Also those who are gone" onClick={() => setGone(!gone)}>
              Gone
            </button>
            <button
              type="button"
              aria-pressed={grain === "endpoints"}
              title="A row and a column for each endpoint"
              onClick={() => setGrain(grain === "endpoints" ? "processes" : "endpoints")}
            >
              Endpoints
            </button>
          </>
        )}
      </ViewHead>
      {isTable ? (
        <PairTable model={model} meetings={meetings} at={at} onSelect={selectMeeting} />
      ) : (
        <div className="picture-and-tip">
          <div ref={scroller} className="scroller picture" onScroll={redraw}>
            <canvas
              ref={canvas}
              role="application"
              tabIndex={0}
              aria-label={`Presence: ${rows.length} publishers and ${columns.length} subscribers. Arrow keys go from cell to cell, Enter selects; the same is in the table.`}
              onKeyDown={key}
              onClick={(event) => {
                const { left, top } = event.currentTarget.getBoundingClientRect();
                const chosen = spotAt(event.clientX - left, event.clientY - top);
                if (chosen !== null) choose(chosen);
              }}
              onPointerMove={(event) => {
                const at2 = point(event);
                setSpot(spotAt(at2.x, at2.y));
                setPointer(at2);
              }}
              onPointerLeave={() => {
                setSpot(null);
                setPointer(null);
              }}
            />
            {/* What there is to scroll. */}
            <div
              className="extent"
              style={{
                width: gutter + columns.length * CELL + 24,
                height: Math.max(0, HEAD + rows.length * CELL + 24 - (easel.current?.height ?? 0)),
              }}
            />
          </div>
          {here !== null && pointer !== null && (
            <Tip at={{ ...pointer, lines: here }} width={width} height={easel.current?.height ?? 0} />
          )}
          {isEmpty && (
            <Empty title="Nobody meets anybody.">
              <p>
                A publisher and a subscriber meet when their topics have something in common and they are in the same
                VM. Each pair gets a cell here, from when they met until they part.
              </p>
            </Empty>
          )}
        </div>
      )}
    </>
  );
}

/** The pairs, as far as they have been read; anew where the model has let some go. */
function useMeetings(model: Model, grain: Grain): { readonly meetings: Meetings; readonly isRead: boolean } {
  const [epoch, beginAnew] = useReducer((count: number) => count + 1, 0);
  const meetings = useMemo(() => (void epoch, new Meetings(model, grain)), [model, grain, epoch]);
  const isRead = meetings.read(READ);
  useEffect(() => {
    if (isRead === null) beginAnew();
  }, [isRead]);
  return { meetings, isRead: isRead !== false };
}

const PRESENCE = kindNumber("presence");
const ABSENCE = kindNumber("absence");

/** The position of the nearest meeting or parting before or after a moment; -1 for none. */
function nextChange({ log }: Model, at: EventId | null, end: number, by: 1 | -1): number {
  for (
    let position = (at === null ? end : log.lastUpTo(at)) + by;
    position >= log.first && position < end;
    position += by
  ) {
    const kind = log.kindAt(position);
    if (kind === PRESENCE || kind === ABSENCE) return position;
  }
  return -1;
}

function reveal(scroller: HTMLDivElement | null, { row, column }: Spot, gutter: number): void {
  if (scroller === null) return;
  const { scrollLeft, scrollTop, clientWidth, clientHeight } = scroller;
  const x = column * CELL;
  const y = row * CELL;
  const left = x < scrollLeft ? x : Math.max(scrollLeft, x + CELL - (clientWidth - gutter));
  const top = y < scrollTop ? y : Math.max(scrollTop, y + CELL - (clientHeight - HEAD));
  scroller.scrollTo({ left, top });
}

function spotMiddle(
  { row, column }: Spot,
  scroller: HTMLDivElement | null,
  gutter: number,
): { readonly x: number; readonly y: number } {
  return {
    x: gutter + (column + 0.5) * CELL - (scroller?.scrollLeft ?? 0),
    y: HEAD + (row + 0.5) * CELL - (scroller?.scrollTop ?? 0),
  };
}

function tipLines(
  scene: { readonly model: Model; readonly grain: Grain; readonly at: EventId | null },
  meetings: Meetings,
  row: string,
  column: string,
): string[] {
  const title = `${row} ${nameOf(scene, row).words} → ${column} ${nameOf(scene, column).words}`;
  const cell = meetings.cell(row, column, scene.at);
  if (cell === undefined) return [title, "do not meet"];
  const lines = cell.now.slice(0, 6).map(({ topic, from, publisherSees, subscriberSees }) => {
    const seen =
      publisherSees && subscriberSees
        ? ""
        : publisherSees
          ? ", the publisher sees"
          : subscriberSees
            ? ", the subscriber sees"
            : ", neither sees";
    return `${from === 0 ? "met before the recording" : `since #${from}`}${seen}: ${termText(topic, 90)}`;
  });
  if (cell.now.length > 6) lines.push(`and ${cell.now.length - 6} more`);
  if (cell.parted > 0) lines.push(cell.parted === 1 ? "one pair has parted" : `${cell.parted} pairs have parted`);
  return [title, ...lines];
}
