import "../../theme/canvas.css";
import { select, zoom, zoomIdentity, type ZoomBehavior, type ZoomTransform } from "d3";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import type { ProcessPath } from "@marketplace/runtime/inspect";
import { flowBoxes } from "../../layout/flow-boxes.ts";
import { flowLayout, type FlowLayout } from "../../layout/flow-layout.ts";
import { movesOf } from "../../layout/flow-moves.ts";
import { Slots } from "../../layout/slots.ts";
import type { Model } from "../../model/model.ts";
import { processOf, subjectOf, summarize } from "../../model/summary.ts";
import { meetsAt } from "../../model/pairs.ts";
import { useDebugger, useDebuggerState, useScene } from "../../store/hooks.ts";
import type { Selection } from "../../store/state.ts";
import { KIND_LOOKS } from "../../theme/kinds.ts";
import { Layer } from "../canvas/layer.ts";
import { Tip, type TipAt } from "../canvas/tip.tsx";
import { useEasel } from "../canvas/use-easel.ts";
import { useReducedMotion } from "../canvas/use-reduced-motion.ts";
import { useViewKeys } from "../canvas/use-view-keys.ts";
import { ViewHead } from "../canvas/view-head.tsx";
import { drawFlow } from "./draw-flow.ts";
import { FlowTable, roleText } from "./flow-table.tsx";
import { pointedAt, type Pointed } from "./pointing.ts";
import { Stage, STEP } from "./stage.ts";
import { amountText } from "../../model/amount-text.ts";

/** A picture wider than high, as the place for it mostly is. */
const ASPECT = 1.2;

