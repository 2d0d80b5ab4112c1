// The meta level of a VM over any channel of messages. The public names, in reading order.
export { bridge, type BridgeOptions } from "./bridge.ts";
export type { BridgeState, Dial } from "./line.ts";
export { acceptBridge, type AcceptOptions } from "./accept.ts";
export type { TcpFlow } from "./far.ts";
export type { Container } from "../vm/container.ts";

// What the two halves talk through.
export type { BridgeChannel, Closing } from "./channel.ts";
export { memoryChannel } from "./memory-channel.ts";
export { portChannel, type PortLike } from "./port-channel.ts";
export {
  webSocketDial,
  type WebSocketConstructor,
  type WebSocketDialOptions,
  type WebSocketLike,
} from "./web-socket.ts";
export { PROTOCOL } from "./frames.ts";

// What crosses a channel, and as which bytes.
export { decodeFrame, encodeFrame } from "./codec.ts";
export type { Wire } from "./wire.ts";
