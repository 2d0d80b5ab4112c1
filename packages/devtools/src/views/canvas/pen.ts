import type { Kind } from "../../model/kinds.ts";
import { KIND_LOOKS } from "../../theme/kinds.ts";
import type { Colors } from "./colors.ts";

export type Token = `--${string}`;

/** What all pictures draw with: a canvas's context, the theme's colours and fonts, and the signs of the kinds of events. */
export class Pen {
  readonly context: CanvasRenderingContext2D;
  /** In CSS pixels. */
  width = 0;
  height = 0;
  /** Pixels of the screen in one of CSS. */
  scale = 1;
  /** The time of the frame, in milliseconds. */
  now = 0;
  readonly #colors: Colors;
  readonly #clipped = new Map<string, string>();

  constructor(context: CanvasRenderingContext2D, colors: Colors) {
    this.context = context;
    this.#colors = colors;
  }

  /** Goes up when the colours are others. */
  get theme(): number {
    return this.#colors.changes;
  }

  /** A pen of the same size and colours on another canvas. */
  on(context: CanvasRenderingContext2D): Pen {
    const pen = new Pen(context, this.#colors);
    pen.begin(this.width, this.height, this.scale, this.now);
    return pen;
  }

  /** A new frame: everything is wiped. */
  begin(width: number, height: number, scale: number, now: number): void {
    this.width = width;
    this.height = height;
    this.scale = scale;
    this.now = now;
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.context.globalAlpha = 1;
    this.context.setLineDash([]);
    this.context.textAlign = "left";
    this.context.textBaseline = "alphabetic";
  }

  color(token: Token): string {
    return this.#colors.get(token);
  }

  font(size: number, family: "--sans" | "--mono" = "--sans", weight = 400): void {
    this.context.font = `${weight} ${size}px ${this.#colors.family(family)}`;
  }

  /** Text in the present font, cut to a width, at its end. */
  text(text: string, x: number, y: number, color: Token, width = Infinity): void {
    this.context.fillStyle = this.color(color);
    this.context.fillText(width === Infinity ? text : this.#clip(text, width, false), x, y);
  }

  /** A name: where it is too long it is cut in its middle, for names often differ at the end. */
  name(text: string, x: number, y: number, color: Token, width: number): void {
    this.context.fillStyle = this.color(color);
    this.context.fillText(this.#clip(text, width, true), x, y);
  }

  rect(x: number, y: number, width: number, height: number, color: Token): void {
    this.context.fillStyle = this.color(color);
    this.context.fillRect(x, y, width, height);
  }

  /** A box with round corners. */
  box(
    x: number,
    y: number,
    width: number,
    height: number,
    radius: number,
    fill: Token | null,
    stroke: Token | null = null,
    line = 1,
  ): void {
    const { context } = this;
    context.beginPath();
    context.roundRect(x, y, width, height, radius);
    if (fill !== null) {
      context.fillStyle = this.color(fill);
      context.fill();
    }
    if (stroke === null) return;
    context.strokeStyle = this.color(stroke);
    context.lineWidth = line;
    context.stroke();
  }

  line(x0: number, y0: number, x1: number, y1: number, color: Token, width = 1): void {
    const { context } = this;
    context.strokeStyle = this.color(color);
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }

  dot(x: number, y: number, radius: number, fill: Token | null, stroke: Token | null = null, line = 1.5): void {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, Math.PI * 2);
    if (fill !== null) {
      context.fillStyle = this.color(fill);
      context.fill();
    }
    if (stroke === null) return;
    context.strokeStyle = this.color(stroke);
    context.lineWidth = line;
    context.stroke();
  }

  /** Slanted lines in a box: something is missing here. */
  hatch(x: number, y: number, width: number, height: number, color: Token): void {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.beginPath();
    for (let at = x - height; at < x + width; at += 5) {
      context.moveTo(at, y + height);
      context.lineTo(at + height, y);
    }
    context.strokeStyle = this.color(color);
    context.lineWidth = 1;
    context.stroke();
    context.restore();
  }

  /** The head of an arrow that ends here and points in this direction, given as an angle. */
  arrowHead(x: number, y: number, angle: number, size: number, color: Token): void {
    const { context } = this;
    context.fillStyle = this.color(color);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - size * Math.cos(angle - 0.45), y - size * Math.sin(angle - 0.45));
    context.lineTo(x - size * Math.cos(angle + 0.45), y - size * Math.sin(angle + 0.45));
    context.closePath();
    context.fill();
  }

  /** The sign of a kind of event, with its middle here. */
  glyph(kind: Kind, x: number, y: number, size: number, fault = false): void {
    const { context } = this;
    const { filled, color } = KIND_LOOKS[kind];
    const path = pathOf(kind);
    const token: Token = fault ? "--fault" : color;
    context.save();
    context.translate(x - size / 2, y - size / 2);
    context.scale(size / 16, size / 16);
    context.lineWidth = 1.8;
    context.lineCap = "round";
    context.lineJoin = "round";
    if (filled) {
      context.fillStyle = this.color(token);
      context.fill(path);
    }
    context.strokeStyle = this.color(token);
    context.stroke(path);
    context.restore();
  }

  #clip(text: string, width: number, inMiddle: boolean): string {
    const { context } = this;
    const key = `${context.font}|${Math.round(width)}|${inMiddle}|${text}`;
    const known = this.#clipped.get(key);
    if (known !== undefined) return known;
    const clipped = clip(context, text, width, inMiddle);
    if (this.#clipped.size > 5000) this.#clipped.clear();
    this.#clipped.set(key, clipped);
    return clipped;
  }
}

/** The longest part of a text that has room, with a sign for what is left out. */
function clip(context: CanvasRenderingContext2D, text: string, width: number, inMiddle: boolean): string {
  const cut = (length: number): string => {
    if (length >= text.length) return text;
    if (length === 0) return "";
    const tail = inMiddle ? Math.floor(length * 0.45) : 0;
    return `${text.slice(0, length - tail).trimEnd()}…${tail === 0 ? "" : text.slice(-tail)}`;
  };
  const whole = context.measureText(text).width;
  if (whole <= width) return text;
  // What has room is about as long as its share.
  const about = Math.floor((text.length * width) / whole);
  let low = context.measureText(cut(Math.max(0, about - 3))).width <= width ? Math.max(0, about - 3) : 0;
  let high = Math.min(text.length, about + 3);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (context.measureText(cut(middle)).width <= width) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}

const paths = new Map<Kind, Path2D>();

function pathOf(kind: Kind): Path2D {
  let path = paths.get(kind);
  if (path === undefined) {
    path = new Path2D(KIND_LOOKS[kind].path);
    paths.set(kind, path);
  }
  return path;
}
