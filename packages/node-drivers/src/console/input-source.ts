import type { Readable } from "node:stream";
import type { Source } from "@marketplace/runtime";
import { EventQueue } from "../event-queue.ts";

/** After `ended` or `failed` nothing more comes. */
export type InputEvent =
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly reason: Error };

/**
 * A readable stream as an event source: one chunk for each time it is armed, and nothing is read in between. It can be armed again after it was
 * disarmed, and goes on where it was; an armed one keeps the program alive, a disarmed one does not.
 */
export class InputSource implements Source<InputEvent> {
  readonly #input: Readable;
  readonly #events = new EventQueue<InputEvent>();
  #isAttached = false;

  constructor(input: Readable) {
    this.#input = input;
  }

  arm(deliver: (event: InputEvent) => void): () => void {
    if (!this.#isAttached) this.#attach();
    this.#events.ask(deliver);
    this.#regulate();
    return () => {
      this.#events.withdraw();
      this.#regulate();
    };
  }

  #attach(): void {
    this.#isAttached = true;
    const input = this.#input;
    const pass = (event: InputEvent): void => {
      this.#events.push(event);
      this.#regulate();
    };
    input.on("data", (chunk: Buffer | string) => pass({ type: "bytes", bytes: Buffer.from(chunk) }));
    input.on("end", () => pass({ type: "ended" }));
    input.on("error", (reason) => pass({ type: "failed", reason }));
    // A stream that is closed before its end, such as a terminal's that has gone, says no more than this.
    input.on("close", () => pass({ type: "ended" }));
    if (input.readableEnded || input.destroyed) pass({ type: "ended" });
  }

  #regulate(): void {
    if (this.#events.isAsked) this.#input.resume();
    else this.#input.pause();
  }
}
