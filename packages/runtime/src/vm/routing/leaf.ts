// What stands behind a step is a node or an endpoint. They are told apart by a field that both have, null in a node: in the innermost loop
// of routing `instanceof` would take longer than all the rest. In an endpoint it is how much its place leaves to be asked, and a search
// collects that by `|`, for all that it finds.

/** An endpoint whose place says all that its topic says. */
export const EXACT = 0;
/**
 * An endpoint whose place says less than its topic, of which the rest is easily compared: a list or a record without others in it, where
 * no wildcard occurs twice.
 */
export const PARTIAL = 1;
/** An endpoint whose place says less than its topic: what is found there must be shown to the matcher. */
export const INEXACT = 2;
/** The place of an endpoint that hangs from its node by itself, and is not listed there. */
export const HANGING = -1;
export type Leaf = typeof EXACT | typeof PARTIAL | typeof INEXACT;
