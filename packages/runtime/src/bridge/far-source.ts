import { driverError, type DriverError } from "../messages/driver.ts";
import type { Source } from "../vm/event-source.ts";
import type { Host } from "../vm/host.ts";
import type { BridgeChannel, Closing } from "./channel.ts";
import { PIECE } from "./conversation.ts";
import { endedItem, pingItem } from "./frames.ts";
import { itemsIn, MOST_ITEMS, Outgoing } from "./outgoing.ts";
import type { Wire } from "./wire.ts";

/** While the network has so many bytes still to send, datagrams are lost. */
const CONGESTED = 1024 * 1024;

/** While frames of so many bytes wait for the VM, the other side is made to wait, where the channel can do that. */
const MUCH = 1024 * 1024;

/** What a frame costs beside its bytes. */
const EACH = 64;

/** A network that has so many bytes still to send belongs to a peer that does not read; one that reads keeps within its credit. */
const MOST_UNSENT = 16 * 1024 * 1024;

/** What has come over the channel since the VM last looked. Not a term to look into: an instance of a class. */
export class Batch {
  readonly frames: readonly unknown[];
  /** Why nothing more will come, if so. */
  readonly end: DriverError | undefined;

  constructor(frames: readonly unknown[], end: DriverError | undefined) {
    this.frames = frames;
    this.end = end;
  }
}

/** A channel as an event source of the session's far half: yields what comes, sends what it tells, and keeps up the heartbeat. */
export class FarSource implements Source<Batch> {
  readonly #channel: BridgeChannel;
  readonly #heartbeat: number;
  readonly #onEnd: () => void;
  readonly #outgoing = new Outgoing();
  /** Bytes that wait to be sent. */
  #told = 0;
  #host: Host | undefined;
  #frames: unknown[] = [];
  #waiting = 0;
  #isPaused = false;
  #end: DriverError | undefined;
  #deliver: ((batch: Batch) => void) | null = null;
  #isFlushDue = false;
  #isClosed = false;
  #heard = 0;
  #looked = 0;
  #pings = 0;
  #cancelPing: (() => void) | null = null;

  /** @param heartbeat after so many milliseconds of silence the other side is lost */
  constructor(channel: BridgeChannel, heartbeat: number, onEnd: () => void) {
    this.#channel = channel;
    this.#heartbeat = heartbeat;
    this.#onEnd = onEnd;
    channel.onMessage((frame, bytes = 0) => this.#come(frame, bytes));
    channel.onClose((closing) => this.#closed(closing));
  }

  get isCongested(): boolean {
    return (this.#channel.unsent?.() ?? 0) > CONGESTED;
  }

  /** Is there nobody any more to tell anything? */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Send an item, with the others of this moment; if those fill a frame, at once: whoever waits for them need not wait until everything else
   * that has come is dealt with, and it shows how much the network takes.
   *
   * @param size in bytes, where it is not small
   */
  tell(item: Wire, size = 0): void {
    if (this.#isClosed) return;
    this.#outgoing.add(item);
    this.#told += size + EACH;
    if (this.#host === undefined) return;
    if (this.#told >= PIECE) return this.#flush();
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#host.defer(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  /** Nothing more of this channel: what it said cannot be. */
  refuse(reason: string): void {
    this.#close(4400, reason);
  }

  arm(deliver: (batch: Batch) => void, host: Host): () => void {
    if (this.#host === undefined) {
      this.#host = host;
      this.#heard = this.#looked = host.monotonic();
      this.#ping(host);
    }
    this.#deliver = deliver;
    this.#give();
    return () => this.#disarm();
  }

  #come(frame: unknown, bytes: number): void {
    if (this.#isClosed) return;
    if (this.#host !== undefined) this.#heard = this.#host.monotonic();
    this.#frames.push(frame);
    this.#give();
    if (this.#frames.length === 0 || this.#isPaused || this.#channel.pause === undefined) return;
    this.#waiting += bytes + EACH;
    if (this.#waiting < MUCH) return;
    this.#isPaused = true;
    this.#channel.pause();
  }

  #closed({ code, reason }: Closing): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ends(reason === "" ? `the connection was closed with code ${code}` : reason);
  }

  #ends(text: string): void {
    this.#cancelPing?.();
    this.#outgoing.clear();
    this.#end ??= driverError("BRIDGE_LOST", text);
    this.#give();
  }

  #give(): void {
    const deliver = this.#deliver;
    if (deliver === null || (this.#frames.length === 0 && this.#end === undefined)) return;
    const frames = this.#frames.splice(0, framesOf(this.#frames, MOST_ITEMS));
    const isAll = this.#frames.length === 0;
    this.#deliver = null;
    if (isAll) this.#waiting = 0;
    if (isAll && this.#isPaused) {
      this.#isPaused = false;
      this.#channel.resume?.();
    }
    deliver(new Batch(frames, isAll ? this.#end : undefined));
  }

  #flush(): void {
    if (this.#isClosed) return;
    this.#told = 0;
    this.#outgoing.flush((frame) => this.#channel.send(frame));
    const unsent = this.#channel.unsent?.() ?? 0;
    if (unsent > MOST_UNSENT) this.#close(4413, `${unsent} bytes were not read`);
  }

  #ping(host: Host): void {
    const now = host.monotonic();
    // If we were away ourselves, or do not listen, the other side has not been asked, or what it has said is still to be looked at.
    if (now - this.#looked > this.#heartbeat * 0.75 || this.#isPaused) this.#heard = now;
    this.#looked = now;
    const patience = this.#heartbeat - (now - this.#heard);
    if (patience <= 0) return this.#close(4408, `nothing was heard for ${Math.round(now - this.#heard)} ms`);
    this.tell(pingItem(this.#pings++, this.#heartbeat));
    this.#cancelPing = host.after(Math.ceil(Math.min(patience, this.#heartbeat / 2)), () => this.#ping(host));
  }

  #close(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#channel.close(code, reason);
    this.#ends(reason);
  }

  /** The session is over. */
  #disarm(): void {
    this.#deliver = null;
    this.#cancelPing?.();
    if (!this.#isClosed) {
      this.#outgoing.add(endedItem(undefined));
      this.#outgoing.flush((frame) => this.#channel.send(frame));
      this.#isClosed = true;
      this.#channel.close(1000, "the session has ended");
    }
    this.#onEnd();
  }
}

/** How many of the frames hold so many items together, or a little more; at least one. */
function framesOf(frames: readonly unknown[], items: number): number {
  let count = 0;
  for (let held = 0; count < frames.length && held < items; count++) held += itemsIn(frames[count]);
  return count;
}
