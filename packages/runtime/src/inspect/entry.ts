import type { EndpointId, Handlers } from "../model/action.ts";
import type { Orientation, Role } from "../model/role.ts";
import type { Term } from "../terms/term.ts";
import { writeValue } from "../terms/write.ts";
import type {
  ActionName,
  Body,
  ControlEvent,
  EndpointInTree,
  EndpointKey,
  Ending,
  EventId,
  HandlersPresent,
  InputEvent,
  Occasion,
  ProcessPath,
  RoleJson,
  Taken,
  TermJson,
} from "./protocol.ts";
import { NUMBER_OF, type Row } from "./rows.ts";
import { weigh } from "./scale.ts";

// Events as they are kept: with references to the program's own values, which become JSON when somebody asks for them.

/** Turns values into JSON for one viewer. */
export interface Writer {
  body(term: Term, bytes: number): Body;
  term(term: Term): TermJson;
  value(value: unknown): Taken;
  /** In one line, without parts: where the same value is told in full by another event. */
  line(value: unknown): Taken;
}

/** Stands where a value was that is no longer kept. */
export const DROPPED: unique symbol = Symbol("dropped");

/** What an event takes at least, in bytes. */
export const ENTRY_BYTES = 120;

export abstract class Entry {
  readonly id: EventId;
  readonly t: number;
  readonly cause: EventId;
  /** What it takes beside the values it refers to. */
  get ownBytes(): number {
    return ENTRY_BYTES;
  }
  /** What the values take that it refers to; 0 once they are dropped. */
  heldBytes = 0;

  constructor(id: EventId, t: number, cause: EventId) {
    this.id = id;
    this.t = t;
    this.cause = cause;
  }

  abstract readonly kind: string;

  /** Is it about the tree or about presence? Such an event is kept longest. */
  get lasting(): boolean {
    return false;
  }

  row(writer: Writer): Row {
    return [NUMBER_OF.get(this.kind) as number, this.id, this.t, this.cause, ...this.columns(writer)];
  }

  protected abstract columns(writer: Writer): Row;

  /** The one value of the program's that it refers to, if its kind has one: `undefined` else. */
  get held(): { readonly value: unknown; readonly print: number } | undefined {
    return undefined;
  }

  /** Let go of the values it refers to. */
  drop(): void {
    this.heldBytes = 0;
  }
}

export class TurnEntry extends Entry {
  readonly kind = "turn";
  readonly process: ProcessPath;
  readonly pending: number;

  constructor(id: EventId, t: number, process: ProcessPath, pending: number) {
    super(id, t, 0);
    this.process = process;
    this.pending = pending;
  }

  protected columns(): Row {
    return [this.process, this.pending];
  }
}

export class MessageEntry extends Entry {
  readonly kind = "message";
  readonly process: ProcessPath;
  readonly turn: EventId;
  readonly orientation: Orientation;
  body: Term | typeof DROPPED;
  readonly print: number;
  readonly to: readonly EndpointKey[];
  readonly unmatched: boolean;

  constructor(
    id: EventId,
    t: number,
    cause: EventId,
    what: { process: ProcessPath; turn: EventId; orientation: Orientation; body: Term; to: readonly EndpointKey[]; unmatched: boolean },
  ) {
    super(id, t, cause);
    this.process = what.process;
    this.turn = what.turn;
    this.orientation = what.orientation;
    this.body = what.body;
    this.to = what.to;
    this.unmatched = what.unmatched;
    const { bytes, print } = weigh(what.body);
    this.heldBytes = bytes;
    this.print = print;
  }

  override get ownBytes(): number {
    return ENTRY_BYTES + 16 * this.to.length;
  }

  protected columns(writer: Writer): Row {
    const body = this.body === DROPPED ? NOT_KEPT : writer.body(this.body, this.heldBytes);
    return [this.process, this.turn, this.orientation, body, this.to, this.unmatched];
  }

  override get held(): { readonly value: unknown; readonly print: number } {
    return { value: this.body, print: this.print };
  }

  override drop(): void {
    super.drop();
    this.body = DROPPED;
  }
}

/** One that refers to a reason, an error, or something else for people to look at. */
abstract class EntryWithValue extends Entry {
  value: unknown;
  readonly print: number;

  constructor(id: EventId, t: number, cause: EventId, value: unknown) {
    super(id, t, cause);
    this.value = value;
    const { bytes, print } = weigh(value);
    this.heldBytes = bytes;
    this.print = print;
  }

