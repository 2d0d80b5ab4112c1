import type { EventId, ProcessPath } from "@marketplace/runtime/inspect";
import { arrowsOf, type Arrow } from "../../layout/arrows.ts";
import { GROUPS } from "../../layout/density.ts";
import { eventScale, type Along, type EventScale, type Stretch } from "../../layout/event-scale.ts";
import { lifeOf, readCell, type LaneIndex } from "../../layout/lane-index.ts";
import type { Model } from "../../model/model.ts";
import { isFault, processOf } from "../../model/summary.ts";
import { bodyText } from "../../model/term-text.ts";
import { KIND_LOOKS } from "../../theme/kinds.ts";
import type { Pen, Token } from "../canvas/pen.ts";
import { secondsText } from "../format.ts";

export const LANE = 26;
export const HEAD = 24;
/** Room above the first lane, for the words at its arrows. */
export const LANES_TOP = 8;
const AXIS_ROOM = 84;
/** Each event is drawn by itself where it has at least so many pixels. */
const SPARSE = 3;
/** A sign instead of a tick, and words at an arrow, where an event has so many pixels. */
const SIGNS = 9;
const WORDS = 26;
const WORDS_LONG = 150;

const GROUP_COLORS: readonly Token[] = GROUPS.map(({ kinds }) => KIND_LOOKS[kinds[0]!].color);

export interface SequencePicture {
  readonly model: Model;
  readonly index: LaneIndex;
  readonly lanes: readonly ProcessPath[];
  readonly end: number;
  readonly along: Along;
  readonly stretch: Stretch;
  readonly top: number;
  readonly gutter: number;
  readonly selected: EventId | null;
  readonly selectedLane: ProcessPath | null;
  /** Causes and effects of what is selected; null where nothing is. */
  readonly chain: ReadonlySet<EventId> | null;
  /** Are there words at arrows? Nobody reads those that fly by. */
  readonly words: boolean;
}

/** Where something can be pointed at. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly id: EventId;
}

/** What has been drawn: the scale, and where single events are. */
export interface Drawn {
  readonly scale: EventScale;
  /** Empty where events are too many to be drawn one by one. */
  readonly marks: readonly Mark[];
}

/** A lane for each process, from left to right what happened. */
export function drawSequence(pen: Pen, picture: SequencePicture): Drawn {
  const { model, along, stretch, gutter, end } = picture;
  const scale = eventScale(model.log, end, along, stretch, gutter, pen.width);
  const rows = rowsInSight(pen, picture);
  const { context } = pen;
  context.save();
  context.beginPath();
  context.rect(gutter, HEAD, pen.width - gutter, pen.height - HEAD);
  context.clip();
  drawLanes(pen, picture, scale, rows);
  const many = (scale.end - scale.first) * SPARSE > pen.width - gutter;
  const marks = many ? (drawCells(pen, picture, scale, rows), []) : drawEvents(pen, picture, scale);
  if (many && picture.chain !== null) drawChain(pen, picture, scale);
  drawSelected(pen, picture, scale);
  context.restore();
  drawLabels(pen, picture, rows);
  drawTop(pen, picture, scale);
  return { scale, marks };
}

/** The middle of a lane. */
function middleOf(row: number, { top }: SequencePicture): number {
  return HEAD + LANES_TOP + row * LANE + LANE / 2 - top;
}

function rowsInSight(pen: Pen, { lanes, top }: SequencePicture): { readonly from: number; readonly until: number } {
  return {
    from: Math.max(0, Math.floor((top - LANES_TOP) / LANE)),
    until: Math.min(lanes.length, Math.ceil((top + pen.height - HEAD) / LANE)),
  };
}

type Rows = ReturnType<typeof rowsInSight>;

const rowCaches = new WeakMap<readonly ProcessPath[], Map<ProcessPath, number>>();

/** The rows of lanes by their paths. */
export function rowsOf(lanes: readonly ProcessPath[]): ReadonlyMap<ProcessPath, number> {
  let rows = rowCaches.get(lanes);
  if (rows === undefined) rowCaches.set(lanes, (rows = new Map(lanes.map((path, row) => [path, row]))));
  return rows;
}

