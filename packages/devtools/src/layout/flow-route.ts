import type { EndpointKey, ProcessPath } from "@marketplace/runtime/inspect";
import { processOf } from "../model/summary.ts";
import { SIZE, type FlowLayout, type Network, type Point } from "./flow-layout.ts";

/** A way through the picture, from corner to corner. */
export type Route = readonly Point[];

/** Where something begins or ends: at an endpoint, or at a process as a whole. */
export type Stop = { readonly endpoint: EndpointKey } | { readonly process: ProcessPath };

/** The way over a VM's network from one stop to another; null where that VM's network is not in the picture. */
export function routeOver(layout: FlowLayout, vm: ProcessPath, from: Stop, to: Stop): Route | null {
  const network = layout.networks.get(vm);
  if (network === undefined) return null;
  const start = stopAt(layout, network, from);
  const end = stopAt(layout, network, to);
  if (start === null || end === null) return null;
  const points: Point[] = [start.at, { x: start.at.x, y: start.strip }];
  if (start.strip !== end.strip) {
    const spine = network.left + SIZE.strip / 2;
    points.push({ x: spine, y: start.strip }, { x: spine, y: end.strip });
  }
  points.push({ x: end.at.x, y: end.strip }, end.at);
  return points;
}

interface Place {
  readonly at: Point;
  /** The height of the middle of the strip that it stands on. */
  readonly strip: number;
}

function stopAt(layout: FlowLayout, network: Network, stop: Stop): Place | null {
  const process = "endpoint" in stop ? processOf(stop.endpoint) : stop.process;
  const middle = (row: number): number => network.rows[Math.min(row, network.rows.length - 1)]! + SIZE.strip / 2;
  // What comes from outside comes in at the beginning of the strip.
  if (process.endsWith("outside")) return { at: { x: network.left - SIZE.pad / 2, y: middle(0) }, strip: middle(0) };
  const box = layout.byPath.get(process);
  if (box === undefined) return null;
  const pin = "endpoint" in stop ? layout.pins.get(stop.endpoint) : undefined;
  return { at: pin ?? { x: box.x + Math.min(box.width, SIZE.width) / 2, y: box.y }, strip: middle(box.row) };
}

/** From a process to the edge of the VM that it is in: over the boxes of its row, up beside the strips, and along under the VM's name. */
export function routeOut(
  layout: FlowLayout,
  process: ProcessPath,
  vm: ProcessPath,
  at: Point | undefined,
): Route | null {
  const inner = layout.byPath.get(process);
  const outer = layout.byPath.get(vm);
  if (inner === undefined || outer === undefined) return null;
  const start: Point = { x: inner.x + inner.width - SIZE.gap, y: inner.y };
  const end: Point = at ?? { x: outer.x + Math.min(outer.width, SIZE.width) / 2, y: outer.y };
  const lane = start.y - SIZE.leg * 0.4;
  const side = outer.x + outer.width - SIZE.pad / 4;
  const top = outer.y + SIZE.head * 0.8;
  return [start, { x: start.x, y: lane }, { x: side, y: lane }, { x: side, y: top }, { x: end.x, y: top }, end];
}

export function lengthOf(route: Route): number {
  let length = 0;
  for (let i = 1; i < route.length; i++)
    length += Math.hypot(route[i]!.x - route[i - 1]!.x, route[i]!.y - route[i - 1]!.y);
  return length;
}

/** The point so far along a route. */
export function pointAt(route: Route, distance: number): Point {
  let left = distance;
  for (let i = 1; i < route.length; i++) {
    const from = route[i - 1]!;
    const to = route[i]!;
    const leg = Math.hypot(to.x - from.x, to.y - from.y);
    if (left <= leg && leg > 0)
      return { x: from.x + ((to.x - from.x) * left) / leg, y: from.y + ((to.y - from.y) * left) / leg };
    left -= leg;
  }
  return route.at(-1) ?? { x: 0, y: 0 };
}
