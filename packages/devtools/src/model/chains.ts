import type { EventId, StreamItem } from "@marketplace/runtime/inspect";
import type { Model } from "./model.ts";

/** An event in a chain, and how far it is from where the chain began. */
export interface Link {
  readonly item: StreamItem;
  readonly depth: number;
}

const LONGEST_BACK = 500;

/**
 * What made an event happen, from the outside event on, the event itself last.
 *
 * @returns `whole` is false where the beginning is no longer known
 */
export function causesOf(
  id: EventId,
  model: Model,
): { readonly chain: readonly StreamItem[]; readonly whole: boolean } {
  const chain: StreamItem[] = [];
  let at: EventId = id;
  while (at !== 0 && chain.length < LONGEST_BACK) {
    const item = model.log.find(at);
    if (item === undefined || item.kind === "gap") return { chain: chain.reverse(), whole: false };
    chain.push(item);
    at = item.cause;
  }
  return { chain: chain.reverse(), whole: at === 0 };
}

/** What came of an event, in the order of a tree: each effect is followed by its own. */
export function effectsOf(
  id: EventId,
  model: Model,
  most: number,
): { readonly links: readonly Link[]; readonly more: boolean } {
  const links: Link[] = [];
  const { log } = model;
  const stack = log
    .effectsOf(log.positionOf(id))
    .reverse()
    .map((position) => ({ position, depth: 1 }));
  while (stack.length > 0) {
    if (links.length >= most) return { links, more: true };
    const { position, depth } = stack.pop()!;
    const item = log.at(position);
    if (item === undefined) continue;
    links.push({ item, depth });
    for (const effect of log.effectsOf(position).reverse()) stack.push({ position: effect, depth: depth + 1 });
  }
  return { links, more: false };
}
