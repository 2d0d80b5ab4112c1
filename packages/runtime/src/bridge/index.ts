// What crosses a channel, and as which bytes.
export { decodeFrame, encodeFrame } from "./codec.ts";
export type { Wire } from "./wire.ts";
