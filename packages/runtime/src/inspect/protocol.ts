import type { Orientation } from "../model/role.ts";
import type {
  EventId,
  VmPath,
  ProcessPath,
  EndpointKey,
  TermJson,
  Taken,
  Path,
  StreamItem,
  ProcessInTree,
} from "./events.ts";

// What a program and a viewer of it say to each other. Each frame is one JSON text. `docs/inspector-protocol.md` tells it in order.

/** The version of the protocol. The two sides have to name the same one. */
export const PROTOCOL = 1;

/** Longest frame that a viewer may send, in characters. */
export const LONGEST_FRAME = 1_048_576;

// Frames of the program. Each but `welcome` and `failed` has a number `frame`, from 1, and is to be acknowledged.

/** The answer to `hello`. */
export interface WelcomeFrame {
  readonly type: "welcome";
  readonly protocol: typeof PROTOCOL;
  /** Names the recording: event ids mean the same as long as it is the same. */
  readonly run: string;
  /** What the program calls itself. */
  readonly target: string;
  /** May this viewer pause, step, kill, inject and set breakpoints? */
  readonly control: boolean;
  /** Frames that the program sends ahead of their acknowledgement. */
  readonly window: number;
  /** The wall clock, in milliseconds since 1970, when `t` was 0. */
  readonly started: number;
}

/** One part of the tree as it was just after event `at`. The parts of one snapshot have the same `at`. */
export interface SnapshotFrame {
  readonly type: "snapshot";
  readonly frame: number;
  readonly at: EventId;
  /** True in the first part: forget the tree you have. */
  readonly first: boolean;
  /** How many processes follow in further parts. */
  readonly rest: number;
  /** A VM before what is in it. */
  readonly processes: readonly ProcessInTree[];
}

/**
 * What happened next: the first item follows what the last frame, or the snapshot, ended with. On the wire each event is a row of
 * columns; see `rows.ts`.
 */
export interface EventsFrame {
  readonly type: "events";
  readonly frame: number;
  readonly events: readonly StreamItem[];
}

export interface StatusFrame {
  readonly type: "status";
  readonly frame: number;
  readonly buffer: {
    /** How much of its budget the buffer takes, in bytes, estimated. */
    readonly bytes: number;
    readonly budget: number;
    /** The oldest event that is kept; older ones are gone. */
    readonly oldest: EventId;
    readonly newest: EventId;
  };
  readonly dropped: {
    /** Bodies and states that the buffer let go. */
    readonly bodies: number;
    /** Events that the buffer let go. */
    readonly messages: number;
    /** Events that this viewer was not sent because it was too slow. */
    readonly skipped: number;
  };
  /** Where the VM stands, if it does. */
  readonly paused: Pause | null;
  readonly breakpoints: readonly Breakpoint[];
  readonly viewers: number;
  readonly ended: boolean;
}

export interface Pause {
  readonly why: "pause" | "step" | "breakpoint";
  readonly breakpoint?: number;
  /** Whose action is next, and which; left out where the VM has nothing to do. */
  readonly next?: { readonly process: ProcessPath; readonly action: string; readonly text: string };
}

/** The answer to a request. */
export interface ReplyFrame {
  readonly type: "reply";
  readonly frame: number;
  readonly request: number;
  readonly result: Result;
}

