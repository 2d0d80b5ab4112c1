import type { StreamItem } from "@marketplace/runtime/inspect";

export type Kind = StreamItem["kind"];

/** All kinds of events, in the order of their numbers. */
export const KINDS: readonly Kind[] = [
  "gap",
  "turn",
  "message",
  "action",
  "activation",
  "endpoint-added",
  "endpoint-replaced",
  "endpoint-deleted",
  "presence",
  "absence",
  "spawn",
  "exit",
  "input",
  "control",
  "ended",
];

const NUMBERS = new Map(KINDS.map((kind, number) => [kind, number]));

/** The place of a kind in `KINDS`. */
export function kindNumber(kind: Kind): number {
  return NUMBERS.get(kind) ?? 0;
}
