// The public names.

export { openDebugger, type DebuggerOptions } from "./open-debugger.ts";