/** The network at work: VMs with their strips, processes that stand on them, and what goes between. */
export function FlowView(): ReactNode {
  const debug = useDebugger();
  const { model, at, end, isPast, version } = useScene();
  const selection = useDebuggerState((state) => state.selection);
  const [isTable, setTable] = useState(false);
  const [opened, setOpened] = useState<ReadonlyMap<ProcessPath, boolean>>(new Map());
  const still = useReducedMotion();
  const slots = useMemo(() => new Slots(), [model]);
  const stage = useMemo(() => new Stage(), [model]);
  const backdrop = useMemo(() => new Layer(), []);
  const { changes } = model.tree;
  const layout = useMemo(
    () => flowLayout(flowBoxes(model.tree, { at, slots, opened }), ASPECT),
    // The tree is changed in place: `changes` says when.
    [model, changes, at, slots, opened],
  );
  const selectedProcess = processOfSelection(model, selection);
  const peers = usePeers(model, selection, at);
  const selectedMoves = useMemo(() => {
    const item = selection?.kind === "event" ? model.log.find(selection.id) : undefined;
    return item === undefined ? [] : movesOf(item, layout, model);
  }, [selection, layout, model]);
  const transform = useRef<ZoomTransform>(zoomIdentity);
  /** Is the whole picture kept in sight? Until somebody moves it. */
  const fitted = useRef(true);
  const [tip, setTip] = useState<TipAt | null>(null);

  const { canvas, easel, redraw } = useEasel((pen) => {
    if (isPast) stage.skip(end);
    stage.setLayout(layout, pen.now, still);
    stage.advance(model, end, pen.now, still);
    if (fitted.current) transform.current = fitting(layout, pen.width, pen.height, transform.current);
    const moves = stage.tidy(pen.now);
    const selectedEndpoint = selection?.kind === "endpoint" ? selection.key : null;
    drawFlow(
      pen,
      {
        model,
        layout,
        stage,
        transform: transform.current,
        selectedProcess,
        selectedEndpoint,
        selectedMoves,
        peers,
        still,
      },
      backdrop,
    );
    return moves && !still;
  });

  // Without motion, ways that are over have to go all the same.
  useEffect(() => {
    if (!still) return undefined;
    const timer = setTimeout(redraw, STEP + 50);
    return () => clearTimeout(timer);
  }, [still, version, redraw]);

  const zooming = useRef<ZoomBehavior<HTMLCanvasElement, unknown> | null>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const chosen = select(element);
    // The zoom begins from what is shown, also where that was fitted.
    const begin = (): void => void chosen.property("__zoom", transform.current);
    element.addEventListener("wheel", begin, { capture: true, passive: true });
    element.addEventListener("pointerdown", begin, { capture: true });
    const behaviour = zoom<HTMLCanvasElement, unknown>()
      .scaleExtent([0.04, 3])
      .on("zoom", ({ transform: next }: { readonly transform: ZoomTransform }) => {
        fitted.current = false;
        transform.current = next;
        setTip(null);
        redraw();
      });
    zooming.current = behaviour;
    chosen.call(behaviour).on("dblclick.zoom", null);
    return () => {
      chosen.on(".zoom", null);
      element.removeEventListener("wheel", begin, { capture: true });
      element.removeEventListener("pointerdown", begin, { capture: true });
    };
  }, [canvas, redraw, isTable]);

  const fit = (): true => {
    fitted.current = true;
    redraw();
    return true;
  };
  const scaleBy = (factor: number): true => {
    const element = canvas.current;
    const behaviour = zooming.current;
    if (element === null || behaviour === null) return true;
    behaviour.scaleBy(select(element).property("__zoom", transform.current), factor);
    return true;
  };
  useViewKeys(({ key }) =>
    key.toLowerCase() === "f" ? fit() : key === "+" ? scaleBy(1.3) : key === "-" ? scaleBy(1 / 1.3) : false,
  );

  const toggle = (path: ProcessPath): void => {
    const open = layout.byPath.get(path)?.box.open === true;
    setOpened(new Map(opened).set(path, !open));
  };
  const pointed = (
    event: PointerEvent | MouseEvent,
  ): { readonly x: number; readonly y: number; readonly what: Pointed | null } => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    const x = event.clientX - left;
    const y = event.clientY - top;
    const [px, py] = transform.current.invert([x, y]);
    return { x, y, what: pointedAt(layout, stage, { x: px, y: py }, 9 / transform.current.k, performance.now()) };
  };
  const click = (event: MouseEvent): void => {
    const { what } = pointed(event);
    if (what === null) return;
    if (what.kind === "move") debug.selectEvent(what.id);
    else if (what.kind === "pin") debug.select({ kind: "endpoint", key: what.key });
    else if (what.isToggle) toggle(what.placed.box.path);
    else if (what.placed.box.path !== "") debug.select({ kind: "process", path: what.placed.box.path });
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = selectedProcess ?? "";
    if (event.key === "Enter") {
      if (layout.byPath.get(here)?.box.isVm === true) toggle(here);
    } else {
      const next = neighbour(layout, here, event.key);
      if (next === undefined) return;
      if (next !== "") debug.select({ kind: "process", path: next });
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const ground = layout.byPath.get("");
  const closed = layout.boxes.filter(({ box }) => box.isVm && !box.open).length;
  return (
    <>
      <ViewHead name="Flow" isTable={isTable} onTable={setTable} about={<Legend closed={closed} />}>
        {!isTable && (
          <button type="button" title="Everything in sight (F)" onClick={fit}>
            Fit
          </button>
        )}
      </ViewHead>
      {isTable ? (
        <FlowTable model={model} at={at} selected={selectedProcess} />
      ) : (
        <div className="picture">
          <canvas
            ref={canvas}
            role="application"
            tabIndex={0}
            aria-label={`Flow: ${ground?.box.inside ?? 0} processes. Arrow keys go from one to the next, Enter opens and closes a VM; the same is in the table.`}
            onKeyDown={key}
            onClick={(event) => click(event.nativeEvent)}
            onPointerMove={(event) => {
              if (event.buttons !== 0) return;
              const { x, y, what } = pointed(event);
              event.currentTarget.style.cursor =
                what === null || (what.kind === "box" && what.placed.box.path === "" && !what.isToggle)
                  ? ""
                  : "pointer";
              setTip(what === null ? null : { x, y, lines: tipLines(model, what) });
            }}
            onPointerLeave={() => setTip(null)}
          />
          <Tip at={tip} width={easel.current?.width ?? 0} height={easel.current?.height ?? 0} />
        </div>
      )}
    </>
  );
}

/** What the signs mean. */
function Legend({ closed }: { readonly closed: number }): ReactNode {
  return (
    <>
      ● publisher ○ subscriber ◇ observer ▵ further out
      {closed > 0 && ` · ${amountText(closed)} ${closed === 1 ? "VM is" : "VMs are"} closed: a click opens`}
    </>
  );
}

/** @param present given back where it is right already */
function fitting({ width, height }: FlowLayout, wide: number, high: number, present: ZoomTransform): ZoomTransform {
  const room = 16;
  const scale = Math.min(1.15, Math.max(0.04, Math.min((wide - room * 2) / width, (high - room * 2) / height)));
  const x = (wide - width * scale) / 2;
  const y = Math.max(room, (high - height * scale) / 2.6);
  return present.x === x && present.y === y && present.k === scale
    ? present
    : zoomIdentity.translate(x, y).scale(scale);
}

function processOfSelection(model: Model, selection: Selection | null): ProcessPath | null {
  if (selection === null) return null;
  if (selection.kind === "process") return selection.path;
  if (selection.kind === "endpoint") return processOf(selection.key);
  const item = model.log.find(selection.id);
  return item === undefined ? null : subjectOf(item) || null;
}

/** More pairs than this are not looked through for the peers of what is selected. */
const MOST_PAIRS = 20_000;

/** The processes that the selected process or endpoint meets. */
function usePeers(model: Model, selection: Selection | null, at: number | null): ReadonlySet<ProcessPath> {
  const { changes } = model.pairs;
  return useMemo(() => {
    const peers = new Set<ProcessPath>();
    if (selection === null || selection.kind === "event") return peers;
    const isIt = (key: string): boolean =>
      selection.kind === "endpoint" ? key === selection.key : processOf(key) === selection.path;
    for (const pair of model.pairs.all.slice(-MOST_PAIRS)) {
      if (!meetsAt(pair, at)) continue;
      if (isIt(pair.publisher)) peers.add(processOf(pair.subscriber));
      if (isIt(pair.subscriber)) peers.add(processOf(pair.publisher));
    }
    return peers;
    // Pairs are changed in place: `changes` says when.
  }, [model, changes, selection, at]);
}

/** The box that an arrow key leads to: left and right among those of a VM, up to the VM, down into it. */
function neighbour(layout: FlowLayout, path: ProcessPath, key: string): ProcessPath | undefined {
  const here = layout.byPath.get(path);
  if (key === "ArrowUp") return here?.vm ?? undefined;
  if (key === "ArrowDown") return layout.boxes.find(({ vm }) => vm === path)?.box.path;
  if (key !== "ArrowLeft" && key !== "ArrowRight") return undefined;
  const siblings = layout.boxes.filter(({ vm }) => vm === (here?.vm ?? ""));
  const index = siblings.findIndex(({ box }) => box.path === path);
  return siblings[Math.min(siblings.length - 1, Math.max(0, index + (key === "ArrowLeft" ? -1 : 1)))]?.box.path;
}

function tipLines(model: Model, what: Pointed): string[] {
  if (what.kind === "move") {
    const item = model.log.find(what.id);
    return item === undefined ? [] : [`${KIND_LOOKS[item.kind].label} #${item.id}`, summarize(item, model, 120).text];
  }
  if (what.kind === "pin") {
    const node = model.tree.endpoint(what.key);
    return node === undefined ? [] : [`endpoint ${what.key}`, roleText(node)];
  }
  const { box } = what.placed;
  if (box.path === "") return [];
  const endpoints = [...box.pins, ...box.outer];
  const lines = [`${box.path} ${box.name}`, ...endpoints.slice(0, 8).map(roleText)];
  if (endpoints.length > 8) lines.push(`and ${endpoints.length - 8} more endpoints`);
  if (box.isVm)
    lines.push(box.open ? `${box.inside} processes inside` : `${box.inside} processes inside: click to open`);
  return lines;
}
