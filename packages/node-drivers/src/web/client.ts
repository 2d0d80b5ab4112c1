import type { Duplex } from "node:stream";
import type { Host } from "@marketplace/runtime";
import type { RawData, WebSocket } from "ws";
import type { Limits } from "./limits.ts";

/** What a web server needs of its host. */
export type WebHost = Pick<Host, "after" | "warn">;

/** Why a WebSocket was closed: the codes are our own from 4400 on, and mean what HTTP means by 400, 401, ... */
export const closeCodes = {
  goingAway: 1001,
  internalError: 1011,
  badFrame: 4400,
  wrongToken: 4401,
  helloTooLate: 4408,
  tooManyClients: 4429,
} as const;

/**
 * One WebSocket, as whoever serves its path sees it. Frames go out in order and come in order; text is a string, binary frames are
 * bytes.
 */
export class WebClient {
  readonly #socket: WebSocket;
  readonly #limits: Limits;
  readonly #host: WebHost;
  readonly #onFault: (reason: unknown) => void;
  #onMessage: (frame: string | Uint8Array) => void = ignore;
  #isRepetition: (frame: string | Uint8Array) => boolean = never;
  readonly #onClose: (() => void)[] = [];
  readonly #onDrain: (() => void)[] = [];
  #cancelGoodbye: (() => void) | undefined;

  /**
   * @param connection what carries the WebSocket
   * @param onFault told what a listener threw; the client has been closed then
   */
  constructor(
    socket: WebSocket,
    connection: Duplex,
    limits: Limits,
    host: WebHost,
    onFault: (reason: unknown) => void,
  ) {
    this.#socket = socket;
    this.#limits = limits;
    this.#host = host;
    this.#onFault = onFault;
    socket.on("message", (data, isBinary) => this.#take(data, isBinary));
    // A malformed frame: the library closes with the right code, and we see to it that the socket does not outlive that.
    socket.on("error", () => this.#limitGoodbye());
    connection.on("drain", () => {
      for (const listener of this.#onDrain) this.attempt(listener);
    });
    socket.on("close", () => {
      this.#cancelGoodbye?.();
      for (const listener of this.#onClose) this.attempt(listener);
    });
  }

  /** Sends a frame; does nothing once the client is closing. One that reads too slowly is cut off instead. */
  send(frame: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#limits.unsentBytes) {
      // Without a goodbye: that would have to queue behind what is not being read.
      this.#socket.terminate();
      return;
    }
    this.#socket.send(frame);
  }

  /** Bytes that have been sent and not yet been taken by the network. */
  get unsent(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Stop reading, until {@link resume}: whoever serves the path cannot take more. What has been read already is still delivered, at most
   * what one frame may have. The end of a connection that is not read is noticed late.
   */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Called whenever the network has taken all that was sent, if it had to wait. */
  onDrain(listener: () => void): void {
    this.#onDrain.push(listener);
  }

  /** From now on frames go to this listener, and no longer to the one before. */
  onMessage(listener: (frame: string | Uint8Array) => void): void {
    this.#onMessage = listener;
  }

  /** Drops the next frame if it is one of these: the client may say once more what it has said by other means. */
  skipRepetition(isRepetition: (frame: string | Uint8Array) => boolean): void {
    this.#isRepetition = isRepetition;
  }

  /** Called once, when the connection has gone, whoever ended it. */
  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  /**
   * Closes the connection; no more frames are delivered.
   *
   * @param code 1000, 1001, 1003, 1011, or a number from 4000 to 4999
   * @param reason for people: as much of it as there is room for is sent
   */
  close(code: number, reason: string): void {
    this.#onMessage = ignore;
    this.#socket.close(code, shortened(reason));
    // The client's own goodbye has to be read.
    this.#socket.resume();
    this.#limitGoodbye();
  }

  /** Does something for this client. What it throws is a fault of ours that this client has found: it costs its connection only. */
  attempt(task: () => void): void {
    try {
      task();
    } catch (reason) {
      this.close(closeCodes.internalError, "internal error");
      this.#onFault(reason);
    }
  }

  #take(data: RawData, isBinary: boolean): void {
    const bytes = data as Buffer;
    const frame = isBinary ? bytes : bytes.toString("utf8");
    const isRepetition = this.#isRepetition(frame);
    this.#isRepetition = never;
    if (!isRepetition) this.attempt(() => this.#onMessage(frame));
  }

  #limitGoodbye(): void {
    this.#cancelGoodbye ??= this.#host.after(this.#limits.goodbyeTime, () => this.#socket.terminate());
  }
}

/** How many bytes a goodbye has room for. */
const LONGEST_REASON = 123;

function shortened(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= LONGEST_REASON) return reason;
  let end = LONGEST_REASON - Buffer.byteLength("…");
  // Not in the middle of a character.
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return `${bytes.toString("utf8", 0, end)}…`;
}

function ignore(): void {}

function never(): boolean {
  return false;
}