function drawLanes(pen: Pen, picture: SequencePicture, scale: EventScale, rows: Rows): void {
  const { model, lanes, gutter, selectedLane } = picture;
  for (let row = rows.from; row < rows.until; row++) {
    const path = lanes[row]!;
    const y = Math.round(middleOf(row, picture)) + 0.5;
    if (path === selectedLane) pen.rect(gutter, y - LANE / 2, pen.width - gutter, LANE, "--accent-wash");
    const node = model.tree.process(path);
    const [from, until] = node === undefined ? [-Infinity, Infinity] : lifeOf(model.log, node.since, node.end?.event);
    const x0 = from < scale.first ? gutter : scale.at(from);
    const x1 = until >= scale.end ? pen.width : scale.at(until);
    if (x1 > x0) pen.line(x0, y, x1, y, "--line-strong");
  }
}

/** How much happened in each lane, where events have less than a few pixels. */
function drawCells(pen: Pen, picture: SequencePicture, scale: EventScale, rows: Rows): void {
  const { index, lanes, gutter, chain } = picture;
  const { context } = pen;
  const span = index.spanFor(scale.end - scale.first, (pen.width - gutter) / 4);
  const numbers = lanes.slice(rows.from, rows.until).map((path) => index.numberOf(path));
  const last = Math.floor((scale.end - 1) / span);
  for (let stretch = Math.floor(scale.first / span); stretch <= last; stretch++) {
    const x0 = scale.at(Math.max(scale.first, stretch * span));
    const x1 = scale.at(Math.min(scale.end - 1, (stretch + 1) * span));
    const width = Math.max(2, x1 - x0);
    const cells = index.cells(span, stretch);
    for (const [i, lane] of numbers.entries()) {
      const packed = cells.get(lane);
      if (packed === undefined) continue;
      const cell = readCell(packed);
      const y = middleOf(rows.from + i, picture);
      const high = 3 + Math.min(1, Math.log2(1 + cell.count) / Math.log2(1 + span)) * (LANE - 10);
      context.globalAlpha = chain === null ? 0.85 : 0.3;
      pen.rect(x0, y - high / 2, width, high, cell.fault ? "--fault" : (GROUP_COLORS[cell.group] ?? "--kind-work"));
    }
  }
  context.globalAlpha = 1;
}

/** Every event by itself, with its arrows and what it caused. */
function drawEvents(pen: Pen, picture: SequencePicture, scale: EventScale): Mark[] {
  const { model } = picture;
  // An arrow begins outside of the picture where its message was sent a little earlier.
  const early = Math.max(model.log.first, scale.first - 64);
  const words = new WordRoom();
  for (let position = early; position < scale.end; position++) drawArrows(pen, picture, scale, position, words);
  const marks: Mark[] = [];
  for (let position = scale.first; position < scale.end; position++) drawEvent(pen, picture, scale, position, marks);
  pen.context.globalAlpha = 1;
  return marks;
}

function pixelsPerEvent(pen: Pen, { gutter }: SequencePicture, scale: EventScale): number {
  return (pen.width - gutter) / Math.max(1, scale.end - scale.first);
}

function drawEvent(pen: Pen, picture: SequencePicture, scale: EventScale, position: number, marks: Mark[]): void {
  const { model, index, lanes, chain } = picture;
  const item = model.log.at(position);
  if (item === undefined) return;
  const x = scale.at(position);
  pen.context.globalAlpha = chain === null || chain.has(item.id) ? 1 : 0.3;
  if (item.kind === "gap") {
    pen.hatch(x - 5, HEAD, 10, pen.height - HEAD, "--kind-gap");
    return;
  }
  const row = rowsOf(lanes).get(index.pathOf(index.laneAt(position)) ?? "");
  if (row === undefined) return;
  const y = middleOf(row, picture);
  if (y < HEAD - LANE || y > pen.height + LANE) return;
  // A message's place is told by its arrow; a dot says where it left.
  const wide = pixelsPerEvent(pen, picture, scale);
  const fault = isFault(item);
  const color: Token = fault ? "--fault" : KIND_LOOKS[item.kind].color;
  if (item.kind === "message")
    pen.dot(x, y, 3, item.unmatched ? "--surface" : color, item.unmatched ? "--past" : color);
  else if (wide >= SIGNS || fault || item.kind === "exit" || item.kind === "spawn")
    pen.glyph(item.kind, x, y, Math.min(14, Math.max(10, wide)), fault);
  else pen.rect(x - 0.75, y - 4, 1.5, 8, color);
  marks.push({ x, y, id: item.id });
}

