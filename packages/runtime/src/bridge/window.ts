import { WINDOW } from "./conversation.ts";

/** Credit is given in lumps: a frame for each small message would cost as much as the message. */
const LUMP = 32 * 1024;

/** What one side has sent of a conversation, and the other has not given credit for. */
export class SendingWindow {
  #sent = 0;

  get sent(): number {
    return this.#sent;
  }

  fits(bytes: number): boolean {
    return this.#sent + bytes <= WINDOW;
  }

  add(bytes: number): void {
    this.#sent += bytes;
  }

  /** The other side has given credit. */
  credit(bytes: number): void {
    this.#sent = Math.max(0, this.#sent - bytes);
  }
}

/** What has come of a conversation, and what credit is to be given for it. */
export class ReceivingWindow {
  #owed = 0;
  #due = 0;

  /** What has come and was not dealt with. */
  get owed(): number {
    return this.#owed;
  }

  /** @returns whether there was credit for it, or it is not more than `grace` beyond that */
  receive(bytes: number, grace = 0): boolean {
    this.#owed += bytes;
    return this.#owed + this.#due <= WINDOW + grace;
  }

  dealtWith(bytes: number): void {
    const dealt = Math.min(bytes, this.#owed);
    this.#owed -= dealt;
    this.#due += dealt;
  }

  /** The credit that is to be given now: 0 while it is not worth a frame. */
  takeCredit(): number {
    if (this.#due < LUMP) return 0;
    const due = this.#due;
    this.#due = 0;
    return due;
  }
}
