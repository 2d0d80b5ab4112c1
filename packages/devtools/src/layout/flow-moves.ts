import { vmOf, type EndpointKey, type EventId, type ProcessPath, type StreamItem } from "@marketplace/runtime/inspect";
import type { Model } from "../model/model.ts";
import { processOf } from "../model/summary.ts";
import { lengthOf, routeOut, routeOver, type Route } from "./flow-route.ts";
import type { FlowLayout } from "./flow-layout.ts";

/** Something that goes its way through the picture. */
export interface Move {
  readonly id: EventId;
  readonly kind: "message" | "presence" | "absence";
  readonly route: Route;
  readonly length: number;
  /** It arrives at nothing. */
  readonly lost: boolean;
}

/** More receivers than this are not shown one by one. */
const MOST = 40;

/** The ways that an event goes: a message from its sender to each receiver, presence between the two that met or parted. */
export function movesOf(item: StreamItem, layout: FlowLayout, model: Model): Move[] {
  if (item.kind === "message") return messageMoves(item, layout, model);
  if (item.kind !== "presence" && item.kind !== "absence") return [];
  const vm = vmOf(processOf(item.subscriber));
  const route = routeOver(layout, vm, { endpoint: item.publisher }, { endpoint: item.subscriber });
  if (route === null) return [];
  const routes = [...(item.subscriberSees ? [route] : []), ...(item.publisherSees ? [route.toReversed()] : [])];
  return (routes.length === 0 ? [route] : routes).map((way) =>
    move(item.id, item.kind, extendIn(layout, model, item.subscriber, way), false),
  );
}

function messageMoves(item: StreamItem & { readonly kind: "message" }, layout: FlowLayout, model: Model): Move[] {
  const vm = vmOf(item.process);
  const sender = { process: item.process };
  const before = fromInside(item, layout, model);
  if (item.to.length === 0) {
    // As far as the strip, where nobody takes it.
    const route = routeOver(layout, vm, sender, sender);
    return route === null ? [] : [move(item.id, "message", [...before, ...route.slice(0, 2)], true)];
  }
  const moves: Move[] = [];
  for (const endpoint of item.to.slice(0, MOST)) {
    const route = routeOver(layout, vm, sender, { endpoint });
    if (route !== null)
      moves.push(move(item.id, "message", extendIn(layout, model, endpoint, [...before, ...route]), false));
  }
  return moves;
}

/** The way of a message from the process in a VM that asked for it to the VM's edge; empty where the sender asked itself. */
function fromInside(item: StreamItem & { readonly kind: "message" }, layout: FlowLayout, model: Model): Route {
  const cause = model.log.find(item.cause);
  if (cause?.kind !== "action" || cause.action !== "at-meta-level" || !cause.process.startsWith(`${item.process}.`))
    return [];
  return routeOut(layout, cause.process, item.process, undefined) ?? [];
}

/** Goes on to the endpoint further in that this one stands for. */
function extendIn(layout: FlowLayout, model: Model, endpoint: EndpointKey, route: Route): Route {
  const inner = model.tree.endpoint(endpoint)?.for;
  const vm: ProcessPath = processOf(endpoint);
  if (inner === undefined) return route;
  const way = routeOut(layout, processOf(inner), vm, layout.pins.get(endpoint));
  return way === null ? route : [...route, ...way.toReversed()];
}

function move(id: EventId, kind: Move["kind"], route: Route, lost: boolean): Move {
  return { id, kind, route, length: lengthOf(route), lost };
}