  override get held(): { readonly value: unknown; readonly print: number } {
    return { value: this.value, print: this.print };
  }

  override drop(): void {
    super.drop();
    this.value = DROPPED;
  }

  protected taken(writer: Writer): never {
    return (this.value === DROPPED ? NOT_KEPT_VALUE : writer.value(this.value)) as never;
  }

  protected line(writer: Writer): never {
    return (this.value === DROPPED ? NOT_KEPT_VALUE : writer.line(this.value)) as never;
  }
}

/** What a value is that is not there, as opposed to one that is `undefined`. */
export const NONE: unique symbol = Symbol("none");

export class ActionEntry extends EntryWithValue {
  readonly kind = "action";
  readonly process: ProcessPath;
  readonly turn: EventId;
  readonly action: ActionName;
  asks: string | null = null;
  levels: number | null = null;
  victim: ProcessPath | null = null;

  constructor(id: EventId, t: number, cause: EventId, process: ProcessPath, turn: EventId, action: ActionName) {
    super(id, t, cause, NONE);
    this.process = process;
    this.turn = turn;
    this.action = action;
  }

  protected columns(writer: Writer): Row {
    const error = this.value === NONE ? null : this.taken(writer);
    return [this.process, this.turn, this.action, this.asks, this.levels, this.victim, error];
  }
}

export class ActivationEntry extends EntryWithValue {
  readonly kind = "activation";
  readonly process: ProcessPath;
  readonly on: Occasion;
  readonly endpoint: EndpointKey | null;
  actions = 0;
  changed = false;
  /** The state after it, where it changed. */
  state: unknown = NONE;
  statePrint = 0;
  /** The state before it, where that is the first change of a process that is older than the recording. */
  before: unknown = NONE;
  beforePrint = 0;

  constructor(id: EventId, t: number, cause: EventId, process: ProcessPath, on: Occasion, endpoint: EndpointKey | null) {
    super(id, t, cause, NONE);
    this.process = process;
    this.on = on;
    this.endpoint = endpoint;
  }

  protected columns(writer: Writer): Row {
    const thrown = this.value === NONE ? null : this.taken(writer);
    return [this.process, this.on, this.endpoint, this.actions, this.changed, thrown];
  }

  override drop(): void {
    if (this.value !== NONE) super.drop();
    else this.heldBytes = 0;
    if (this.state !== NONE) this.state = DROPPED;
    if (this.before !== NONE) this.before = DROPPED;
  }
}

export class EndpointAddedEntry extends Entry {
  readonly kind = "endpoint-added";
  readonly process: ProcessPath;
  readonly node: EndpointNode;

  constructor(id: EventId, t: number, cause: EventId, process: ProcessPath, node: EndpointNode) {
    super(id, t, cause);
    this.process = process;
    this.node = node;
  }

  override get lasting(): boolean {
    return true;
  }

  protected columns(writer: Writer): Row {
    const { endpoint, name, level, role, handlers, for: target } = this.node;
    return [endpoint, this.process, name, level, roleJson(role, writer) as never, handlers as never, target];
  }
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

export function endpointInTree(node: EndpointNode, writer: Writer): EndpointInTree {
  const { endpoint, name, level, role, handlers } = node;
  const shown = { endpoint, name, level, role: roleJson(role, writer), handlers };
  return node.for === null ? shown : { ...shown, for: node.for };
}

function roleJson({ orientation, interestType, topic }: Role, writer: Writer): RoleJson {
  return { orientation, interestType, topic: writer.term(topic) };
}

export function handlersPresent({ onPresence, onAbsence, onMessage }: Partial<Record<keyof Handlers<unknown>, unknown>>): HandlersPresent {
  return { presence: onPresence !== undefined, absence: onAbsence !== undefined, message: onMessage !== undefined };
}

export class EndpointReplacedEntry extends Entry {
  readonly kind = "endpoint-replaced";
  readonly endpoint: EndpointKey;
  readonly handlers: HandlersPresent;

  constructor(id: EventId, t: number, cause: EventId, endpoint: EndpointKey, handlers: HandlersPresent) {
    super(id, t, cause);
    this.endpoint = endpoint;
    this.handlers = handlers;
  }

  override get lasting(): boolean {
    return true;
  }

