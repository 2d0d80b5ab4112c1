import type { EndpointId } from "../model/action.ts";
import type { Orientation, Role } from "../model/role.ts";
import type { Term } from "../terms/term.ts";
import type {
  ActionName,
  ControlEvent,
  Ending,
  EndpointKey,
  EventId,
  HandlersPresent,
  InputEvent,
  ProcessPath,
} from "./events.ts";
import type { Occasion } from "./tracer.ts";

// Events as they are kept: plain data that refers to the program's own values. Each kind is made in one place, all fields at once:
// that, and not a hierarchy of classes, is what makes thousands in a millisecond affordable.

interface Base {
  readonly id: EventId;
  /** In tenths of a millisecond: a small integer takes no memory of its own. */
  readonly t: number;
  readonly cause: EventId;
}

/** Refers to a value of the program's. */
interface WithValue extends Base {
  /** `NONE` where there is none, `DROPPED` where it is no longer kept. */
  value: unknown;
  /** What it looked like. */
  print: number;
  /** How many bytes it takes, with all else that the entry refers to; 0 once that is dropped. */
  heldBytes: number;
}

/** Stands where a value was that is no longer kept. */
export const DROPPED: unique symbol = Symbol("dropped");

/** Stands where there is no value, as opposed to one that is `undefined`. */
export const NONE: unique symbol = Symbol("none");

export interface TurnEntry extends Base {
  readonly kind: "turn";
  readonly process: ProcessPath;
  readonly pending: number;
}

export interface MessageEntry extends WithValue {
  readonly kind: "message";
  readonly process: ProcessPath;
  readonly turn: EventId;
  readonly orientation: Orientation;
  /** The body. */
  value: Term | typeof DROPPED;
  readonly to: readonly EndpointKey[];
  readonly unmatched: boolean;
}

export interface ActionEntry extends WithValue {
  readonly kind: "action";
  readonly process: ProcessPath;
  readonly turn: EventId;
  readonly action: ActionName;
  readonly asks: string | null;
  readonly levels: number | null;
  readonly victim: ProcessPath | null;
  /** The error, if it failed. */
  value: unknown;
}

export interface ActivationEntry extends WithValue {
  readonly kind: "activation";
  readonly process: ProcessPath;
  readonly on: Occasion;
  readonly endpoint: EndpointKey | null;
  /** What it threw, if it did. */
  value: unknown;
  actions: number;
  changed: boolean;
  /** The state after it, where it changed. */
  state: unknown;
  statePrint: number;
  /** The state before it, where that is the first change of a process that is older than the recording. */
  before: unknown;
  beforePrint: number;
}

/** An endpoint as it stands in the tree. */
export interface EndpointNode {
  readonly endpoint: EndpointKey;
  readonly name: EndpointId;
  readonly level: number;
  readonly role: Role;
  readonly handlers: HandlersPresent;
  readonly for: EndpointKey | null;
}

export interface EndpointAddedEntry extends Base {
  readonly kind: "endpoint-added";
  readonly process: ProcessPath;
  readonly node: EndpointNode;
}

export interface EndpointReplacedEntry extends Base {
  readonly kind: "endpoint-replaced";
  readonly endpoint: EndpointKey;
  readonly handlers: HandlersPresent;
}

export interface EndpointDeletedEntry extends WithValue {
  readonly kind: "endpoint-deleted";
  readonly endpoint: EndpointKey;
}

/** Two endpoints meet (and there is no value) or part. */
export interface PairEntry extends WithValue {
  readonly kind: "presence" | "absence";
  readonly publisher: EndpointKey;
  readonly subscriber: EndpointKey;
  readonly topic: Term;
  readonly publisherSees: boolean;
  readonly subscriberSees: boolean;
}

export interface SpawnEntry extends Base {
  readonly kind: "spawn";
  readonly process: ProcessPath;
  readonly name: string | null;
  vm: boolean;
}

export interface ExitEntry extends WithValue {
  readonly kind: "exit";
  readonly process: ProcessPath;
  readonly how: Ending;
  /** The last state, and the event that it dates from. */
  state: unknown;
  readonly statePrint: number;
  readonly stateSince: EventId;
}

export interface InputEntry extends WithValue {
  readonly kind: "input";
  readonly process: ProcessPath;
  readonly from: InputEvent["from"];
  readonly what: string;
}

export interface ControlEntry extends Base {
  readonly kind: "control";
  readonly command: ControlEvent["command"];
  readonly process: ProcessPath | null;
}

export interface EndedEntry extends WithValue {
  readonly kind: "ended";
}

type EntryWithValue =
  | MessageEntry
  | ActionEntry
  | ActivationEntry
  | EndpointDeletedEntry
  | PairEntry
  | ExitEntry
  | InputEntry
  | EndedEntry;

export type Entry = EntryWithValue | TurnEntry | EndpointAddedEntry | EndpointReplacedEntry | SpawnEntry | ControlEntry;

/** Is it about the tree or about presence? Such an event is kept longest. */
export function isLasting({ kind }: Entry): boolean {
  switch (kind) {
    case "endpoint-added":
    case "endpoint-replaced":
    case "endpoint-deleted":
    case "presence":
    case "absence":
    case "spawn":
    case "exit":
      return true;
    default:
      return false;
  }
}

/** What an entry takes, in bytes, beside the values it refers to. */
export function ownBytes(entry: Entry): number {
  return entry.kind === "message" ? 128 + 32 * entry.to.length : 128;
}

export function hasValue(entry: Entry): entry is EntryWithValue {
  return "value" in entry;
}

/** Let go of the values that an entry refers to. @returns how many bytes that frees */
export function dropValues(entry: Entry): number {
  if (!hasValue(entry)) return 0;
  const freed = entry.heldBytes;
  entry.heldBytes = 0;
  if (entry.value !== NONE) entry.value = DROPPED;
  if (entry.kind === "activation") {
    if (entry.state !== NONE) entry.state = DROPPED;
    if (entry.before !== NONE) entry.before = DROPPED;
  } else if (entry.kind === "exit") {
    entry.state = DROPPED;
  }
  return freed;
}
