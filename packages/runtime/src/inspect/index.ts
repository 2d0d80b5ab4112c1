// What a debugger is made of: the program's side, and what a viewer needs to understand it. The protocol is described in
// docs/inspector-protocol.md.

// In the program.
export { attachInspector, recorder, startRecording } from "./attach.ts";
export type { AttachOptions, RecorderOptions, RecordingOptions } from "./attach.ts";
export type { Channel } from "./channel.ts";
export { LOG_LEVELS, logger, type LoggerOptions, type LogLevel } from "./log.ts";
export type { Tracer } from "./tracer.ts";

// In the viewer.
export type * from "./events.ts";
export * from "./protocol.ts";
export { decodeServerFrame, encodeClientFrame } from "./frames.ts";
export { LONGEST_RECORDING, readRecording, writeRecording } from "./recording.ts";
export { clash, type Clash } from "./clash.ts";
export {
  receivers,
  why,
  whyPresence,
  type EndpointFacts,
  type FindActivation,
  type MessageFacts,
  type PresenceVerdict,
  type Verdict,
} from "./why.ts";
export { vmAtLevel, vmOf } from "./paths.ts";
