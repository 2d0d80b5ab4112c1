// What stands behind a step is a node or an endpoint. They are told apart by a number that both have: in the innermost loop of routing
// `instanceof` would take longer than all the rest.

/** A node: there is more to come. */
export const NO_LEAF = 0;
/** An endpoint whose place says all that its topic says. */
export const EXACT = 1;
/** An endpoint whose place says less than its topic: what is found there must be shown to the matcher. */
export const INEXACT = 2;
/**
 * An endpoint whose place says less than its topic, of which the rest is easily compared: a list or a record without others in it, where
 * no wildcard occurs twice.
 */
export const PARTIAL = 3;
/** The place of an endpoint that hangs from its node by itself, and is not listed there. */
export const HANGING = -1;
export type Leaf = typeof EXACT | typeof INEXACT | typeof PARTIAL;
