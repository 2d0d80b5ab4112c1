import { easeCubicInOut, easeCubicOut, type ZoomTransform } from "d3";
import type { EndpointKey, ProcessPath } from "@marketplace/runtime/inspect";
import { SIZE, type FlowLayout, type Network, type PlacedBox, type Point } from "../../layout/flow-layout.ts";
import type { Move } from "../../layout/flow-moves.ts";
import { pointAt } from "../../layout/flow-route.ts";
import type { Model } from "../../model/model.ts";
import { bodyText, termText } from "../../model/term-text.ts";
import type { EndpointNode } from "../../model/tree.ts";
import type { Layer } from "../canvas/layer.ts";
import type { Pen, Token } from "../canvas/pen.ts";
import { PULSE, Stage, type Moving } from "./stage.ts";
import { amountText } from "../../model/amount-text.ts";

export interface FlowPicture {
  readonly model: Model;
  readonly layout: FlowLayout;
  readonly stage: Stage;
  readonly transform: ZoomTransform;
  readonly selectedProcess: ProcessPath | null;
  readonly selectedEndpoint: EndpointKey | null;
  /** The ways of the selected event. */
  readonly selectedMoves: readonly Move[];
  /** Processes that the selected one meets. */
  readonly peers: ReadonlySet<ProcessPath>;
  /** Nothing is to move: ways are shown whole. */
  readonly still: boolean;
}

/** Below these scales there is no use in words, and in pins. */
const WORDS = 0.42;
const PINS = 0.28;

/** VMs as boxes, their networks as strips, processes standing on them, and what is on its way. */
export function drawFlow(pen: Pen, picture: FlowPicture, ground: Layer): void {
  const { layout, transform, stage, selectedProcess, selectedEndpoint, peers } = picture;
  const { context } = pen;
  const { progress } = stage.shift(pen.now);
  // What stands still is drawn once; over it, every frame, what moves.
  ground.show(pen, [layout, transform, selectedProcess, selectedEndpoint, peers, progress], (still) =>
    drawGround(still, picture),
  );
  context.save();
  context.translate(transform.x, transform.y);
  context.scale(transform.k, transform.k);
  for (const [vm, warmth] of stage.warmth) drawWarmth(pen, layout.networks.get(vm), warmth);
  for (const [path, since] of stage.pulses) drawPulse(pen, layout.byPath.get(path), since);
  for (const { box, since } of stage.ghosts) drawGhost(pen, box, since);
  for (const move of picture.selectedMoves) drawRoute(pen, move, 3);
  for (const moving of stage.moving) drawMoving(pen, picture, moving);
  context.restore();
}

/** Everything but what moves. */
function drawGround(pen: Pen, picture: FlowPicture): void {
  const { layout, transform } = picture;
  const { context } = pen;
  const shift = shifts(picture, pen.now);
  context.translate(transform.x, transform.y);
  context.scale(transform.k, transform.k);
  const sight = sightOf(pen, transform);
  for (const placed of layout.boxes) {
    const at = shift(placed);
    if (
      at.x > sight.right ||
      at.y > sight.bottom ||
      at.x + at.width < sight.left ||
      at.y + at.height < sight.top - SIZE.leg
    )
      continue;
    if (placed.box.isVm && placed.box.open) drawVm(pen, picture, placed, at);
    else drawProcess(pen, picture, placed, at);
  }
}

/** The busier a network, the warmer its strips. */
function drawWarmth(pen: Pen, network: Network | undefined, warmth: number): void {
  if (network === undefined) return;
  const { context } = pen;
  context.globalAlpha = Math.min(0.6, 0.08 + Math.log10(1 + warmth) * 0.22);
  context.fillStyle = pen.color("--kind-message");
  context.fill(networkPath(network));
  context.globalAlpha = 1;
}

/** Something has just run here. */
function drawPulse(pen: Pen, placed: PlacedBox | undefined, since: number): void {
  if (placed === undefined || pen.now < since) return;
  pen.context.globalAlpha = 0.9 * (1 - Math.min(1, (pen.now - since) / PULSE));
  pen.box(placed.x, placed.y, placed.width, placed.height, 6, null, "--kind-message", 2);
  pen.context.globalAlpha = 1;
}

