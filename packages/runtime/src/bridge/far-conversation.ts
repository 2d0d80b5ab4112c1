import { equalTerms, type Term } from "../terms/term.ts";
import { type Channel, PIECE, WINDOW } from "./conversation.ts";
import type { Standing } from "./standing.ts";
import { ReceivingWindow, SendingWindow } from "./window.ts";

/** Who reads from a socket and writes to it. */
interface Socket {
  readonly hold: (isHeld: boolean) => void;
  isHeld: boolean;
}

/**
 * A conversation as the far half knows it. Its socket is not read while what is on the way to the near half leaves no room for more; and
 * what has come from there is credit again when the socket has taken it, or when there is no socket to take it.
 */
export class FarConversation {
  readonly ends: Channel;
  readonly standing: Set<Standing> = new Set();
  /** Nothing of it crosses any more. */
  isOver = false;
  readonly #sending = new SendingWindow();
  readonly #receiving = new ReceivingWindow();
  readonly #giveCredit: (endpoint: number, bytes: number) => void;
  #socket: Socket | null = null;
  /** How many endpoints take what is said here. */
  #listeners = 0;
  /** What was read last and before that, and has not been passed on. More than two parts are never under way in the container. */
  #earlier = 0;
  #latest = 0;

  constructor(ends: Channel, giveCredit: (endpoint: number, bytes: number) => void) {
    this.ends = ends;
    this.#giveCredit = giveCredit;
  }

  /** Does it concern nobody any more? */
  get isIdle(): boolean {
    return this.standing.size === 0 && this.#socket === null;
  }

  /** An endpoint by whose topic alone a message from this end can be told. */
  speaker(source: Term): Standing | undefined {
    for (const each of this.standing) {
      const { channel, template } = each;
      if (template?.size !== 1 || channel === undefined) continue;
      if (channel.source === source || equalTerms(channel.source, source)) return each;
    }
    return undefined;
  }

  // From the socket to the near half

  begin(hold: (isHeld: boolean) => void): void {
    this.#socket = { hold, isHeld: false };
    this.#earlier = this.#latest = 0;
    this.#regulate();
  }

  read(bytes: number): void {
    this.#earlier = this.#latest;
    this.#latest = bytes;
    this.#regulate();
  }

  /** So much has been sent to the near half. */
  told(bytes: number): void {
    const early = Math.min(bytes, this.#earlier);
    this.#earlier -= early;
    this.#latest = Math.max(0, this.#latest - (bytes - early));
    this.#sending.add(bytes);
    this.#regulate();
  }

  /** The near half has given credit. */
  credit(bytes: number): void {
    this.#sending.credit(bytes);
    this.#regulate();
  }

  #regulate(): void {
    const socket = this.#socket;
    if (socket === null) return;
    const isHeld = !this.#sending.fits(this.#earlier + this.#latest + PIECE);
    if (isHeld === socket.isHeld) return;
    socket.isHeld = isHeld;
    socket.hold(isHeld);
  }

  // From the near half to the socket

  /** @returns whether there was credit for it */
  receive(bytes: number): boolean {
    const isWithin = this.#receiving.receive(bytes);
    if (this.#socket === null || this.#listeners === 0) this.#dealtWith(bytes);
    return isWithin;
  }

  taken(bytes: number): void {
    this.#dealtWith(bytes);
  }

  listenerCame(): void {
    this.#listeners++;
  }

  listenerWent(): void {
    this.#listeners--;
  }

  /** The socket is no more. */
  end(): void {
    this.#socket = null;
    this.#dealtWith(WINDOW);
  }

  #dealtWith(bytes: number): void {
    this.#receiving.dealtWith(bytes);
    const [any] = this.standing;
    const due = any === undefined ? 0 : this.#receiving.takeCredit();
    if (any !== undefined && due > 0) this.#giveCredit(any.number, due);
  }
}
