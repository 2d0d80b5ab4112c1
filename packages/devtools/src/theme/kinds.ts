import type { Kind } from "../model/kinds.ts";

/** How a kind of event looks: colour, shape and word always go together. */
export interface KindLook {
  /** A word or two. */
  readonly label: string;
  /** The CSS variable of its colour: `var(--kind-message)`. */
  readonly color: `--kind-${string}`;
  /** The outline of its sign, in a box of 16 by 16; for `<path d>` and for `Path2D`. */
  readonly path: string;
  /** Is the sign filled, or drawn by its outline? */
  readonly filled: boolean;
}

function look(label: string, color: KindLook["color"], path: string, filled: boolean): KindLook {
  return { label, color, path, filled };
}

const CIRCLE = "M8 3.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9Z";
const DIAMOND = "M8 3l5 5l-5 5l-5-5Z";

export const KIND_LOOKS: { readonly [K in Kind]: KindLook } = {
  message: look("message", "--kind-message", "M2 8h10M8.5 4.5L12 8l-3.5 3.5", false),
  presence: look("presence", "--kind-presence", CIRCLE, true),
  absence: look("absence", "--kind-absence", CIRCLE, false),
  "endpoint-added": look("endpoint +", "--kind-endpoint", DIAMOND, true),
  "endpoint-replaced": look("endpoint ~", "--kind-endpoint", `${DIAMOND}M8 6.5v3M6.5 8h3`, false),
  "endpoint-deleted": look("endpoint −", "--kind-endpoint", DIAMOND, false),
  spawn: look("spawn", "--kind-process", "M8 3v10M3 8h10", false),
  exit: look("exit", "--kind-process", "M4 4l8 8M12 4l-8 8", false),
  activation: look("activation", "--kind-work", "M5 3.5l7 4.5l-7 4.5Z", true),
  action: look("action", "--kind-work", "M8 6a2 2 0 1 1 0 4a2 2 0 1 1 0-4Z", true),
  turn: look("turn", "--kind-work", "M12 8a4 4 0 1 1-1.5-3.1M12.5 3v2.5H10", false),
  input: look("input", "--kind-input", "M8 2.5v7.5M4.5 7L8 10.5L11.5 7M3.5 13h9", false),
  control: look("control", "--kind-control", "M5.5 3.5v9M10.5 3.5v9", false),
  ended: look("ended", "--kind-control", "M4 4h8v8h-8Z", true),
  gap: look("gap", "--kind-gap", "M2 8l2-3l2.5 6l3-6l2.5 6l2-3", false),
};