function drawGhost(pen: Pen, box: PlacedBox, since: number): void {
  pen.context.globalAlpha = 1 - easeCubicOut(Stage.vanished(since, pen.now));
  pen.box(box.x, box.y, box.width, box.height, 6, null, "--line-strong", 1);
  pen.line(box.x + 8, box.y + box.height / 2, box.x + box.width - 8, box.y + box.height / 2, "--line-strong");
  pen.context.globalAlpha = 1;
}

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly alpha: number;
}

/** Where boxes are on their way to their places. */
function shifts({ stage }: FlowPicture, now: number): (placed: PlacedBox) => Frame {
  const { earlier, progress: done } = stage.shift(now);
  if (earlier === null)
    return (placed) => ({ x: placed.x, y: placed.y, width: placed.width, height: placed.height, alpha: 1 });
  const progress = easeCubicInOut(done);
  const between = (from: number, to: number): number => from + (to - from) * progress;
  return (placed) => {
    const was = earlier.byPath.get(placed.box.path);
    if (was === undefined)
      return { x: placed.x, y: placed.y, width: placed.width, height: placed.height, alpha: progress };
    return {
      x: between(was.x, placed.x),
      y: between(was.y, placed.y),
      width: between(was.width, placed.width),
      height: between(was.height, placed.height),
      alpha: 1,
    };
  };
}

function sightOf(
  pen: Pen,
  { x, y, k }: ZoomTransform,
): { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number } {
  return { left: -x / k, top: -y / k, right: (pen.width - x) / k, bottom: (pen.height - y) / k };
}

function drawVm(pen: Pen, picture: FlowPicture, placed: PlacedBox, { x, y, width, height, alpha }: Frame): void {
  const { layout, selectedProcess, peers, transform } = picture;
  const { box, depth } = placed;
  const { context } = pen;
  context.globalAlpha = alpha;
  const isSelected = selectedProcess === box.path && box.path !== "";
  const border: Token = isSelected ? "--accent" : peers.has(box.path) ? "--kind-presence" : "--line-strong";
  pen.box(
    x,
    y,
    width,
    height,
    8,
    depth % 2 === 0 ? "--surface" : "--raised",
    border,
    lineFor(transform, isSelected ? 2.5 : 1.25),
  );
  if (transform.k > PINS) drawPins(pen, picture, placed, x - placed.x, y - placed.y);
  if (transform.k > WORDS * 0.7) {
    drawChevron(pen, x + 15, y + 13, true);
    pen.font(12, "--sans", 650);
    const room = width - 40;
    pen.name(box.name, x + 26, y + 17, "--ink", room);
    const used = Math.min(room, context.measureText(box.name).width);
    pen.font(11, "--mono");
    const count = `${box.path === "" ? "" : `${box.path} · `}${amountText(box.inside)} ${box.inside === 1 ? "process" : "processes"}`;
    pen.text(count, x + 26 + used + 8, y + 17, "--quiet", room - used - 8);
  }
  const network = layout.networks.get(box.path);
  if (network !== undefined) {
    context.fillStyle = pen.color("--line");
    context.fill(networkPath(network, x - placed.x, y - placed.y, x + width - (placed.x + placed.width)));
  }
  if (network !== undefined && box.places.length === 0 && transform.k > WORDS) {
    pen.font(11);
    pen.text(
      "no processes",
      network.left + 8 + x - placed.x,
      network.rows[0]! + SIZE.strip + 14 + y - placed.y,
      "--faint",
    );
  }
  context.globalAlpha = 1;
}

/** A strip for each row, joined at the left. */
function networkPath({ left, right, rows }: Network, dx = 0, dy = 0, dr = 0): Path2D {
  const radius = SIZE.strip / 2;
  const path = new Path2D();
  for (const row of rows) path.roundRect(left + dx, row + dy, right + dr - left - dx, SIZE.strip, radius);
  if (rows.length > 1)
    path.roundRect(left + dx, rows[0]! + dy, SIZE.strip, rows.at(-1)! - rows[0]! + SIZE.strip, radius);
  return path;
}

