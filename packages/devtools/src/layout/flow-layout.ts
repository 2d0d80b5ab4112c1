import { hierarchy, type HierarchyNode } from "d3";
import type { EndpointKey, ProcessPath } from "@marketplace/runtime/inspect";
import type { FlowBox } from "./flow-boxes.ts";

/** Measures of the picture, in its own units: pixels at scale 1. */
export const SIZE = {
  width: 136,
  height: 34,
  closed: 62,
  /** Between a strip and the boxes that stand on it. */
  leg: 20,
  strip: 12,
  gap: 12,
  rowGap: 16,
  pad: 14,
  head: 24,
  pin: 13,
} as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A process or VM in its place. */
export interface PlacedBox {
  readonly box: FlowBox;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** The VM that it is in; null for the ground VM. */
  readonly vm: ProcessPath | null;
  /** Which row of its VM it stands in. */
  readonly row: number;
  /** How far apart its pins are, and how many there is room for. */
  readonly pinStep: number;
  readonly pinCount: number;
}

/** A VM's network: a strip along the top of each row of its processes, joined at the left where there are several. */
export interface Network {
  readonly left: number;
  readonly right: number;
  /** The tops of the strips. */
  readonly rows: readonly number[];
}

export interface FlowLayout {
  /** A VM before what is in it. */
  readonly boxes: readonly PlacedBox[];
  readonly byPath: ReadonlyMap<ProcessPath, PlacedBox>;
  readonly networks: ReadonlyMap<ProcessPath, Network>;
  /** Where each endpoint's pin is: at the top edge of its box. */
  readonly pins: ReadonlyMap<EndpointKey, Point>;
  readonly width: number;
  readonly height: number;
}

/** What a place that is free stands for. */
type Place = FlowBox | null;

interface Measured {
  width: number;
  height: number;
  rows: { readonly nodes: HierarchyNode<Place>[]; readonly height: number }[];
}

/** Columns that a VM's rows may have: few steps, so that a newcomer seldom moves the others into other rows. */
const COLUMNS: readonly number[] = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96];

/**
 * Puts every box into its place. The same boxes always stand in the same places.
 *
 * @param aspect how wide the picture should be for its height
 */
export function flowLayout(ground: FlowBox, aspect: number): FlowLayout {
  const root = hierarchy<Place>(ground, (box) =>
    box?.open === true && box.places.length > 0 ? [...box.places] : null,
  );
  const measures = new Map<HierarchyNode<Place>, Measured>();
  root.eachAfter((node) => measures.set(node, measure(node, measures, aspect)));
  const boxes: PlacedBox[] = [];
  const byPath = new Map<ProcessPath, PlacedBox>();
  const networks = new Map<ProcessPath, Network>();
  const pins = new Map<EndpointKey, Point>();
  const corners = new Map<HierarchyNode<Place>, Point & { readonly row: number }>([[root, { x: 0, y: 0, row: 0 }]]);
  root.eachBefore((node) => {
    const box = node.data;
    if (box === null) return;
    const { x, y, row } = corners.get(node)!;
    const measured = measures.get(node)!;
    const placed = place(box, x, y, measured, node, row);
    boxes.push(placed);
    byPath.set(box.path, placed);
    for (const [i, { key }] of [...box.pins, ...box.outer].entries()) pins.set(key, pinAt(placed, i));
    if (box.open) networks.set(box.path, placeRows(placed, measured, measures, corners));
  });
  const all = measures.get(root)!;
  return { boxes, byPath, networks, pins, width: all.width, height: all.height };
}

function measure(
  node: HierarchyNode<Place>,
  measures: ReadonlyMap<HierarchyNode<Place>, Measured>,
  aspect: number,
): Measured {
  const box = node.data;
  if (box === null || !box.isVm) return { width: SIZE.width, height: SIZE.height, rows: [] };
  if (!box.open) return { width: SIZE.width, height: SIZE.closed, rows: [] };
  const children = node.children ?? [];
  const sizes = children.map((child) => measures.get(child)!);
  const area = sizes.reduce(
    (sum, { width, height }) => sum + (width + SIZE.gap) * (height + SIZE.leg + SIZE.strip + SIZE.rowGap),
    0,
  );
  const column = SIZE.width + SIZE.gap;
  const wanted = Math.sqrt(area * aspect) / column;
  const widest = Math.max(0, ...sizes.map(({ width }) => width + SIZE.gap));
  const columns = COLUMNS.find((count) => count >= wanted) ?? Math.ceil(wanted);
  // Beside the widest there is always room for one more.
  const limit = Math.max(
    widest + (children.length > 1 ? column : 0),
    Math.min(columns, Math.max(2, children.length)) * column,
  );
  const rows: Measured["rows"] = [];
  let nodes: HierarchyNode<Place>[] = [];
  let width = 0;
  let widestRow: number = SIZE.width;
  const finish = (): void => {
    if (nodes.length === 0) return;
    rows.push({ nodes, height: Math.max(...nodes.map((each) => measures.get(each)!.height)) });
    widestRow = Math.max(widestRow, width - SIZE.gap);
    nodes = [];
    width = 0;
  };
  for (const child of children) {
    const size = measures.get(child)!;
    if (width + size.width > limit) finish();
    nodes.push(child);
    width += size.width + SIZE.gap;
  }
  finish();
  const height = rows.reduce((sum, row) => sum + SIZE.strip + SIZE.leg + row.height + SIZE.rowGap, 0);
  return {
    width: widestRow + SIZE.pad * 2 + SIZE.strip,
    height: SIZE.head + Math.max(SIZE.strip + SIZE.rowGap, height) + SIZE.pad - SIZE.rowGap,
    rows,
  };
}

function place(
  box: FlowBox,
  x: number,
  y: number,
  { width, height }: Measured,
  node: HierarchyNode<Place>,
  row: number,
): PlacedBox {
  const wanted = box.pins.length + box.outer.length;
  const room = width - SIZE.pin;
  // Where they do not all have room they move together, to a point.
  const pinStep = Math.min(SIZE.pin, Math.max(7, room / Math.max(1, wanted)));
  const pinCount = Math.min(wanted, Math.floor(room / pinStep));
  return { box, x, y, width, height, depth: node.depth, vm: node.parent?.data?.path ?? null, row, pinStep, pinCount };
}

/** Where the pin with this number is; those that have no room share the last place. */
function pinAt({ x, y, pinStep, pinCount }: PlacedBox, i: number): Point {
  return { x: x + SIZE.pin * 0.85 + Math.min(i, Math.max(0, pinCount - 1)) * pinStep, y };
}

function placeRows(
  { x, y, width }: PlacedBox,
  { rows }: Measured,
  measures: ReadonlyMap<HierarchyNode<Place>, Measured>,
  corners: Map<HierarchyNode<Place>, Point & { readonly row: number }>,
): Network {
  let top = y + SIZE.head;
  const tops: number[] = [];
  for (const [i, row] of rows.entries()) {
    tops.push(top);
    let left = x + SIZE.pad + SIZE.strip;
    for (const node of row.nodes) {
      corners.set(node, { x: left, y: top + SIZE.strip + SIZE.leg, row: i });
      left += measures.get(node)!.width + SIZE.gap;
    }
    top += SIZE.strip + SIZE.leg + row.height + SIZE.rowGap;
  }
  if (tops.length === 0) tops.push(top);
  return { left: x + SIZE.pad / 2, right: x + width - SIZE.pad / 2, rows: tops };
}
