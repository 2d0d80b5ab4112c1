import type { EndpointId } from "../model/action.ts";
import type { InterestType, Orientation } from "../model/role.ts";
import type { Json } from "../terms/json.ts";
import type { Occasion } from "./tracer.ts";

// What a viewer is told of a program: the names of things, values, events and the tree.

/** Names an event: ascending, from 1, in the order in which things happened. 0 as a cause: none, or from before the recording. */
export type EventId = number;

/** Names a VM by the PIDs of the VM processes from the ground down: `""` is the ground VM, `"3"` the VM that its process 3 is. */
export type VmPath = string;

/** Names a process: `"3.7"` is process 7 of VM `"3"`. The PID `outside` (`"outside"`, `"3.outside"`) stands for what comes from outside a VM. */
export type ProcessPath = string;

/** Names one life of an endpoint: its process and its place in the order of creation, `"3.7:12"`. Replacing its handlers keeps it. */
export type EndpointKey = string;

/** A term in JSON, as `termToJson` writes and `termFromJson` reads it. */
export type TermJson = Json;

/** A term in an event: whole, or, where it is too large for that or is no longer kept, what there is of it. */
export type Body =
  | { readonly term: TermJson }
  /** Its beginning as text, and roughly how many bytes the whole takes; `value` fetches more. */
  | { readonly text: string; readonly size: number }
  /** Not sent (`bodies: "none"`), or dropped from the buffer. */
  | { readonly missing: "not sent" | "not kept" };

/**
 * Any JavaScript value, taken apart: safe to make (no getter runs, cycles end), bounded, with the rest to be fetched by path.
 * `kind` says what it is, `text` shows it in one line.
 */
export interface Taken {
  readonly kind:
    | "undefined"
    | "null"
    | "boolean"
    | "number"
    | "bigint"
    | "string"
    | "symbol"
    | "function"
    | "wildcard"
    | "bytes"
    | "record"
    | "list"
    | "object"
    | "map"
    | "set"
    | "date"
    | "regexp"
    | "error"
    | "instance"
    | "accessor"
    | "cycle"
    | "unreadable";
  readonly text: string;
  /** How many parts it has; left out where it can have none. */
  readonly size?: number;
  /** The first parts; left out where the bounds were met. Fetch them with this value's path. */
  readonly parts?: readonly Part[];
  /** A `cycle`: the path of the value that it is. */
  readonly same?: Path;
}

/** A part of a value. A key that is no string is shown as text, and `step` is the way to it. */
export interface Part {
  readonly key: string;
  readonly step: number;
  readonly value: Taken;
}

/** The way from a value to one of its parts: the `step` of each part on the way. */
export type Path = readonly number[];

export interface RoleJson {
  readonly orientation: Orientation;
  readonly interestType: InterestType;
  readonly topic: TermJson;
}

/** Which handlers an endpoint has. */
export interface HandlersPresent {
  readonly presence: boolean;
  readonly absence: boolean;
  readonly message: boolean;
}

// Events

interface Base {
  readonly id: EventId;
  /** Milliseconds since the recording began. */
  readonly t: number;
  /** The event that made this one happen. */
  readonly cause: EventId;
}

/** A process's turn begins: the actions pending now are performed. It has no cause of its own. */
export interface TurnEvent extends Base {
  readonly kind: "turn";
  readonly process: ProcessPath;
  /** How many actions were pending. */
  readonly pending: number;
}

/** A message was sent, and this is who got it. `cause` is the activation (or input) that asked for it. */
export interface MessageEvent extends Base {
  readonly kind: "message";
  /** The sender. */
  readonly process: ProcessPath;
  readonly turn: EventId;
  /** The side the sender is on: `subscriber` is feedback. */
  readonly orientation: Orientation;
  readonly body: Body;
  /** In order of delivery. One that stands for an endpoint further in is named here, with `for` in its `endpoint-added`. */
  readonly to: readonly EndpointKey[];
  /** It reached no endpoint that handles messages, those that watch everything aside. */
  readonly unmatched: boolean;
}

export type ActionName =
  | "send-message"
  | "add-endpoint"
  | "delete-endpoint"
  | "spawn"
  | "spawn-vm"
  | "quit"
  | "yield"
  | "at-meta-level"
  | "unknown";

/** An action was performed, other than to send a message in this VM; or that was tried and failed. What came of it has it as cause. */
export interface ActionEvent extends Base {
  readonly kind: "action";
  readonly process: ProcessPath;
  readonly turn: EventId;
  readonly action: ActionName;
  /** For `at-meta-level`: the action asked for, and how many levels out. */
  readonly asks?: string;
  readonly levels?: number;
  /** For `quit`: whose end. */
  readonly victim?: ProcessPath;
  /** It could not be performed: why. The process ends with that. */
  readonly error?: Taken;
}

export type { Occasion } from "./tracer.ts";