function drawProcess(pen: Pen, picture: FlowPicture, placed: PlacedBox, { x, y, width, height, alpha }: Frame): void {
  const { selectedProcess, peers, transform } = picture;
  const { box } = placed;
  const { context } = pen;
  context.globalAlpha = alpha;
  const isSelected = selectedProcess === box.path;
  const isPeer = peers.has(box.path);
  // A closed VM is a pile: there is more behind it.
  if (box.isVm) pen.box(x + 3, y + 3, width, height, 6, "--hover", "--line-strong");
  const border: Token = isSelected ? "--accent" : isPeer ? "--kind-presence" : "--line-strong";
  pen.box(
    x,
    y,
    width,
    height,
    6,
    isSelected ? "--accent-wash" : transform.k > PINS ? "--paper" : "--hover",
    border,
    lineFor(transform, isSelected || isPeer ? 2 : 1),
  );
  if (transform.k > WORDS) drawWords(pen, placed, x, y);
  if (transform.k > PINS) drawPins(pen, picture, placed, x - placed.x, y - placed.y);
  context.globalAlpha = 1;
}

/** How wide a line is to be, so that it can be seen from afar. */
function lineFor({ k }: ZoomTransform, wide: number): number {
  return Math.max(wide, 0.8 / k);
}

function drawWords(pen: Pen, { box, width }: PlacedBox, x: number, y: number): void {
  const room = width - 18;
  if (box.isVm) drawChevron(pen, x + 13, y + 13, false);
  const indent = box.isVm ? 24 : 9;
  pen.font(12, "--sans", box.isVm ? 650 : 550);
  pen.name(box.name, x + indent, y + 17, "--ink", room - indent + 9);
  pen.font(10.5, "--mono");
  if (!box.isVm) {
    pen.text(box.path, x + 9, y + 29.5, "--quiet", room);
    return;
  }
  pen.text(
    `${box.path === "" ? "" : `${box.path} · `}${amountText(box.inside)} inside`,
    x + 9,
    y + 30,
    "--quiet",
    room,
  );
  pen.font(10.5);
  pen.text(box.summary[0] ?? "", x + 9, y + 43, "--quiet", room);
  pen.text(box.summary[1] ?? "", x + 9, y + 56, "--quiet", room);
}

function drawChevron(pen: Pen, x: number, y: number, open: boolean): void {
  const { context } = pen;
  context.strokeStyle = pen.color("--quiet");
  context.lineWidth = 1.6;
  context.beginPath();
  if (open) {
    context.moveTo(x - 4, y - 2);
    context.lineTo(x, y + 2);
    context.lineTo(x + 4, y - 2);
  } else {
    context.moveTo(x - 2, y - 4);
    context.lineTo(x + 2, y);
    context.lineTo(x - 2, y + 4);
  }
  context.stroke();
}

/** The endpoints of a process: on its upper edge, those in its VM's network with a leg to the strip. */
function drawPins(
  pen: Pen,
  { layout, selectedEndpoint }: FlowPicture,
  placed: PlacedBox,
  dx: number,
  dy: number,
): void {
  const { box } = placed;
  const all = [...box.pins, ...box.outer];
  const shown = Math.min(placed.pinCount, all.length);
  for (let i = 0; i < shown; i++) {
    const endpoint = all[i]!;
    const pin = layout.pins.get(endpoint.key);
    if (pin === undefined) continue;
    const isInner = i < box.pins.length;
    const x = pin.x + dx;
    const y = pin.y + dy;
    if (isInner) pen.line(x, y - SIZE.leg, x, y - 3, "--line-strong", endpoint.key === selectedEndpoint ? 2.5 : 1.25);
    drawPin(pen, endpoint, x, y, isInner, endpoint.key === selectedEndpoint);
  }
  if (shown < all.length) {
    pen.font(9.5, "--sans", 600);
    pen.context.textAlign = "right";
    pen.text(`+${all.length - shown}`, placed.x + placed.width + dx - 2, placed.y + dy - 5, "--quiet");
    pen.context.textAlign = "left";
  }
}

