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
  type WheelEvent,
} from "react";
import type { EventId, ProcessPath } from "@marketplace/runtime/inspect";
import type { Along } from "../../layout/event-scale.ts";
import { LaneIndex } from "../../layout/lane-index.ts";
import { causesOf, effectsOf } from "../../model/chains.ts";
import type { Model } from "../../model/model.ts";
import { summarize } from "../../model/summary.ts";
import { useDebugger, useDebuggerState, useScene } from "../../store/hooks.ts";
import { KIND_LOOKS } from "../../theme/kinds.ts";
import { Tip, type TipAt } from "../canvas/tip.tsx";
import { useEasel } from "../canvas/use-easel.ts";
import { useViewKeys } from "../canvas/use-view-keys.ts";
import { ViewHead } from "../canvas/view-head.tsx";
import { Empty } from "../empty.tsx";
import { Camera } from "./camera.ts";
import { drawSequence, HEAD, LANE, LANES_TOP, rowsOf, type Drawn } from "./draw-sequence.ts";
import { SequenceTable } from "./sequence-table.tsx";
import { amountText } from "../../model/amount-text.ts";

/** How many events are looked at for the first time in one frame. */
const READ = 12_000;

/** Above so many events a second there are no words in a picture that goes along with them. */
const READABLE = 1000;

