import type { EndpointKey, EventId } from "@marketplace/runtime/inspect";
import { SIZE, type FlowLayout, type PlacedBox, type Point } from "../../layout/flow-layout.ts";
import { pointAt } from "../../layout/flow-route.ts";
import type { Stage } from "./stage.ts";

/** What is under a point of the picture. */
export type Pointed =
  | { readonly kind: "move"; readonly id: EventId }
  | { readonly kind: "pin"; readonly key: EndpointKey }
  /** `isToggle`: the part of a VM that opens or closes it. */
  | { readonly kind: "box"; readonly placed: PlacedBox; readonly isToggle: boolean };

/** @param point in the picture's own units @param reach how near is near enough, likewise */
export function pointedAt(layout: FlowLayout, stage: Stage, point: Point, reach: number, now: number): Pointed | null {
  for (const { move, start, end } of stage.moving) {
    if (now < start) continue;
    const at = pointAt(move.route, Math.min(1, (now - start) / (end - start)) * move.length);
    if (Math.hypot(at.x - point.x, at.y - point.y) < reach * 1.6) return { kind: "move", id: move.id };
  }
  // What is drawn last is in front.
  for (const placed of layout.boxes.toReversed()) {
    const { x, y, width, height, box } = placed;
    if (point.x < x || point.x > x + width || point.y < y - SIZE.leg || point.y > y + height) continue;
    const pin = pinAt(layout, placed, point, Math.min(reach, placed.pinStep));
    if (pin !== null) return { kind: "pin", key: pin };
    if (point.y < y) continue;
    const isToggle =
      box.isVm &&
      (!box.open || (point.y < y + SIZE.head && point.x < x + 26) || (box.path === "" && point.y < y + SIZE.head));
    return { kind: "box", placed, isToggle };
  }
  return null;
}

function pinAt(layout: FlowLayout, { box, y }: PlacedBox, point: Point, reach: number): EndpointKey | null {
  if (point.y > y + reach) return null;
  let best: EndpointKey | null = null;
  let nearest = reach;
  for (const { key } of [...box.pins, ...box.outer]) {
    const pin = layout.pins.get(key);
    if (pin === undefined) continue;
    const distance = Math.abs(pin.x - point.x);
    if (distance < nearest) [best, nearest] = [key, distance];
  }
  return best;
}