function drawArrows(pen: Pen, picture: SequencePicture, scale: EventScale, position: number, words: WordRoom): void {
  const { model, lanes, chain } = picture;
  const item = model.log.at(position);
  if (item === undefined || item.kind === "gap") return;
  const { context } = pen;
  const isDim = chain !== null && !chain.has(item.id);
  context.globalAlpha = isDim ? 0.22 : 1;
  const rows = rowsOf(lanes);
  if (item.kind === "message" && item.to.length === 0) drawLost(pen, picture, scale, position, rows.get(item.process));
  for (const arrow of arrowsOf(item, position, model)) drawArrow(pen, picture, scale, arrow, rows);
  if (item.cause !== 0 && item.kind !== "activation") drawCause(pen, picture, scale, position, item.cause, rows);
  if (!picture.words || item.kind !== "message" || isDim || pixelsPerEvent(pen, picture, scale) < WORDS / 4) return;
  const row = rows.get(item.process);
  if (row === undefined) return;
  const x = scale.at(position) + 6;
  const y = middleOf(row, picture) - 6;
  const room = words.take(row, x, WORDS_LONG);
  if (room < 30) return;
  pen.font(10.5, "--mono");
  pen.text(bodyText(item.body, 60), x, y, item.unmatched ? "--past" : "--kind-message", room);
}

/** Leaves words out where there is no room for them. */
class WordRoom {
  readonly #until = new Map<number, number>();

