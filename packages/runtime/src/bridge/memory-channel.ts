import { defaultHost, type Host } from "../vm/host.ts";
import type { BridgeChannel, Closing } from "./channel.ts";
import type { Wire } from "./wire.ts";

/**
 * Two ends of a channel within one thread: for tests, and for a VM inside a VM. Each frame arrives as a task of its own.
 *
 * @param host whose tasks they are; left out, the platform's
 */
export function memoryChannel(host: Pick<Host, "defer"> = defaultHost()): readonly [BridgeChannel, BridgeChannel] {
  const one = new End(host);
  const other = new End(host, one);
  one.other = other;
  return [one, other];
}

type Sent = { readonly frame: Wire } | { readonly closing: Closing };

class End implements BridgeChannel {
  other!: End;
  readonly #host: Pick<Host, "defer">;
  /** What comes, in order. Tasks may be run in any. */
  readonly #inbox: Sent[] = [];
  #listener: ((frame: unknown) => void) | null = null;
  #closeListener: ((closing: Closing) => void) | null = null;
  #isClosed = false;

  constructor(host: Pick<Host, "defer">, other?: End) {
    this.#host = host;
    if (other !== undefined) this.other = other;
  }

  send(frame: Wire): void {
    if (!this.#isClosed) this.other.#post({ frame });
  }

  close(code = 1000, reason = ""): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const closing = { code, reason };
    this.other.#post({ closing });
    this.#host.defer(() => this.#closeListener?.(closing));
  }

  onMessage(listener: (frame: unknown) => void): void {
    this.#listener = listener;
  }

  onClose(listener: (closing: Closing) => void): void {
    this.#closeListener = listener;
  }

  #post(sent: Sent): void {
    this.#inbox.push(sent);
    this.#host.defer(() => this.#arrive(this.#inbox.shift() as Sent));
  }

  #arrive(sent: Sent): void {
    if (this.#isClosed) return;
    if ("frame" in sent) return this.#listener?.(sent.frame);
    this.#isClosed = true;
    this.#closeListener?.(sent.closing);
  }
}