/** Publishers are filled and subscribers hollow; observers are diamonds, who takes everything is a square, and what is further out points up. */
function drawPin(pen: Pen, { role }: EndpointNode, x: number, y: number, isInner: boolean, isSelected: boolean): void {
  const { context } = pen;
  const size = isSelected ? 5.5 : 4;
  context.beginPath();
  if (!isInner) {
    context.moveTo(x, y - size - 2);
    context.lineTo(x + size, y + size - 2);
    context.lineTo(x - size, y + size - 2);
    context.closePath();
  } else if (role.interestType === "observer") {
    context.moveTo(x, y - size - 1);
    context.lineTo(x + size + 1, y);
    context.lineTo(x, y + size + 1);
    context.lineTo(x - size - 1, y);
    context.closePath();
  } else if (role.interestType === "everything") context.rect(x - size, y - size, size * 2, size * 2);
  else context.arc(x, y, size, 0, Math.PI * 2);
  context.fillStyle = pen.color(role.orientation === "publisher" ? "--kind-endpoint" : "--surface");
  context.fill();
  context.strokeStyle = pen.color(isSelected ? "--accent" : "--kind-endpoint");
  context.lineWidth = isSelected ? 2.5 : 1.5;
  context.stroke();
}

const MOVE_COLORS: { readonly [Kind in Move["kind"]]: Token } = {
  message: "--kind-message",
  presence: "--kind-presence",
  absence: "--kind-absence",
};

/** A whole way, with an arrow at its end. */
function drawRoute(pen: Pen, { route, kind, lost }: Move, width: number): void {
  const { context } = pen;
  const color: Token = lost ? "--past" : MOVE_COLORS[kind];
  context.strokeStyle = pen.color(color);
  context.lineWidth = width;
  context.lineJoin = "round";
  if (kind !== "message") context.setLineDash([6, 4]);
  context.beginPath();
  for (const [i, { x, y }] of route.entries()) {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
  context.setLineDash([]);
  const end = route.at(-1);
  const before = route.findLast((point) => end !== undefined && (point.x !== end.x || point.y !== end.y));
  if (end === undefined || before === undefined) return;
  if (lost) return drawCross(pen, end);
  pen.arrowHead(end.x, end.y, Math.atan2(end.y - before.y, end.x - before.x), 9, color);
}

function drawCross(pen: Pen, { x, y }: Point): void {
  pen.line(x - 5, y - 5, x + 5, y + 5, "--past", 2.5);
  pen.line(x - 5, y + 5, x + 5, y - 5, "--past", 2.5);
}

function drawMoving(pen: Pen, picture: FlowPicture, { move, start, end }: Moving): void {
  if (pen.now < start) return;
  if (picture.still) return drawRoute(pen, move, 2.5);
  const progress = easeCubicInOut(Math.min(1, (pen.now - start) / (end - start)));
  const color = MOVE_COLORS[move.kind];
  const at = pointAt(move.route, progress * move.length);
  const { context } = pen;
  for (let i = 3; i > 0; i--) {
    const behind = pointAt(move.route, Math.max(0, progress * move.length - i * 7));
    context.globalAlpha = 0.4 - i * 0.1;
    pen.dot(behind.x, behind.y, 5 - i, color);
  }
  context.globalAlpha = 1;
  if (move.lost && progress > 0.9) return drawCross(pen, at);
  pen.dot(at.x, at.y, 5, move.kind === "absence" ? "--surface" : color, color, 2);
  if (picture.stage.moving.length > 8 || picture.transform.k < WORDS) return;
  drawWord(pen, picture, move, at);
}

/** What is on its way, in words beside it. */
function drawWord(pen: Pen, { model }: FlowPicture, { id, kind }: Move, { x, y }: Point): void {
  const item = model.log.find(id);
  const text =
    item?.kind === "message"
      ? bodyText(item.body, 34)
      : item?.kind === "presence" || item?.kind === "absence"
        ? termText(item.topic, 34)
        : "";
  if (text === "") return;
  pen.font(10.5, "--mono", 500);
  const width = pen.context.measureText(text).width;
  pen.context.globalAlpha = 0.92;
  pen.box(x + 9, y - 19, width + 10, 16, 4, "--surface", "--line");
  pen.context.globalAlpha = 1;
  pen.text(text, x + 14, y - 7.5, MOVE_COLORS[kind]);
}