/** A lane for each process; messages are arrows from what sent them to what ran for them. */
export function SequenceView(): ReactNode {
  const debug = useDebugger();
  const { model, end, isPast } = useScene();
  const selection = useDebuggerState((state) => state.selection);
  const [isTable, setTable] = useState(false);
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const index = useMemo(() => new LaneIndex(model.log), [model]);
  const camera = useMemo(() => new Camera(), [model]);
  const drawn = useRef<Drawn | null>(null);
  const [tip, setTip] = useState<TipAt | null>(null);
  const isRead = index.read(READ);
  const lanes = useLanes(index);
  const { log } = model;
  const selected = selection?.kind === "event" ? selection.id : null;
  const selectedLane = laneOfSelection(model, selection);
  const chain = useChain(model, selected);

  useEffect(() => {
    if (!isRead) requestAnimationFrame(drawAgain);
  });

  const words =
    useDebuggerState((state) => state.frozen !== null || state.rate < READABLE) || !camera.follows || selected !== null;
  const { canvas, easel, redraw } = useEasel((pen) => {
    if (camera.follows && selected === null) camera.follow(log, end);
    const { along, stretch, top } = camera;
    drawn.current = drawSequence(pen, {
      model,
      index,
      lanes,
      end,
      along,
      stretch,
      top,
      gutter: gutterOf(pen.width),
      selected,
      selectedLane,
      chain,
      words,
    });
    return false;
  });

  // What is selected elsewhere comes into sight here.
  useEffect(() => {
    const position = selected === null ? -1 : log.positionOf(selected);
    if (position < 0) return;
    camera.reveal(log, position);
    revealLane(index.pathOf(index.laneAt(position)));
    redraw();
    // Only when something else is selected.
  }, [selected]);

  const height = (): number => Math.max(LANE, (easel.current?.height ?? 400) - HEAD);
  const scrollTo = (top: number): void => {
    camera.top = Math.max(0, Math.min(top, lanes.length * LANE - height() + LANE / 2));
    redraw();
  };
  const revealLane = (path: ProcessPath | undefined): void => {
    const row = path === undefined ? undefined : rowsOf(lanes).get(path);
    if (row === undefined) return;
    if (row * LANE < camera.top || (row + 1) * LANE > camera.top + height()) scrollTo(row * LANE - height() / 2);
  };
  const change = (task: () => void): true => {
    task();
    redraw();
    drawAgain();
    return true;
  };
  const zoom = (factor: number, around = 0.5): true =>
    change(() => camera.zoom(factor, camera.follows && selected === null ? 1 : around));

  /** To the event nearest to the one that is selected, in another lane. */
  const goToLane = (by: number): boolean => {
    if (lanes.length === 0) return false;
    const row = selectedLane === null ? -1 : (rowsOf(lanes).get(selectedLane) ?? -1);
    const next = lanes[Math.min(lanes.length - 1, Math.max(0, row + by))]!;
    revealLane(next);
    const from = selected === null ? -1 : log.positionOf(selected);
    const nearest = from < 0 ? -1 : index.nearest(index.numberOf(next), from);
    if (nearest >= 0) debug.selectEvent(log.idAt(nearest));
    else debug.select({ kind: "process", path: next });
    return true;
  };
  const fit = (): true =>
    change(() => {
      camera.follows = false;
      const positions = [...(chain ?? [])].map((id) => log.positionOf(id)).filter((position) => position >= 0);
      if (positions.length > 1) camera.fit(log, Math.min(...positions), Math.max(...positions));
      else camera.fitAll(log, end);
    });
  useViewKeys(({ key }) => {
    switch (key.toLowerCase()) {
      case ",":
        return goToLane(-1);
      case ".":
        return goToLane(1);
      case "f":
        return fit();
      case "w":
      case "+":
        return zoom(0.7);
      case "s":
      case "-":
        return zoom(1 / 0.7);
      case "a":
        return change(() => camera.pan(-0.15));
      case "d":
        return change(() => camera.pan(0.15));
      default:
        return false;
    }
  });

  const canvasKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowUp") scrollTo(camera.top - LANE);
    else if (event.key === "ArrowDown") scrollTo(camera.top + LANE);
    else if (event.key === "PageUp") scrollTo(camera.top - height());
    else if (event.key === "PageDown") scrollTo(camera.top + height());
    else if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const step = (by: number): void => {
    const from = selected === null ? end : log.positionOf(selected);
    const item = log.at(Math.min(end - 1, Math.max(log.first, from + by)));
    if (item !== undefined) debug.selectEvent(item.id);
  };

  const wheel = (event: WheelEvent): void => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const width = easel.current?.width ?? 1;
    const gutter = gutterOf(width);
    const x = event.clientX - left;
    if (x < gutter || event.shiftKey) scrollTo(camera.top + (event.deltaY === 0 ? event.deltaX : event.deltaY));
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) change(() => camera.pan(event.deltaX / (width - gutter)));
    else zoom(Math.exp(event.deltaY * 0.0018), (x - gutter) / (width - gutter));
  };

  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const pointed = (event: PointerEvent): { x: number; y: number } => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const move = (event: PointerEvent): void => {
    const { x, y } = pointed(event);
    const held = drag.current;
    if (held === null) {
      const id = eventAt(x, y);
      setTip(id === null ? null : { x, y, lines: tipLines(model, id) });
      return;
    }
    if (!held.moved && Math.hypot(x - held.x, y - held.y) < 4) return;
    held.moved = true;
    setTip(null);
    const width = (easel.current?.width ?? 1) - gutterOf(easel.current?.width ?? 1);
    camera.pan((held.x - x) / width);
    camera.top = Math.max(0, Math.min(camera.top + held.y - y, Math.max(0, lanes.length * LANE - height() + LANE / 2)));
    held.x = x;
    held.y = y;
    redraw();
  };
  const release = (event: PointerEvent): void => {
    const held = drag.current;
    drag.current = null;
    if (held === null) return;
    if (held.moved) return drawAgain();
    const { x, y } = pointed(event);
    const id = eventAt(x, y);
    if (id !== null) return debug.selectEvent(id);
    const lane = laneAtPixel(y);
    if (lane !== undefined && x < gutterOf(easel.current?.width ?? 0)) debug.select({ kind: "process", path: lane });
  };
  const laneAtPixel = (y: number): ProcessPath | undefined =>
    y < HEAD ? undefined : lanes[Math.floor((y - HEAD - LANES_TOP + camera.top) / LANE)];

  /** The event under a point. */
  const eventAt = (x: number, y: number): EventId | null => {
    const picture = drawn.current;
    if (picture === null || x < gutterOf(easel.current?.width ?? 0) || y < HEAD) return null;
    let best: EventId | null = null;
    let nearest = 10;
    for (const mark of picture.marks) {
      const distance = Math.hypot(mark.x - x, mark.y - y);
      if (distance < nearest) [best, nearest] = [mark.id, distance];
    }
    if (best !== null || picture.marks.length > 0) return best;
    const lane = laneAtPixel(y);
    if (lane === undefined) return null;
    const { scale } = picture;
    const reach = Math.ceil((scale.end - scale.first) / Math.max(1, easel.current?.width ?? 1)) * 4;
    const position = index.nearest(index.numberOf(lane), scale.positionAt(x), reach);
    return position < 0 ? null : log.idAt(position);
  };

  const setAlong = (along: Along): void => void change(() => camera.setAlong(along, log, end));
  const isEmpty = end <= log.first;
  const following = camera.follows && selected === null;
  return (
    <>
      <ViewHead
        name="Sequence"
        isTable={isTable}
        onTable={setTable}
        about={
          isEmpty
            ? ""
            : `${amountText(lanes.length)} ${lanes.length === 1 ? "lane" : "lanes"}. Wheel zooms, drag moves, a click selects.`
        }
      >
        {!isTable && (
          <>
            <button
              type="button"
              aria-pressed={following}
              onClick={() => (isPast ? debug.returnToLive() : null, void change(() => (camera.follows = !following)))}
            >
              Follow
            </button>
            <button type="button" title="Fit everything, or the chain of the selected event (F)" onClick={fit}>
              Fit
            </button>
            <div className="choice" role="group" aria-label="Along">
              <button type="button" aria-pressed={camera.along === "order"} onClick={() => setAlong("order")}>
                Order
              </button>
              <button type="button" aria-pressed={camera.along === "time"} onClick={() => setAlong("time")}>
                Time
              </button>
            </div>
          </>
        )}
      </ViewHead>
      {isTable ? (
        <SequenceTable model={model} end={end} selected={selected} />
      ) : (
        <div className="picture">
          <canvas
            ref={canvas}
            role="application"
            tabIndex={0}
            aria-label={`Sequence of ${Math.max(0, end - log.first)} events in ${lanes.length} lanes. Arrow keys select events and scroll lanes; the same is in the table.`}
            onKeyDown={canvasKey}
            onWheel={wheel}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              drag.current = { ...pointed(event), moved: false };
              event.currentTarget.setPointerCapture(event.pointerId);
            }}
            onPointerMove={move}
            onPointerUp={release}
            onPointerCancel={() => (drag.current = null)}
            onPointerLeave={() => setTip(null)}
          />
          <Tip at={tip} width={easel.current?.width ?? 0} height={easel.current?.height ?? 0} />
          {isEmpty && (
            <Empty title="Nothing has been told yet.">
              <p>
                Each process that does something gets a lane here, and each message an arrow from its sender to who
                received it.
              </p>
            </Empty>
          )}
        </div>
      )}
    </>
  );
}

