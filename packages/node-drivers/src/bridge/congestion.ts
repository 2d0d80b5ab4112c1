import type { TcpFlow } from "../tcp/flow.ts";
import type { WebClient } from "../web/client.ts";

/** While a client has more bytes than this still to be sent, nothing more is read for it; nor is more than this read in one go. */
const MUCH = 1024 * 1024;

/**
 * A client that reads slowly holds up its own connections, all of them: what each of them may have under way would be too much for all
 * together.
 */
export class Congestion {
  readonly #client: WebClient;
  readonly #holds = new Set<() => void>();
  /** Bytes that have been read since the event loop went round. */
  #coming = 0;
  #isCongested = false;

  constructor(client: WebClient) {
    this.#client = client;
    client.onDrain(this.#regulate);
  }

  /** To be called when something has been sent. */
  sent(): void {
    if (!this.#isCongested) this.#regulate();
  }

  /** A flow that holds each conversation as `flow` does, and while there is congestion. */
  within(flow: TcpFlow): TcpFlow {
    return {
      begin: (local, remote, hold) => {
        let isHeld = false;
        const regulate = (): void => hold(isHeld || this.#isCongested);
        const conversation = flow.begin(local, remote, (isNowHeld) => {
          isHeld = isNowHeld;
          regulate();
        });
        this.#holds.add(regulate);
        regulate();
        return {
          read: (bytes) => {
            this.#read(bytes);
            conversation.read(bytes);
          },
          taken: (bytes) => conversation.taken(bytes),
          end: () => {
            this.#holds.delete(regulate);
            conversation.end();
          },
        };
      },
    };
  }

  #read(bytes: number): void {
    if (this.#coming === 0) {
      setImmediate(() => {
        this.#coming = 0;
        if (this.#isCongested) this.#regulate();
      });
    }
    this.#coming += bytes;
    if (this.#coming > MUCH) this.#regulate();
  }

  readonly #regulate = (): void => {
    const isCongested = this.#client.unsent > MUCH || this.#coming > MUCH;
    if (this.#isCongested === isCongested) return;
    this.#isCongested = isCongested;
    for (const regulate of this.#holds) regulate();
  };
}
