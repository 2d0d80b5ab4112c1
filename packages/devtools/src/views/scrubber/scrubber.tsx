import "../../theme/canvas.css";
import { scaleLinear } from "d3";
import { useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { Density, GROUPS } from "../../layout/density.ts";
import { useDebugger, useScene } from "../../store/hooks.ts";
import { TwinTable } from "../canvas/twin-table.tsx";
import { useEasel } from "../canvas/use-easel.ts";
import { secondsText } from "../format.ts";
import { drawDensity, PAD } from "./draw-density.ts";

/** While it goes along with what is new it is drawn so often, in milliseconds. */
const LIVE = 120;

/** All that is kept, along the bottom: how much happened when, and a cursor to go back with. */
export function Scrubber(): ReactNode {
  const debug = useDebugger();
  const { model, at, end, isPast } = useScene();
  const density = useMemo(() => new Density(), [model]);
  const [isTable, setTable] = useState(false);
  const dragging = useRef(false);
  const { log } = model;
  density.read(log);
  const from = log.length === 0 ? 0 : log.timeAt(log.first);
  const until = end <= log.first ? from + 1 : Math.max(from + 1, log.timeAt(end - 1));
  const cursor = at === null ? null : timeOf(log.lastUpTo(at));

  function timeOf(position: number): number {
    return position < log.first ? from : log.timeAt(position);
  }

  const { canvas, easel } = useEasel(
    (pen) => {
      drawDensity(pen, { density, from, until, cursor, isPast });
      return false;
    },
    isPast ? 0 : LIVE,
  );

  /** Moves the cursor to the last event up to a time. */
  const goToTime = (time: number): void => goTo(Math.max(log.first, log.lastUntil(time)));
  const goTo = (position: number): void => {
    const within = Math.min(end - 1, Math.max(log.first, position));
    const item = log.at(within);
    if (item === undefined) return;
    if (debug.state.cursor !== item.id) debug.selectEvent(item.id);
  };
  const drag = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (!dragging.current) return;
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    goToTime(scaleLinear([PAD, (easel.current?.width ?? 1) - PAD], [from, until]).clamp(true)(x));
  };
  const here = at === null ? end - 1 : log.lastUpTo(at);
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const twentieth = (until - from) / 20;
    if (event.key === "ArrowLeft") goTo(here - 1);
    else if (event.key === "ArrowRight") goTo(here + 1);
    else if (event.key === "PageDown") goToTime(timeOf(here) - twentieth);
    else if (event.key === "PageUp") goToTime(timeOf(here) + twentieth);
    else if (event.key === "Home") goTo(log.first);
    else if (event.key === "End") debug.returnToLive();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = cursor ?? until;
  return (
    <section className="scrubber" aria-label="Time">
      {isTable && <DensityTable density={density} from={from} until={until} cursor={cursor} onSelect={goToTime} />}
      <div className="strip">
        <div className="picture">
          <canvas
            ref={canvas}
            role="slider"
            tabIndex={0}
            aria-label="Moment shown"
            aria-valuemin={Math.round(from)}
            aria-valuemax={Math.round(until)}
            aria-valuenow={Math.round(shown)}
            aria-valuetext={at === null ? "now" : `${secondsText(shown)}, just after event ${at}`}
            onKeyDown={key}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              dragging.current = true;
              event.currentTarget.setPointerCapture(event.pointerId);
              drag(event);
            }}
            onPointerMove={drag}
            onPointerUp={() => (dragging.current = false)}
            onPointerCancel={() => (dragging.current = false)}
          />
        </div>
        <div className="side-buttons">
          <button type="button" disabled={at === null} onClick={() => debug.returnToLive()}>
            Return to live
          </button>
          <button type="button" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            Table
          </button>
        </div>
      </div>
    </section>
  );
}

interface TableProps {
  readonly density: Density;
  readonly from: number;
  readonly until: number;
  readonly cursor: number | null;
  readonly onSelect: (time: number) => void;
}

/** How many stretches the table divides the time into. */
const STRETCHES = 200;

const COLUMNS = [
  { name: "from", width: "84px", mono: true },
  { name: "to", width: "84px", mono: true },
  ...GROUPS.map(({ name }) => ({ name, width: "1fr" })),
  { name: "missing", width: "1fr" },
];

function DensityTable({ density, from, until, cursor, onSelect }: TableProps): ReactNode {
  const buckets = density.between(from, until, (until - from) / STRETCHES);
  const selected = cursor === null ? -1 : buckets.findLastIndex((bucket) => bucket.from <= cursor);
  return (
    <TwinTable
      label="Events over time"
      columns={COLUMNS}
      count={buckets.length}
      selected={selected}
      onSelect={(row) => onSelect(buckets[row]?.until ?? until)}
      cells={(row) => {
        const bucket = buckets[row];
        if (bucket === undefined) return [];
        return [secondsText(bucket.from), secondsText(bucket.until), ...bucket.counts, bucket.missing].map((cell) =>
          cell === 0 ? "" : cell,
        );
      }}
    />
  );
}
