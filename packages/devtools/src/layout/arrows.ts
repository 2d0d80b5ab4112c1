import type { EventId, ProcessPath, StreamItem } from "@marketplace/runtime/inspect";
import type { Model } from "../model/model.ts";
import { processOf, subjectOf } from "../model/summary.ts";

/** From one place of a sequence to another: from a process at an event to a process at another, or at the same one. */
export interface Arrow {
  readonly kind: "message" | "presence" | "absence" | "spawn";
  readonly id: EventId;
  readonly from: ProcessPath;
  readonly fromPosition: number;
  readonly to: ProcessPath;
  readonly toPosition: number;
  /** Something ran there for it. */
  readonly heard: boolean;
}

/** More receivers of one message than this get no arrows of their own. */
const MOST = 200;

/** The arrows of the event at a position: to each activation that it caused, and to receivers in which nothing ran. */
export function arrowsOf(item: StreamItem, position: number, model: Model): Arrow[] {
  switch (item.kind) {
    case "message":
      return received(item, item.process, item.to.slice(0, MOST).map(processOf), position, model);
    case "presence":
    case "absence":
      return met(item, position, model);
    case "spawn": {
      const cause = model.log.find(item.cause);
      const parent = cause === undefined ? "" : subjectOf(cause);
      if (parent === "") return [];
      return [
        {
          kind: "spawn",
          id: item.id,
          from: parent,
          fromPosition: position,
          to: item.process,
          toPosition: position,
          heard: true,
        },
      ];
    }
    default:
      return [];
  }
}

type Meeting = StreamItem & { readonly kind: "presence" | "absence" };

/** A message's arrows. What stands for an endpoint further in is left out where the one further in heard of it. */
function received(
  item: StreamItem & { readonly kind: "message" },
  from: ProcessPath,
  to: readonly ProcessPath[],
  position: number,
  model: Model,
): Arrow[] {
  const arrows = activations(item, from, position, model);
  const reached = arrows.map((arrow) => arrow.to);
  for (const receiver of new Set(to)) {
    if (reached.some((path) => path === receiver || path.startsWith(`${receiver}.`))) continue;
    arrows.push({
      kind: "message",
      id: item.id,
      from,
      fromPosition: position,
      to: receiver,
      toPosition: position,
      heard: false,
    });
  }
  return arrows;
}

/** The line between the two that met or parted, and an arrow to each that heard of it. */
function met(item: Meeting, position: number, model: Model): Arrow[] {
  const publisher = processOf(item.publisher);
  const subscriber = processOf(item.subscriber);
  const between: Arrow = {
    kind: item.kind,
    id: item.id,
    from: publisher,
    fromPosition: position,
    to: subscriber,
    toPosition: position,
    heard: false,
  };
  const heard = activations(item, "", position, model).map((arrow) => ({
    ...arrow,
    from: arrow.to === subscriber ? publisher : subscriber,
  }));
  return [between, ...heard];
}

function activations(
  item: StreamItem & { readonly kind: Arrow["kind"] },
  from: ProcessPath,
  position: number,
  model: Model,
): Arrow[] {
  const arrows: Arrow[] = [];
  for (const effect of model.log.effectsOf(position)) {
    const activation = model.log.at(effect);
    if (activation?.kind !== "activation") continue;
    arrows.push({
      kind: item.kind,
      id: item.id,
      from,
      fromPosition: position,
      to: activation.process,
      toPosition: effect,
      heard: true,
    });
    if (arrows.length >= MOST) break;
  }
  return arrows;
}
