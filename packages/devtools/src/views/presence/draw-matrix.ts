import type { EventId } from "@marketplace/runtime/inspect";
import type { Grain, Meetings } from "../../layout/meetings.ts";
import type { Model } from "../../model/model.ts";
import { processOf } from "../../model/summary.ts";
import { termText } from "../../model/term-text.ts";
import type { Pen, Token } from "../canvas/pen.ts";

export const CELL = 24;
/** Room for the names of columns. */
export const HEAD = 132;

export interface MatrixPicture {
  readonly model: Model;
  readonly meetings: Meetings;
  readonly grain: Grain;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly at: EventId | null;
  /** How far it is scrolled. */
  readonly left: number;
  readonly top: number;
  /** Where the pointer or the keys are. */
  readonly cursor: { readonly row: number; readonly column: number } | null;
  /** The process that is selected. */
  readonly selected: string | null;
}

/** Room for the names of rows. */
export function gutterOf(width: number): number {
  return Math.round(Math.min(260, Math.max(150, width * 0.24)));
}

/** Publishers from top to bottom, subscribers from left to right; filled where they meet, hollow where they have parted. */
export function drawMatrix(pen: Pen, picture: MatrixPicture): void {
  const { rows, columns, left, top } = picture;
  const gutter = gutterOf(pen.width);
  const { context } = pen;
  const firstRow = Math.max(0, Math.floor(top / CELL));
  const lastRow = Math.min(rows.length, Math.ceil((top + pen.height - HEAD) / CELL));
  const firstColumn = Math.max(0, Math.floor(left / CELL));
  const lastColumn = Math.min(columns.length, Math.ceil((left + pen.width - gutter) / CELL));
  const xOf = (column: number): number => gutter + column * CELL - left;
  const yOf = (row: number): number => HEAD + row * CELL - top;
  context.save();
  context.beginPath();
  context.rect(gutter, HEAD, pen.width - gutter, pen.height - HEAD);
  context.clip();
  drawBands(pen, picture, xOf, yOf);
  for (let row = firstRow; row <= lastRow; row++)
    pen.line(gutter, yOf(row) + 0.5, xOf(columns.length), yOf(row) + 0.5, "--line");
  for (let column = firstColumn; column <= lastColumn; column++) {
    pen.line(Math.round(xOf(column)) + 0.5, HEAD, Math.round(xOf(column)) + 0.5, yOf(rows.length), "--line");
  }
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++)
      drawCell(pen, picture, row, column, xOf(column), yOf(row));
  }
  context.restore();
  drawRowNames(pen, picture, gutter, firstRow, lastRow, yOf);
  drawColumnNames(pen, picture, gutter, firstColumn, lastColumn, xOf);
  drawCorner(pen, gutter);
}

/** The row and the column of what is selected, and of the cursor. */
function drawBands(
  pen: Pen,
  { rows, columns, selected, cursor, grain }: MatrixPicture,
  xOf: (column: number) => number,
  yOf: (row: number) => number,
): void {
  const isIt = (name: string): boolean =>
    selected !== null && (grain === "processes" ? name : processOf(name)) === selected;
  for (const [row, name] of rows.entries())
    if (isIt(name)) pen.rect(xOf(0), yOf(row), columns.length * CELL, CELL, "--accent-wash");
  for (const [column, name] of columns.entries())
    if (isIt(name)) pen.rect(xOf(column), yOf(0), CELL, rows.length * CELL, "--accent-wash");
  if (cursor === null) return;
  pen.rect(xOf(0), yOf(cursor.row), columns.length * CELL, CELL, "--hover");
  pen.rect(xOf(cursor.column), yOf(0), CELL, rows.length * CELL, "--hover");
}

