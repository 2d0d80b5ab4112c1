import { performance } from "node:perf_hooks";
import { badArgument, MarketplaceError } from "@marketplace/runtime";

/** What one session may use at most. */
export interface QuotaOptions {
  /** Sockets at one time: connections in both directions, listeners, UDP sockets. 256 if left out. */
  readonly sockets?: number | undefined;
  /** Sockets that it opens in a second, connections made to it not counted. 50 if left out. */
  readonly opens?: number | undefined;
  /** A clock in milliseconds that never goes back; the process's own if left out. */
  readonly now?: (() => number) | undefined;
}

/** Gives back what was taken; to call it again does nothing. */
export type Release = () => void;

/** How many sockets a session has, and how fast it opens them. Shared by its drivers. */
export class SessionQuota {
  readonly #sockets: number;
  readonly #opens: number;
  readonly #now: () => number;
  #inUse = 0;
  /** How many may be opened now: it grows with time up to a second's worth. */
  #tokens: number;
  #filled: number;

  /** @throws MarketplaceError `BAD_ARGUMENT` */
  constructor(what: string, { sockets = 256, opens = 50, now = () => performance.now() }: QuotaOptions) {
    for (const [name, value] of Object.entries({ sockets, opens })) {
      if (!Number.isSafeInteger(value) || value < 1)
        throw badArgument(`${what}: ${name}`, "an integer from 1 up", value);
    }
    if (typeof now !== "function") throw badArgument(`${what}: now`, "a function", now);
    this.#sockets = sockets;
    this.#opens = opens;
    this.#now = now;
    this.#tokens = opens;
    this.#filled = now();
  }

  /** How many sockets there are. */
  get inUse(): number {
    return this.#inUse;
  }

  /**
   * One more socket is to be opened.
   *
   * @throws MarketplaceError `BRIDGE_LIMIT`
   */
  open(): Release {
    this.#fill();
    if (this.#tokens < 1) throw limit(`more than ${this.#opens} sockets were opened within a second`);
    const release = this.accept();
    this.#tokens--;
    return release;
  }

  /**
   * One more socket has come to be without our doing.
   *
   * @throws MarketplaceError `BRIDGE_LIMIT`
   */
  accept(): Release {
    if (this.#inUse >= this.#sockets) throw limit(`there are ${this.#sockets} sockets, and no more may be at one time`);
    this.#inUse++;
    let isHeld = true;
    return () => {
      if (isHeld) this.#inUse--;
      isHeld = false;
    };
  }

  #fill(): void {
    const now = this.#now();
    this.#tokens = Math.min(this.#opens, this.#tokens + ((now - this.#filled) / 1000) * this.#opens);
    this.#filled = now;
  }
}

export function limit(message: string): MarketplaceError {
  return new MarketplaceError("BRIDGE_LIMIT", `a limit of this session: ${message}`);
}
