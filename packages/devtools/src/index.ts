// The public names.

export { openDebugger } from "./open-debugger.ts";
export type { DebuggerOptions } from "./debugger-options.ts";
