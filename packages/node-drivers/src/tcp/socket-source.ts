import type { Socket } from "node:net";
import { isUint8Array } from "node:util/types";
import { MarketplaceError, type Source } from "@marketplace/runtime";
import { EventQueue } from "../event-queue.ts";
import { failureOf, type Failure } from "../failure.ts";
import type { Admission } from "../policy/admission.ts";
import { dial } from "./dial.ts";
import type { ConversationFlow } from "./flow.ts";

/** What happens to a socket. After `failed` or `closed` nothing more does. */
export type SocketEvent =
  | { readonly type: "connected" }
  | ({ readonly type: "failed" } & Failure)
  /** What has come. */
  | Uint8Array
  /** The remote has ended its direction. */
  | { readonly type: "ended" }
  /** The system has taken so many more bytes of what was written; told only if that is asked for. */
  | { readonly type: "taken"; bytes: number }
  /** Both directions have ended and all is flushed, or, with a reason, the connection broke. */
  | { readonly type: "closed"; readonly reason?: Error };

/** What one connection may cost. Times are in milliseconds. */
export interface SocketLimits {
  /** How many bytes may wait to be sent before the connection ends with `TCP_UNSENT_LIMIT`. */
  readonly maxUnsent: number;
  /** How long a connection that we close may make no progress with what it still has to send. */
  readonly stalled: number;
  /**
   * How long a connection on which we have said all is kept for the remote to end it too. What still comes is read and dropped: closing
   * a socket over unread bytes would reset it, and the remote could lose the last of what we sent.
   */
  readonly linger: number;
  /** How long what is unsent may take when the VM ends: a little less than the VM waits, so that it leaves no socket behind. */
  readonly flush: number;
}

/** While more bytes than this are unsent, nothing is read: who does not listen is not listened to. */
const READING_LIMIT = 256 * 1024;

/**
 * One socket as an event source: one event for each time it is armed. It reads no further than it is asked to, and has one owner, the
 * process that subscribes to it, which may also write to it and close it.
 */
export class SocketSource implements Source<SocketEvent> {
  readonly #limits: SocketLimits;
  /** Called when the source is armed for the first time. */
  #onFirstArmed: (() => void) | null;
  #socket: Socket | null = null;
  #isConnected = false;
  /** Does somebody want what the remote sends? */
  #isWanted = false;
  /** Have we said all? */
  #hasEnded = false;
  /** Are we to get rid of it? What comes is dropped then. */
  #isClosing = false;
  /** Has its end been told? */
  #isOver = false;
  #tellsTaken = false;
  /** Is an event being handed over? */
  #isPassing = false;
  /** Does the socket read? */
  #isReading = false;
  /** Told what is read and written; may hold us. */
  #flow: ConversationFlow | undefined;
  #isHeld = false;
  /** A few events at most: while one waits, nothing is read. */
  readonly #events = new EventQueue<SocketEvent>();

  private constructor(limits: SocketLimits, onFirstArmed: () => void) {
    this.#limits = limits;
    this.#onFirstArmed = onFirstArmed;
  }

