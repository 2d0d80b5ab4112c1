import type { Host } from "@marketplace/runtime";
import type { RawData, WebSocket } from "ws";
import type { Limits } from "./limits.ts";

/** Timers: the part of a host that the server needs, so that tests decide when time passes. */
export type Clock = Pick<Host, "after">;

/** Why a WebSocket was closed: the codes are our own from 4400 on, and mean what HTTP means by 400, 401, ... */
export const closeCodes = {
  goingAway: 1001,
  wrongKindOfFrame: 1003,
  internalError: 1011,
  badHello: 4400,
  wrongToken: 4401,
  helloTooLate: 4408,
  tooSlow: 4413,
  tooManyClients: 4429,
} as const;

/**
 * One WebSocket, as whoever serves its path sees it. Frames go out in order and come in order; text is a string, binary frames are
 * bytes.
 */
export class WebClient {
  readonly #socket: WebSocket;
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #onFault: (reason: unknown) => void;
  #onMessage: (frame: string | Uint8Array) => void = () => {};
  readonly #onClose: (() => void)[] = [];
  #cancelGoodbye: (() => void) | undefined;

  /** @param onFault told what a listener threw while it dealt with a frame; the client has been closed then */
  constructor(socket: WebSocket, limits: Limits, clock: Clock, onFault: (reason: unknown) => void) {
    this.#socket = socket;
    this.#limits = limits;
    this.#clock = clock;
    this.#onFault = onFault;
    socket.on("message", (data, isBinary) => this.#take(data, isBinary));
    // A malformed frame: the library closes with the right code, and we see to it that the socket does not outlive that.
    socket.on("error", () => this.#limitGoodbye());
    socket.on("close", () => {
      this.#cancelGoodbye?.();
      for (const listener of this.#onClose) listener();
    });
  }

  /** Sends a frame; does nothing once the client is closing. One that reads too slowly is closed instead. */
  send(frame: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#limits.unsentBytes) {
      // A goodbye would have to queue behind what is not being read.
      this.close(closeCodes.tooSlow, `more than ${this.#limits.unsentBytes} bytes were waiting to be read`);
      this.#socket.terminate();
      return;
    }
    this.#socket.send(frame);
  }

  /** Bytes that have been sent and not yet been taken by the network. */
  get unsent(): number {
    return this.#socket.bufferedAmount;
  }

  /** From now on frames go to this listener, and no longer to the one before. */
  onMessage(listener: (frame: string | Uint8Array) => void): void {
    this.#onMessage = listener;
  }

  /** Called once, when the connection has gone, whoever ended it. */
  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  /**
   * Closes the connection; no more frames are delivered.
   *
   * @param code 1000, 1001, 1003, 1011, or a number from 4000 to 4999
   * @param reason a sentence of at most 123 bytes
   */
  close(code: number, reason: string): void {
    this.#onMessage = () => {};
    this.#socket.close(code, reason);
    this.#limitGoodbye();
  }

  #take(data: RawData, isBinary: boolean): void {
    const bytes = data as Buffer;
    try {
      this.#onMessage(isBinary ? bytes : bytes.toString("utf8"));
    } catch (reason) {
      // A fault of ours that this client found. The program that is being served does not end for it.
      this.close(closeCodes.internalError, "internal error");
      this.#onFault(reason);
    }
  }

  #limitGoodbye(): void {
    this.#cancelGoodbye ??= this.#clock.after(this.#limits.goodbyeTime, () => this.#socket.terminate());
  }
}
