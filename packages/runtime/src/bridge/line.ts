import { describe } from "../terms/error.ts";
import type { Host } from "../vm/host.ts";
import { type BridgeChannel, checkChannel, type Closing } from "./channel.ts";
import type { Wire } from "./wire.ts";

/** How things stand with the other side of a bridge. */
export type BridgeState =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  /** It will be tried again in so many milliseconds. */
  | { readonly state: "lost"; readonly reason: string; readonly retryIn: number }
  /** For good. */
  | { readonly state: "closed"; readonly reason: string };

/** Connects to the other side; called again after a loss. An error whose `code` is `BRIDGE_REFUSED` says that it is of no use to try again. */
export type Dial = () => BridgeChannel | Promise<BridgeChannel>;

export interface LineOptions {
  /** How long to wait before the first attempt to connect again, in milliseconds; each further one waits twice as long. */
  readonly firstWait: number;
  /** The longest that is waited. */
  readonly longestWait: number;
  /** Numbers from 0 to below 1: waits are shortened by up to a half, so that many do not come back all at once. */
  readonly random: () => number;
}

/** What a line is for. */
export interface LineUser {
  opened(): void;
  frame(frame: unknown): void;
  /** The connection is gone; nothing more comes over it. @param isFinal there will be no other */
  lost(reason: string, isFinal: boolean): void;
  stateIs(state: BridgeState): void;
}

/** One connection after the other to the same place: what is lost is dialled anew, ever more slowly. */
export class Line {
  readonly #dial: Dial;
  readonly #canRedial: boolean;
  readonly #options: LineOptions;
  readonly #user: LineUser;
  #host!: Host;
  #channel: BridgeChannel | null = null;
  /** Attempts since there last was a connection. */
  #attempts = 0;
  #isClosed = false;
  #cancelRetry: (() => void) | null = null;
  #heard = 0;
  #cancelWatch: (() => void) | null = null;

  constructor(target: Dial | BridgeChannel, options: LineOptions, user: LineUser) {
    this.#canRedial = typeof target === "function";
    this.#dial = typeof target === "function" ? target : () => target;
    this.#options = options;
    this.#user = user;
  }

  get isOpen(): boolean {
    return this.#channel !== null;
  }

  begin(host: Host): void {
    this.#host = host;
    this.#connect();
  }

  send(frame: Wire): void {
    this.#channel?.send(frame);
  }

  /** The other side is heard of within so many milliseconds, or it is lost. */
  expectWithin(interval: number): void {
    this.#heard = this.#host.monotonic();
    if (this.#cancelWatch === null && interval > 0) this.#watch(interval);
  }

  /** This connection is of no use: close it, and connect again. */
  drop(code: number, reason: string): void {
    const channel = this.#channel;
    if (channel === null) return;
    this.#gone(channel, reason);
    channel.close(code, reason);
  }

  /** No connection any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#stopWatching();
    this.#channel?.close();
    this.#channel = null;
    this.#user.stateIs({ state: "closed", reason: "the VM has ended" });
  }

  #connect(): void {
    this.#user.stateIs({ state: "connecting" });
    let dialled: BridgeChannel | Promise<BridgeChannel>;
    try {
      dialled = this.#dial();
    } catch (error) {
      return this.#failed(error);
    }
    if (dialled instanceof Promise) {
      dialled.then(
        (channel) => this.#connected(channel),
        (error: unknown) => this.#failed(error),
      );
    } else {
      this.#connected(dialled);
    }
  }

  #connected(channel: BridgeChannel): void {
    checkChannel("bridge", channel);
    if (this.#isClosed) return channel.close();
    this.#channel = channel;
    this.#attempts = 0;
    this.#heard = this.#host.monotonic();
    channel.onMessage((frame) => {
      if (this.#channel !== channel) return;
      this.#heard = this.#host.monotonic();
      this.#user.frame(frame);
    });
    channel.onClose((closing) => this.#gone(channel, inWords(closing)));
    this.#user.stateIs({ state: "open" });
    this.#user.opened();
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return;
    const reason = error instanceof Error ? error.message : describe(error);
    const refused = (error as { code?: unknown } | null | undefined)?.code === "BRIDGE_REFUSED";
    this.#retry(reason, refused);
  }

  #gone(channel: BridgeChannel, reason: string): void {
    if (this.#channel !== channel) return;
    this.#channel = null;
    this.#stopWatching();
    this.#retry(reason, !this.#canRedial);
  }

  #retry(reason: string, isFinal: boolean): void {
    if (isFinal) {
      this.#isClosed = true;
      this.#user.stateIs({ state: "closed", reason });
      return this.#user.lost(reason, true);
    }
    const { firstWait, longestWait, random } = this.#options;
    const longest = Math.min(longestWait, firstWait * 2 ** this.#attempts++);
    const retryIn = Math.round(longest * (1 - random() / 2));
    this.#cancelRetry = this.#host.after(retryIn, () => {
      this.#cancelRetry = null;
      this.#connect();
    });
    this.#user.stateIs({ state: "lost", reason, retryIn });
    this.#user.lost(reason, false);
  }

  #watch(interval: number): void {
    const silence = this.#host.monotonic() - this.#heard;
    if (silence >= interval) {
      this.#cancelWatch = null;
      return this.drop(4408, `nothing was heard for ${Math.round(silence)} ms`);
    }
    this.#cancelWatch = this.#host.after(Math.ceil(interval - silence), () => this.#watch(interval));
  }

  #stopWatching(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = null;
  }
}

function inWords({ code, reason }: Closing): string {
  if (reason !== "") return reason;
  return code === 1000 ? "the other side has closed the connection" : `the connection was closed with code ${code}`;
}