  protected columns(): Row {
    return [this.endpoint, this.handlers as never];
  }
}

abstract class LastingEntryWithValue extends EntryWithValue {
  override get lasting(): boolean {
    return true;
  }
}

export class EndpointDeletedEntry extends LastingEntryWithValue {
  readonly kind = "endpoint-deleted";
  readonly endpoint: EndpointKey;

  constructor(id: EventId, t: number, cause: EventId, endpoint: EndpointKey, reason: unknown) {
    super(id, t, cause, reason);
    this.endpoint = endpoint;
  }

  protected columns(writer: Writer): Row {
    return [this.endpoint, this.line(writer)];
  }
}

/** Two endpoints meet (no reason) or part. */
export class PairEntry extends LastingEntryWithValue {
  readonly kind: "presence" | "absence";
  readonly publisher: EndpointKey;
  readonly subscriber: EndpointKey;
  readonly topic: Term;
  readonly publisherSees: boolean;
  readonly subscriberSees: boolean;

  constructor(
    id: EventId,
    t: number,
    cause: EventId,
    what: {
      kind: "presence" | "absence";
      publisher: EndpointKey;
      subscriber: EndpointKey;
      topic: Term;
      publisherSees: boolean;
      subscriberSees: boolean;
      reason: unknown;
    },
  ) {
    super(id, t, cause, what.reason);
    this.kind = what.kind;
    this.publisher = what.publisher;
    this.subscriber = what.subscriber;
    this.topic = what.topic;
    this.publisherSees = what.publisherSees;
    this.subscriberSees = what.subscriberSees;
  }

  protected columns(writer: Writer): Row {
    const pair = [this.publisher, this.subscriber, writer.term(this.topic), this.publisherSees, this.subscriberSees];
    return this.kind === "presence" ? pair : [...pair, this.line(writer)];
  }
}

export class SpawnEntry extends Entry {
  readonly kind = "spawn";
  readonly process: ProcessPath;
  readonly name: string | null;
  vm = false;

  constructor(id: EventId, t: number, cause: EventId, process: ProcessPath, name: string | null) {
    super(id, t, cause);
    this.process = process;
    this.name = name;
  }

  override get lasting(): boolean {
    return true;
  }

  protected columns(): Row {
    return [this.process, this.name, this.vm];
  }
}

export class ExitEntry extends LastingEntryWithValue {
  readonly kind = "exit";
  readonly process: ProcessPath;
  readonly how: Ending;
  /** The last state, and the event that it dates from. */
  state: unknown;
  readonly statePrint: number;
  readonly stateSince: EventId;

  constructor(
    id: EventId,
    t: number,
    cause: EventId,
    what: { process: ProcessPath; how: Ending; reason: unknown; state: unknown; stateSince: EventId },
  ) {
    super(id, t, cause, what.reason);
    this.process = what.process;
    this.how = what.how;
    this.state = what.state;
    this.stateSince = what.stateSince;
    const { bytes, print } = weigh(what.state);
    this.heldBytes += bytes;
    this.statePrint = print;
  }

  protected columns(writer: Writer): Row {
    return [this.process, this.how, this.taken(writer)];
  }

  override drop(): void {
    super.drop();
    this.state = DROPPED;
  }
}

export class InputEntry extends EntryWithValue {
  readonly kind = "input";
  readonly process: ProcessPath;
  readonly from: InputEvent["from"];
  readonly what: string;

  constructor(id: EventId, t: number, process: ProcessPath, from: InputEvent["from"], what: string, value: unknown) {
    super(id, t, 0, value);
    this.process = process;
    this.from = from;
    this.what = what;
  }

  protected columns(): Row {
    const { value, what } = this;
    if (value === undefined) return [this.process, this.from, what];
    return [this.process, this.from, `${what} ${value === DROPPED ? "#<not kept>" : writeValue(value, 200)}`];
  }
}

export class ControlEntry extends Entry {
  readonly kind = "control";
  readonly command: ControlEvent["command"];
  readonly process: ProcessPath | null;

  constructor(id: EventId, t: number, command: ControlEvent["command"], process: ProcessPath | null) {
    super(id, t, 0);
    this.command = command;
    this.process = process;
  }

  protected columns(): Row {
    return [this.command, this.process];
  }
}

export class EndedEntry extends EntryWithValue {
  readonly kind = "ended";

  protected columns(writer: Writer): Row {
    return [this.value === NONE ? null : this.taken(writer)];
  }
}

const NOT_KEPT: Body = { missing: "not kept" };
const NOT_KEPT_VALUE: Taken = { kind: "unreadable", text: "#<not kept>" };