  /**
   * A connection to make as soon as the source is armed.
   *
   * @param admit says whether, and to which address
   */
  static connecting(host: unknown, port: unknown, limits: SocketLimits, admit?: Admission): SocketSource {
    const source = new SocketSource(limits, () => source.#connect(host, port, admit));
    return source;
  }

  /**
   * A connection that is up, with its socket paused.
   *
   * @param onOwned called when the source is armed for the first time: until then, whoever made it has to destroy it
   */
  static accepted(socket: Socket, limits: SocketLimits, onOwned: () => void): SocketSource {
    const source = new SocketSource(limits, onOwned);
    source.#attach(socket);
    source.#connected();
    return source;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Are we getting rid of it? */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Has it ended, or broken? */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ask for an event when the system has taken what was written. */
  tellTaken(): void {
    this.#tellsTaken = true;
  }

  /** Lets somebody who carries the bytes further say how fast they come, from the time when the source is armed. */
  paceBy(begin: (hold: (isHeld: boolean) => void) => ConversationFlow): void {
    const then = this.#onFirstArmed;
    this.#onFirstArmed = () => {
      this.#flow = begin((isHeld) => {
        this.#isHeld = isHeld;
        this.#regulate();
      });
      then?.();
    };
  }

  arm(deliver: (event: SocketEvent) => void): () => void | Promise<void> {
    const onFirstArmed = this.#onFirstArmed;
    this.#onFirstArmed = null;
    onFirstArmed?.();
    this.#events.ask(deliver);
    this.#regulate();
    return this.#release;
  }

  /** Read, or stop reading: back-pressure of whoever takes the bytes. */
  want(isWanted: boolean): void {
    this.#isWanted = isWanted;
    this.#regulate();
  }

  /** Send bytes, which must not be changed afterwards. */
  write(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (socket === null || socket.destroyed || this.#isClosing) return;
    if (this.#hasEnded) {
      this.abort(new MarketplaceError("ERR_STREAM_WRITE_AFTER_END", "bytes were sent on a connection after EOF was"));
      return;
    }
    // What the VM sends in one go leaves in one go: a system call costs more than all that leads to it.
    if (socket.writableCorked === 0) {
      socket.cork();
      if (!this.#isPassing) process.nextTick(() => socket.uncork());
    }
    socket.write(bytes, (error) => {
      if (error === undefined || error === null) {
        if (this.#tellsTaken) this.#taken(bytes.length);
        this.#flow?.taken(bytes.length);
      }
      if (!this.#isReading) this.#regulate();
    });
    const { maxUnsent } = this.#limits;
    // What we only hold back ourselves does not count.
    if (socket.writableLength > maxUnsent) socket.uncork();
    if (socket.writableLength > maxUnsent) {
      const message = `the remote does not read: ${socket.writableLength} bytes are unsent, and ${maxUnsent} may be`;
      this.abort(new MarketplaceError("TCP_UNSENT_LIMIT", message));
    }
    // While an event is dealt with the next one is not asked for yet: that is no reason to pause, which costs two turns of the stream.
    if (socket.writableLength > READING_LIMIT) this.#regulate();
  }

  /** End our direction, after what was written. */
  end(): void {
    this.#hasEnded = true;
    this.#socket?.end();
  }

  /**
   * Break the connection, whatever is unsent. Unless we had said all, the remote gets a reset: it must not believe that it has heard
   * everything.
   */
  abort(reason?: Error): void {
    const socket = this.#socket;
    if (socket === null || socket.destroyed) return;
    this.#isClosing = true;
    // Node cannot reset a socket that is just ending its direction.
    if (socket.writableEnded && socket.writableLength === 0) socket.destroy();
    else socket.resetAndDestroy();
    this.#over(reason);
  }

  /** Send what is unsent, end, and close once the remote has ended too or has had the time to. */
  close(): void {
    const socket = this.#socket;
    if (socket === null || socket.destroyed || this.#isClosing) return;
    this.#isClosing = true;
    socket.pause();
    socket.setTimeout(this.#limits.stalled, () => this.abort());
    this.#endThen(socket, () => {
      socket.resume();
      const timer = setTimeout(() => socket.destroy(), this.#limits.linger);
      socket.once("close", () => clearTimeout(timer));
    });
  }

  #connect(host: unknown, port: unknown, admit: Admission | undefined): void {
    try {
      this.#attach(dial(host, port, admit));
    } catch (thrown) {
      this.#over(thrown as Error);
    }
  }

  #attach(socket: Socket): void {
    this.#socket = socket;
    socket.pause();
    socket.on("connect", () => this.#connected());
    socket.on("data", (chunk) => {
      if (this.#isClosing) return;
      this.#flow?.read(chunk.length);
      this.#pass(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    });
    socket.on("end", () => this.#pass({ type: "ended" }));
    let reason: Error | undefined;
    socket.on("error", (error) => {
      reason ??= error;
    });
    socket.on("close", () => this.#over(reason));
  }

  #taken(bytes: number): void {
    if (this.#isOver || this.#isClosing) return;
    const { last } = this.#events;
    if (last !== undefined && !isUint8Array(last) && last.type === "taken") last.bytes += bytes;
    else this.#events.push({ type: "taken", bytes });
  }

  #over(reason: Error | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#flow?.end();
    this.#flow = undefined;
    if (!this.#isConnected) this.#pass({ type: "failed", ...failureOf(reason) });
    else this.#pass(reason === undefined ? { type: "closed" } : { type: "closed", reason });
  }

  #connected(): void {
    this.#isConnected = true;
    this.#pass({ type: "connected" });
  }

  /** If the next event is asked for before this returns, reading does not pause. */
  #pass(event: SocketEvent): void {
    // An idle VM deals with it before this returns; what it sends then can leave at once.
    this.#isPassing = true;
    this.#events.push(event);
    this.#isPassing = false;
    const socket = this.#socket;
    if (socket !== null && socket.writableCorked > 0) socket.uncork();
    this.#regulate();
  }

  readonly #regulate = (): void => {
    const socket = this.#socket;
    if (socket === null || this.#isClosing) return;
    const isToRead = this.#events.isAsked && this.#isWanted && !this.#isHeld && socket.writableLength <= READING_LIMIT;
    if (isToRead === this.#isReading) return;
    this.#isReading = isToRead;
    if (isToRead) socket.resume();
    else socket.pause();
  };

  /** Nobody owns the source any more. What is unsent gets a moment only, because this is also what happens when the VM ends. */
  readonly #release = (): void | Promise<void> => {
    this.#events.withdraw();
    const socket = this.#socket;
    if (socket === null || socket.destroyed) return undefined;
    if (!this.#isConnected) {
      socket.destroy();
      return undefined;
    }
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.abort(), this.#limits.flush);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
    socket.resume();
    this.#endThen(socket, () => socket.destroy());
    return closed;
  };

  #endThen(socket: Socket, then: () => void): void {
    this.end();
    if (socket.writableFinished) then();
    else socket.once("finish", then);
  }
}