function drawCell(
  pen: Pen,
  { meetings, rows, columns, at, cursor }: MatrixPicture,
  row: number,
  column: number,
  x: number,
  y: number,
): void {
  const cell = meetings.cell(rows[row]!, columns[column]!, at);
  const isCursor = cursor !== null && cursor.row === row && cursor.column === column;
  if (isCursor) pen.box(x + 1.5, y + 1.5, CELL - 2, CELL - 2, 3, null, "--accent", 2);
  if (cell === undefined) return;
  const middle = { x: x + CELL / 2 + 0.5, y: y + CELL / 2 + 0.5 };
  if (cell.now.length === 0) {
    pen.dot(middle.x, middle.y, 4.5, null, "--kind-absence", 1.75);
    return;
  }
  const both =
    cell.now.some(({ publisherSees }) => publisherSees) && cell.now.some(({ subscriberSees }) => subscriberSees);
  // Seen by one side only: a half, on the side of the one that sees.
  const color: Token = "--kind-presence";
  if (both) pen.box(x + 5.5, y + 5.5, CELL - 10, CELL - 10, 3, color);
  else {
    pen.box(x + 5.5, y + 5.5, CELL - 10, CELL - 10, 3, null, color, 1.5);
    const { context } = pen;
    const a = 5.5;
    const b = CELL - 4.5;
    context.fillStyle = pen.color(color);
    context.beginPath();
    if (cell.now.some(({ subscriberSees }) => subscriberSees)) {
      context.moveTo(x + a, y + a);
      context.lineTo(x + b, y + a);
      context.lineTo(x + b, y + b);
    } else {
      context.moveTo(x + a, y + a);
      context.lineTo(x + a, y + b);
      context.lineTo(x + b, y + b);
    }
    context.closePath();
    context.fill();
  }
  if (cell.now.length === 1) return;
  pen.font(10, "--sans", 650);
  pen.context.textAlign = "center";
  pen.text(
    cell.now.length > 99 ? "99" : String(cell.now.length),
    middle.x,
    middle.y + 3.5,
    both ? "--surface" : "--ink",
  );
  pen.context.textAlign = "left";
}

function drawRowNames(
  pen: Pen,
  picture: MatrixPicture,
  gutter: number,
  first: number,
  last: number,
  yOf: (row: number) => number,
): void {
  const { context } = pen;
  context.save();
  context.beginPath();
  context.rect(0, HEAD, gutter, pen.height - HEAD);
  context.clip();
  for (let row = first; row < last; row++)
    drawName(pen, picture, picture.rows[row]!, 12, yOf(row) + CELL / 2 + 4, gutter - 20);
  context.restore();
  pen.line(gutter + 0.5, 0, gutter + 0.5, pen.height, "--line-strong");
}

function drawColumnNames(
  pen: Pen,
  picture: MatrixPicture,
  gutter: number,
  first: number,
  last: number,
  xOf: (column: number) => number,
): void {
  const { context } = pen;
  context.save();
  context.beginPath();
  context.rect(gutter, 0, pen.width - gutter, HEAD);
  context.clip();
  for (let column = first; column < last; column++) {
    context.save();
    context.translate(xOf(column) + CELL / 2 + 4, HEAD - 8);
    context.rotate(-Math.PI / 2);
    drawName(pen, picture, picture.columns[column]!, 0, 0, HEAD - 16);
    context.restore();
  }
  context.restore();
  pen.line(0, HEAD + 0.5, pen.width, HEAD + 0.5, "--line-strong");
}

function drawName(pen: Pen, picture: MatrixPicture, name: string, x: number, y: number, room: number): void {
  const { words, lives } = nameOf(picture, name);
  pen.font(11, "--mono");
  pen.text(name, x, y, lives ? "--quiet" : "--faint", room);
  const used = Math.min(room, pen.context.measureText(name).width) + 7;
  pen.font(11.5);
  if (room - used > 14) pen.name(words, x + used, y, lives ? "--ink" : "--faint", room - used);
}

/** What a row or column is called beside its path or key. */
export function nameOf(
  { model, grain, at }: Pick<MatrixPicture, "model" | "grain" | "at">,
  name: string,
): { readonly words: string; readonly lives: boolean } {
  if (grain === "processes") {
    const node = model.tree.process(name);
    const lives = node !== undefined && (node.end === null || (at !== null && node.end.event > at));
    return { words: node?.name ?? (node?.isVm === true ? "VM" : "process"), lives };
  }
  const node = model.tree.endpoint(name);
  const lives = node !== undefined && (node.deleted === null || (at !== null && node.deleted.event > at));
  return { words: node === undefined ? "" : termText(node.role.topic, 60), lives };
}

function drawCorner(pen: Pen, gutter: number): void {
  pen.font(10.5);
  pen.text("publishers ↓", 12, HEAD - 10, "--quiet", gutter - 60);
  pen.context.textAlign = "right";
  pen.text("subscribers →", gutter - 10, 20, "--quiet");
  pen.context.textAlign = "left";
}
