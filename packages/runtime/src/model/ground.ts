/** The key under which the handle of a ground VM has what is behind it: for the debugger, and for nobody else. */
export const GROUND: unique symbol = Symbol.for("@marketplace/ground") as never;