/** One of a process's functions ran. `cause` is the spawn, message, presence, absence or yield that it ran for. */
export interface ActivationEvent extends Base {
  readonly kind: "activation";
  readonly process: ProcessPath;
  readonly on: Occasion;
  /** The endpoint whose handler it is. */
  readonly endpoint?: EndpointKey;
  /** How many actions it asked for. */
  readonly actions: number;
  /** Is the state another one than before (or the same object with other contents, as far as that could be seen cheaply)? */
  readonly changed: boolean;
  /** What it threw, if it did. */
  readonly thrown?: Taken;
}

export interface EndpointAddedEvent extends Base {
  readonly kind: "endpoint-added";
  readonly endpoint: EndpointKey;
  readonly process: ProcessPath;
  /** What the process calls it. */
  readonly name: EndpointId;
  /** 0: in the process's own VM; n: n levels further out, where an endpoint with `for` stands in its place. */
  readonly level: number;
  readonly role: RoleJson;
  readonly handlers: HandlersPresent;
  /** The endpoint further in that this one stands for: a VM process has it on behalf of a process inside. */
  readonly for?: EndpointKey;
}

/** An endpoint got other handlers; nobody hears of it. */
export interface EndpointReplacedEvent extends Base {
  readonly kind: "endpoint-replaced";
  readonly endpoint: EndpointKey;
  readonly handlers: HandlersPresent;
}

export interface EndpointDeletedEvent extends Base {
  readonly kind: "endpoint-deleted";
  readonly endpoint: EndpointKey;
  readonly reason: Taken;
}

/** Two endpoints met. `cause` is the `endpoint-added` of the one that came. */
export interface PresenceMetEvent extends Base {
  readonly kind: "presence";
  readonly publisher: EndpointKey;
  readonly subscriber: EndpointKey;
  /** What their topics have in common. */
  readonly topic: TermJson;
  /** To which of the two the other is visible, whether or not it has a handler. */
  readonly publisherSees: boolean;
  readonly subscriberSees: boolean;
}

/** Two endpoints part. `cause` is the `endpoint-deleted` of the one that went. */
export interface AbsenceMetEvent extends Base {
  readonly kind: "absence";
  readonly publisher: EndpointKey;
  readonly subscriber: EndpointKey;
  readonly topic: TermJson;
  readonly publisherSees: boolean;
  readonly subscriberSees: boolean;
  readonly reason: Taken;
}

/** A process came to be; with `vm`, a nested VM did. */
export interface SpawnEvent extends Base {
  readonly kind: "spawn";
  readonly process: ProcessPath;
  readonly name?: string;
  readonly vm: boolean;
}

/** How a process ended. `collected`: it had no endpoints and nothing to do, and nobody was told. */
export type Ending = "quit" | "crashed" | "killed" | "collected" | "stopped";

/** A process is gone, and where it was a VM everything in it. */
export interface ExitEvent extends Base {
  readonly kind: "exit";
  readonly process: ProcessPath;
  readonly how: Ending;
  readonly reason: Taken;
}

/** Something came from outside: a value from an event source, a source that failed, a function of the host, or an event of what contains the ground VM. The root of a chain of causes. */
export interface InputEvent extends Base {
  readonly kind: "input";
  /** Through which process it came: `outside` for sources and the container. */
  readonly process: ProcessPath;
  readonly from: "source" | "debugger" | "host" | "container";
  /** What it was, in one line. */
  readonly text: string;
}

/** A viewer stopped the VM or let it go on, or ended a process. */
export interface ControlEvent extends Base {
  readonly kind: "control";
  readonly command: "pause" | "resume" | "step" | "kill" | "break";
  /** For `kill`: whom; for `break`: whose action. */
  readonly process?: ProcessPath;
}

/** The ground VM has ended. */
export interface EndedEvent extends Base {
  readonly kind: "ended";
  /** What its boot function threw, if it did. */
  readonly thrown?: Taken;
}

/** Not an event but the place of some that are not sent: ids `id` to `last`, of which `count` are missing and none is a matter of the tree or of presence. */
export interface GapEvent {
  readonly kind: "gap";
  readonly id: EventId;
  readonly last: EventId;
  readonly count: number;
}

export type TraceEvent =
  | TurnEvent
  | MessageEvent
  | ActionEvent
  | ActivationEvent
  | EndpointAddedEvent
  | EndpointReplacedEvent
  | EndpointDeletedEvent
  | PresenceMetEvent
  | AbsenceMetEvent
  | SpawnEvent
  | ExitEvent
  | InputEvent
  | ControlEvent
  | EndedEvent;

/** What a stream of events is made of. */
export type StreamItem = TraceEvent | GapEvent;

// The tree

export interface EndpointInTree {
  readonly endpoint: EndpointKey;
  readonly name: EndpointId;
  readonly level: number;
  readonly role: RoleJson;
  readonly handlers: HandlersPresent;
  readonly for?: EndpointKey;
}

/** A live process with its endpoints, in order of creation. */
export interface ProcessInTree {
  readonly process: ProcessPath;
  readonly name?: string;
  readonly vm: boolean;
  /** The `spawn` event, 0 where it came before the recording. */
  readonly since: EventId;
  readonly endpoints: readonly EndpointInTree[];
}