  take(row: number, x: number, width: number): number {
    if ((this.#until.get(row) ?? -Infinity) > x) return 0;
    this.#until.set(row, x + width);
    return width - 6;
  }
}

const ARROW_COLORS: { readonly [Kind in Arrow["kind"]]: Token } = {
  message: "--kind-message",
  presence: "--kind-presence",
  absence: "--kind-absence",
  spawn: "--kind-process",
};

function drawArrow(
  pen: Pen,
  picture: SequencePicture,
  scale: EventScale,
  arrow: Arrow,
  rows: ReadonlyMap<ProcessPath, number>,
): void {
  const from = rows.get(arrow.from);
  const to = rows.get(arrow.to);
  if (from === undefined || to === undefined) return;
  const x0 = scale.at(arrow.fromPosition);
  const x1 = scale.at(arrow.toPosition);
  const y0 = middleOf(from, picture);
  const y1 = middleOf(to, picture);
  if (Math.max(y0, y1) < HEAD || Math.min(y0, y1) > pen.height || x0 > pen.width) return;
  const color = ARROW_COLORS[arrow.kind];
  const { context } = pen;
  context.setLineDash(arrow.kind === "message" || arrow.kind === "spawn" ? [] : arrow.heard ? [5, 3] : [2, 3]);
  if (from === to) drawLoop(pen, x0, x1, y0, color);
  else pen.line(x0, y0, x1, y1, color, 1.25);
  context.setLineDash([]);
  if (!arrow.heard || from === to) return;
  const angle = Math.atan2(y1 - y0, x1 - x0);
  pen.arrowHead(x1 - 5 * Math.cos(angle), y1 - 5 * Math.sin(angle), angle, 7, color);
}

/** To oneself: an arc above the lane. */
function drawLoop(pen: Pen, x0: number, x1: number, y: number, color: Token): void {
  const { context } = pen;
  context.strokeStyle = pen.color(color);
  context.lineWidth = 1.25;
  context.beginPath();
  context.moveTo(x0, y - 2);
  context.bezierCurveTo(x0, y - 14, x1, y - 14, x1, y - 4);
  context.stroke();
}

/** A message that reached nobody: a stub with a bar across. */
function drawLost(
  pen: Pen,
  picture: SequencePicture,
  scale: EventScale,
  position: number,
  row: number | undefined,
): void {
  if (row === undefined) return;
  const x = scale.at(position);
  const y = middleOf(row, picture);
  pen.line(x, y, x + 8, y + 8, "--past", 1.5);
  pen.line(x + 4, y + 11, x + 11, y + 5, "--past", 1.5);
}

/** From what caused it, along the lane: a line under the events. */
function drawCause(
  pen: Pen,
  picture: SequencePicture,
  scale: EventScale,
  position: number,
  cause: EventId,
  rows: ReadonlyMap<ProcessPath, number>,
): void {
  const { index, lanes, model } = picture;
  const causePosition = model.log.positionOf(cause);
  if (causePosition < 0 || position - causePosition > 400) return;
  const lane = index.laneAt(position);
  if (lane < 0 || lane !== index.laneAt(causePosition)) return;
  const row = rows.get(index.pathOf(lane) ?? "");
  if (row === undefined || lanes.length === 0) return;
  const y = middleOf(row, picture) + 0.5;
  pen.line(scale.at(causePosition), y, scale.at(position), y, "--kind-work", 2.5);
}

/** The chain of what is selected, over cells. */
function drawChain(pen: Pen, picture: SequencePicture, scale: EventScale): void {
  const { model, chain, lanes, index } = picture;
  const rows = rowsOf(lanes);
  for (const id of chain ?? []) {
    const position = model.log.positionOf(id);
    const item = model.log.at(position);
    if (item === undefined || item.kind === "gap") continue;
    for (const arrow of arrowsOf(item, position, model)) {
      const target = model.log.at(arrow.toPosition);
      if (target !== undefined && chain!.has(target.id)) drawArrow(pen, picture, scale, arrow, rows);
    }
    const row = rows.get(index.pathOf(index.laneAt(position)) ?? "");
    if (row !== undefined) pen.dot(scale.at(position), middleOf(row, picture), 2.5, KIND_LOOKS[item.kind].color);
  }
}

function drawSelected(pen: Pen, picture: SequencePicture, scale: EventScale): void {
  const { model, selected, index, lanes } = picture;
  if (selected === null) return;
  const position = model.log.positionOf(selected);
  if (position < 0) return;
  const x = Math.round(scale.at(position)) + 0.5;
  pen.context.globalAlpha = 0.5;
  pen.line(x, HEAD, x, pen.height, "--past");
  pen.context.globalAlpha = 1;
  const row = rowsOf(lanes).get(index.pathOf(index.laneAt(position)) ?? "");
  if (row !== undefined) pen.dot(x, middleOf(row, picture), 8, null, "--past", 2);
}

function drawLabels(pen: Pen, picture: SequencePicture, rows: Rows): void {
  const { model, lanes, gutter, selectedLane } = picture;
  const { context } = pen;
  context.save();
  context.beginPath();
  context.rect(0, HEAD, gutter, pen.height - HEAD);
  context.clip();
  pen.rect(0, HEAD, gutter, pen.height, "--surface");
  for (let row = rows.from; row < rows.until; row++) {
    const path = lanes[row]!;
    const y = middleOf(row, picture);
    if (path === selectedLane) pen.rect(0, y - LANE / 2, gutter, LANE, "--accent-wash");
    const node = model.tree.process(path);
    const gone = node !== undefined && node.end !== null;
    pen.font(11, "--mono");
    const width = Math.min(gutter * 0.5, context.measureText(path).width);
    pen.text(path, 12, y + 4, gone ? "--faint" : "--quiet", gutter * 0.5);
    pen.font(12, "--sans", 500);
    pen.name(
      laneName(path, node?.name, node?.isVm === true),
      12 + width + 8,
      y + 4,
      gone ? "--faint" : "--ink",
      gutter - width - 28,
    );
  }
  context.restore();
  pen.line(gutter - 0.5, HEAD, gutter - 0.5, pen.height, "--line");
}

function laneName(path: ProcessPath, name: string | undefined, isVm: boolean): string {
  if (path.endsWith("outside")) return path === "outside" ? "the outside" : "its outside";
  return name ?? (isVm ? "VM" : "process");
}

function drawTop(pen: Pen, { model, gutter, along }: SequencePicture, scale: EventScale): void {
  pen.rect(0, 0, pen.width, HEAD, "--raised");
  pen.line(0, HEAD - 0.5, pen.width, HEAD - 0.5, "--line");
  pen.font(10.5);
  pen.text(along === "order" ? "event by event" : "by time", 12, 16, "--quiet", gutter - 16);
  pen.context.textAlign = "center";
  const many = Math.max(2, (pen.width - gutter) / AXIS_ROOM);
  for (const tick of scale.x.ticks(many)) {
    if (along === "order" && !Number.isInteger(tick)) continue;
    const x = Math.round(scale.x(along === "order" ? tick + 0.5 : tick)) + 0.5;
    if (x < gutter + 20 || x > pen.width - 24) continue;
    const label =
      along === "time"
        ? secondsText(tick)
        : tick >= model.log.first && tick < scale.end
          ? `#${model.log.idAt(tick)}`
          : "";
    if (label === "") continue;
    pen.line(x, HEAD - 5, x, HEAD, "--line-strong");
    pen.text(label, x, 15, "--quiet");
  }
  pen.context.textAlign = "left";
}

/** The process that an arrow's endpoint belongs to, for the table. */
export function receiversOf(item: { readonly to: readonly string[] }): string {
  const processes = [...new Set(item.to.map(processOf))];
  return processes.length > 4
    ? `${processes.slice(0, 4).join(", ")} and ${processes.length - 4} more`
    : processes.join(", ");
}
