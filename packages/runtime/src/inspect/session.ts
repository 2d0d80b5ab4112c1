import { describe, MarketplaceError } from "../terms/error.ts";
import type { Channel } from "./channel.ts";
import { answer } from "./commands.ts";
import { isLasting, type Entry } from "./entry.ts";
import { COMMANDS, decodeClientFrame, type RequestFields } from "./frames.ts";
import { fault, type Fields } from "./check.ts";
import type { Inspector } from "./inspector.ts";
import type { EventId } from "./events.ts";
import {
  PROTOCOL,
  type BodyMode,
  type Command,
  type CommandName,
  type ErrorCode,
  type FailedFrame,
  type HelloFrame,
  type RefusalFrame,
  type ReplyFrame,
  type SnapshotFrame,
  type StatusFrame,
  type WelcomeFrame,
} from "./protocol.ts";
import type { ProcessNode } from "./tree.ts";
import { processInTree, rowOf, type Writer } from "./write-entry.ts";

/** Frames that are sent ahead of their acknowledgement. */
const WINDOW = 8;

/** How many characters a frame of events or of a snapshot may have before it is closed. */
const FRAME_SIZE = 262_144;

/** How many frames of events are written in one go: a viewer that has much to catch up with does not stop the program for long. */
const FRAMES_AT_ONCE = 2;

/** Requests that may wait for their answers to be taken. */
const MOST_REQUESTS = 64;

/** How many events a viewer may lag behind before messages are left out for it. */
const MOST_BEHIND = 20_000;

/** The longest past that a viewer may begin with, in events. */
const MOST_HISTORY = 1_000_000;

/** How often numbers are told, in milliseconds. */
const STATUS_TIME = 500;

interface Snapshot {
  readonly at: EventId;
  readonly nodes: readonly ProcessNode[];
  /** How many have been sent. */
  next: number;
}

/** One viewer: what it has been sent, and what it asks for. */
export class Session {
  readonly control: boolean;
  readonly #inspector: Inspector;
  readonly #channel: Channel;
  #greeted = false;
  #open = true;
  #pumping = false;
  #writer: Writer;
  /** Frames sent, and acknowledged. */
  #sent = 0;
  #acknowledged = 0;
  /** Answers that wait for room. */
  #answers: (Omit<ReplyFrame, "frame"> | Omit<RefusalFrame, "frame">)[] = [];
  /** The rest of a snapshot that is being sent. */
  #snapshot: Snapshot | null = null;
  /** The last event that the viewer has been told of. */
  #cursor: EventId = 0;
  #mostBehind = MOST_BEHIND;
  /** Events left out because the viewer was slow. */
  #skipped = 0;
  #statusDue = true;
  #statusTime = -Infinity;
  #toldNewest: EventId = -1;
  #toldSkipped = 0;

  constructor(inspector: Inspector, channel: Channel, control: boolean) {
    this.#inspector = inspector;
    this.#channel = channel;
    this.control = control;
    this.#writer = inspector.post.writer("small");
  }