function gutterOf(width: number): number {
  return Math.round(Math.min(200, Math.max(110, width * 0.2)));
}

function useLanes(index: LaneIndex): readonly ProcessPath[] {
  const { changes } = index;
  return useMemo(() => index.lanes(), [index, changes]);
}

type Selection = Parameters<ReturnType<typeof useDebugger>["select"]>[0];

function laneOfSelection(model: Model, selection: Selection): ProcessPath | null {
  if (selection === null) return null;
  if (selection.kind === "process") return selection.path;
  if (selection.kind === "endpoint") return selection.key.slice(0, selection.key.indexOf(":"));
  const item = model.log.find(selection.id);
  return item === undefined ? null : summarize(item, model, 0).process || null;
}

/** How many effects of the selected event are followed. */
const MOST_EFFECTS = 400;

/** The events that led to the selected one, itself, and those that came of it. */
function useChain(model: Model, selected: EventId | null): ReadonlySet<EventId> | null {
  return useMemo(() => {
    if (selected === null) return null;
    const ids = new Set<EventId>([selected]);
    for (const { id } of causesOf(selected, model).chain) ids.add(id);
    for (const { item } of effectsOf(selected, model, MOST_EFFECTS).links) ids.add(item.id);
    return ids;
  }, [model, selected]);
}

function tipLines(model: Model, id: EventId): string[] {
  const item = model.log.find(id);
  if (item === undefined) return [];
  const { process, text } = summarize(item, model, 120);
  const name = model.tree.process(process)?.name;
  const lines = [`${KIND_LOOKS[item.kind].label} #${item.id}`, text, `${process} ${name ?? ""}`.trim()];
  if (item.kind !== "gap")
    lines.push(`${(item.t / 1000).toFixed(3)} s${item.cause === 0 ? "" : `, caused by #${item.cause}`}`);
  return lines;
}