/** A request could not be answered. */
export interface RefusalFrame {
  readonly type: "refusal";
  readonly frame: number;
  readonly request: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** The last frame: the program closes the channel. */
export interface FailedFrame {
  readonly type: "failed";
  readonly code: ErrorCode;
  readonly message: string;
}

export type ServerFrame =
  | WelcomeFrame
  | SnapshotFrame
  | EventsFrame
  | StatusFrame
  | ReplyFrame
  | RefusalFrame
  | FailedFrame;

export type ErrorCode =
  // These end the connection.
  | "BAD_FRAME"
  | "FRAME_TOO_LARGE"
  | "NOT_GREETED"
  | "PROTOCOL_VERSION"
  | "BAD_ACK"
  | "TOO_MANY_REQUESTS"
  // These answer a request.
  | "BAD_REQUEST"
  | "BAD_TERM"
  | "UNKNOWN_COMMAND"
  | "CONTROL_NOT_ALLOWED"
  | "NO_SUCH_PROCESS"
  | "NO_SUCH_VM"
  | "NO_SUCH_EVENT"
  | "NO_SUCH_PART"
  | "NOT_KEPT"
  | "NOT_PAUSED"
  | "TOO_MANY_BREAKPOINTS"
  | "VM_ENDED";

// Frames of the viewer

/** Which bodies of messages come with the events: none, those that are small, and the beginning of larger ones. */
export type BodyMode = "none" | "small";

export interface HelloFrame {
  readonly type: "hello";
  readonly protocol: number;
  /** For whoever guards the channel; the protocol itself does not look at it. */
  readonly token?: string;
  /** How many events of the past to begin with, at most; left out, 0: the tree as it is now, and what happens from now on. */
  readonly history?: number;
  readonly bodies?: BodyMode;
}

/** All frames up to this number have been dealt with. */
export interface AckFrame {
  readonly type: "ack";
  readonly frame: number;
}

export type RequestFrame = { readonly type: "request"; readonly request: number } & Command;

export type ClientFrame = HelloFrame | AckFrame | RequestFrame;

/** What a breakpoint waits for. */
export type BreakpointKind = "message" | "presence" | "absence" | "any";

export interface Breakpoint {
  readonly id: number;
  readonly pattern: TermJson;
  readonly kind: BreakpointKind;
}

/** Which part of a value: the way to it, and the first of its own parts to show. */
export interface Which {
  readonly path?: Path;
  readonly from?: number;
}

export type Command =
  /** Begin anew: a snapshot, and what happened and happens after it. */
  | { readonly command: "snapshot"; readonly history?: number }
  | { readonly command: "bodies"; readonly mode: BodyMode }
  /** What an event holds: a message's body, a reason, an error, what was thrown. */
  | ({ readonly command: "value"; readonly event: EventId } & Which)
  /** A process's state now, or just after an event. */
  | ({ readonly command: "state"; readonly process: ProcessPath; readonly at?: EventId } & Which)
  /** Who would get this message if it were sent in that VM now? */
  | { readonly command: "preview"; readonly vm: VmPath; readonly body: TermJson; readonly orientation: Orientation }
  // From here on: control.
  | { readonly command: "pause" }
  | { readonly command: "resume" }
  | { readonly command: "step" }
  | { readonly command: "kill"; readonly process: ProcessPath }
  | { readonly command: "inject"; readonly vm: VmPath; readonly body: TermJson; readonly orientation: Orientation }
  | { readonly command: "break"; readonly pattern: TermJson; readonly kind: BreakpointKind }
  | { readonly command: "unbreak"; readonly id: number };

export type CommandName = Command["command"];

/** Answers, by command. */
export interface Results {
  readonly snapshot: { readonly at: EventId };
  readonly bodies: Record<string, never>;
  readonly value: ValueResult;
  readonly state: StateResult;
  readonly preview: { readonly to: readonly EndpointKey[]; readonly unmatched: boolean };
  readonly pause: Record<string, never>;
  readonly resume: Record<string, never>;
  readonly step: Record<string, never>;
  readonly kill: { readonly event: EventId };
  readonly inject: { readonly event: EventId };
  readonly break: { readonly id: number };
  readonly unbreak: Record<string, never>;
}

export type Result = Results[CommandName];

export interface ValueResult {
  readonly value: Taken;
  /** The whole message as a term, where it has room in a frame; only for messages, and without a `path`. */
  readonly term?: TermJson;
  /** Its contents have changed since, as far as that can be seen: what is shown is what they are now. */
  readonly changedSince: boolean;
}

export interface StateResult extends ValueResult {
  /** The event that the state dates from: an activation, or 0 where it is older than the recording. */
  readonly event: EventId;
}

// Recordings

/** The first line of a recording; each further line is a snapshot, events or a state, in order. */
export interface RecordingHeader {
  readonly type: "recording";
  readonly protocol: typeof PROTOCOL;
  readonly run: string;
  readonly target: string;
  readonly started: number;
}

/** A state that was fetched and is kept in a recording. */
export interface RecordedState {
  readonly type: "state";
  readonly process: ProcessPath;
  /** From this event on. */
  readonly event: EventId;
  readonly value: Taken;
}

export interface Recording {
  readonly header: RecordingHeader;
  /** The tree before the first event. */
  readonly at: EventId;
  readonly processes: readonly ProcessInTree[];
  readonly events: readonly StreamItem[];
  readonly states: readonly RecordedState[];
}