  /** A text has come from the viewer. */
  receive(text: unknown): void {
    if (!this.#open) return;
    try {
      const frame = decodeClientFrame(text);
      if (frame.type === "hello") this.#hello(frame);
      else if (!this.#greeted)
        throw new MarketplaceError("NOT_GREETED", `expected "hello" as the first frame, got "${frame.type}"`);
      else if (frame.type === "ack") this.#acknowledge(frame.frame);
      else this.#request(frame);
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      this.#fail(error);
      return;
    }
    this.pump();
  }

  /** Something about pauses, breakpoints or viewers is other than it was. */
  statusChanged(): void {
    this.#statusDue = true;
  }

  setBodies(mode: BodyMode): void {
    this.#writer = this.#inspector.post.writer(mode);
  }

  /** Begin anew, so many events back. @returns the event after which it begins */
  restart(history: number): EventId {
    const { ring } = this.#inspector.recorder;
    const past = Math.min(history, MOST_HISTORY);
    const at = Math.max(ring.floor, ring.newest - past);
    this.#snapshot = { at, nodes: this.#inspector.treeAt(at), next: 0 };
    this.#cursor = at;
    this.#mostBehind = MOST_BEHIND + past;
    return at;
  }

  /** Send what there is to be sent and room for. */
  pump(): void {
    if (this.#pumping || !this.#greeted) return;
    this.#pumping = true;
    let frames = 0;
    while (this.#open && this.#sent - this.#acknowledged < WINDOW) {
      const answerDue = this.#answers.shift();
      if (answerDue !== undefined) this.#sendFrame(JSON.stringify({ ...answerDue, frame: this.#sent + 1 }));
      else if (this.#isStatusDue()) this.#sendStatus();
      else if (this.#snapshot !== null) this.#sendSnapshot(this.#snapshot);
      else if (frames++ >= FRAMES_AT_ONCE || !this.#sendEvents()) break;
    }
    this.#pumping = false;
  }

  /** In how many milliseconds this viewer wants to be told the numbers; null if it knows them. */
  get statusIn(): number | null {
    const known = this.#toldNewest === this.#inspector.recorder.ring.newest && this.#toldSkipped === this.#skipped;
    if (!this.#greeted || known) return null;
    return Math.max(0, this.#statusTime + STATUS_TIME - this.#inspector.now());
  }

  /** The viewer has gone, or is sent away. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#answers = [];
    this.#snapshot = null;
    this.#inspector.leave(this);
  }

  #hello({ protocol, history = 0, bodies = "small" }: HelloFrame): void {
    if (this.#greeted) throw new MarketplaceError("NOT_GREETED", "expected one hello, got a second");
    if (protocol !== PROTOCOL) {
      throw new MarketplaceError(
        "PROTOCOL_VERSION",
        `this program speaks version ${PROTOCOL} of the protocol, the viewer version ${protocol}`,
      );
    }
    this.#greeted = true;
    const { run, target, started } = this.#inspector;
    const welcome: WelcomeFrame = {
      type: "welcome",
      protocol: PROTOCOL,
      run,
      target,
      control: this.control,
      window: WINDOW,
      started,
    };
    this.#send(JSON.stringify(welcome));
    this.setBodies(bodies);
    this.restart(history);
  }

  #acknowledge(frame: number): void {
    if (frame > this.#sent || frame < this.#acknowledged) {
      throw new MarketplaceError("BAD_ACK", `expected ${this.#acknowledged} to ${this.#sent}, got ${frame}`);
    }
    this.#acknowledged = frame;
  }

  #request(fields: RequestFields): void {
    if (this.#answers.length >= MOST_REQUESTS) {
      throw new MarketplaceError("TOO_MANY_REQUESTS", `expected at most ${MOST_REQUESTS} unanswered requests`);
    }
    const { request } = fields;
    try {
      const result = answer(this.#inspector, this, commandOf(fields, this.control));
      this.#answers.push({ type: "reply", request, result });
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      this.#answers.push({ type: "refusal", request, code: error.code as ErrorCode, message: error.message });
    }
  }

  #sendSnapshot(snapshot: Snapshot): void {
    const { at, nodes } = snapshot;
    const first = snapshot.next === 0;
    const processes: string[] = [];
    let size = 0;
    while (snapshot.next < nodes.length && size < FRAME_SIZE) {
      const text = JSON.stringify(processInTree(nodes[snapshot.next++] as ProcessNode, this.#writer));
      processes.push(text);
      size += text.length;
    }
    const rest = nodes.length - snapshot.next;
    if (rest === 0) this.#snapshot = null;
    const head: Omit<SnapshotFrame, "processes"> = { type: "snapshot", frame: this.#sent + 1, at, first, rest };
    this.#sendFrame(`${JSON.stringify(head).slice(0, -1)},"processes":[${processes.join(",")}]}`);
  }

  /** @returns whether there were any */
  #sendEvents(): boolean {
    const { ring } = this.#inspector.recorder;
    if (ring.floor > this.#cursor) {
      this.restart(0);
      return true;
    }
    const { newest } = ring;
    if (newest === this.#cursor) return false;
    // What lies further back than this is not sent any more, but for what is lasting.
    const skipTo = newest - this.#cursor > this.#mostBehind ? newest - (this.#mostBehind >> 1) : 0;
    const rows: string[] = [];
    let size = 0;
    let told = this.#cursor;
    const gap = (last: EventId): void => {
      if (last > told) rows.push(`[0,${told + 1},${last},${last - told}]`);
    };
    const visit = (entry: Entry): boolean => {
      if (entry.id <= skipTo && !isLasting(entry)) {
        this.#skipped++;
        return true;
      }
      gap(entry.id - 1);
      const text = JSON.stringify(rowOf(entry, this.#writer));
      rows.push(text);
      size += text.length;
      told = entry.id;
      return size < FRAME_SIZE;
    };
    ring.forward(told + 1, visit);
    if (size < FRAME_SIZE) {
      gap(newest);
      told = newest;
    }
    this.#cursor = told;
    this.#sendFrame(`{"type":"events","frame":${this.#sent + 1},"rows":[${rows.join(",")}]}`);
    return true;
  }

  #isStatusDue(): boolean {
    return this.#statusDue || this.statusIn === 0;
  }

  #sendStatus(): void {
    const { recorder } = this.#inspector;
    const { bytes, budget, oldest, newest, droppedValues, droppedEvents } = recorder.ring;
    this.#statusDue = false;
    this.#statusTime = this.#inspector.now();
    this.#toldNewest = newest;
    this.#toldSkipped = this.#skipped;
    const status: StatusFrame = {
      type: "status",
      frame: this.#sent + 1,
      buffer: { bytes, budget, oldest, newest },
      dropped: { bodies: droppedValues, messages: droppedEvents, skipped: this.#skipped },
      ...this.#inspector.status(),
    };
    this.#sendFrame(JSON.stringify(status));
  }

  #sendFrame(text: string): void {
    this.#sent++;
    this.#send(text);
  }

  #send(text: string): void {
    try {
      this.#channel.send(text);
    } catch {
      // A channel that does not carry any more is closed, however it says so.
      this.close();
    }
  }

  #fail({ code, message }: MarketplaceError): void {
    const failed: FailedFrame = { type: "failed", code: code as ErrorCode, message };
    this.#send(JSON.stringify(failed));
    this.close();
    this.#channel.close();
  }
}

/** @throws MarketplaceError `UNKNOWN_COMMAND`, `BAD_REQUEST`, `CONTROL_NOT_ALLOWED` */
function commandOf(fields: Fields, mayControl: boolean): Command {
  const { command: name } = fields;
  const command = typeof name === "string" && Object.hasOwn(COMMANDS, name) ? COMMANDS[name as CommandName] : undefined;
  if (command === undefined) {
    throw new MarketplaceError(
      "UNKNOWN_COMMAND",
      `expected a command (${Object.keys(COMMANDS).join(", ")}), got ${describe(name)}`,
    );
  }
  const wrong = fault(fields, command.fields);
  if (wrong !== undefined) throw new MarketplaceError("BAD_REQUEST", `${String(name)}: ${wrong}`);
  if (command.control && !mayControl) {
    throw new MarketplaceError(
      "CONTROL_NOT_ALLOWED",
      `${String(name)}: the program lets viewers observe only; it has to allow control where it serves them`,
    );
  }
  return fields as unknown as Command;
}
