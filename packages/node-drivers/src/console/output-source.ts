import type { Writable } from "node:stream";
import type { Source } from "@marketplace/runtime";
import { EventQueue } from "../event-queue.ts";

export type OutputEvent =
  /** All that was written has been taken. */
  | { readonly type: "flushed" }
  /** Nothing can be written any more. */
  | { readonly type: "failed"; readonly reason: Error };

/** A writable stream, whose event source tells what has become of what was written: to be armed while something is on its way. */
export class OutputSource implements Source<OutputEvent> {
  readonly #output: Writable;
  readonly #events = new EventQueue<OutputEvent>();
  #isAttached = false;
  #isBroken = false;
  #unwritten = 0;
  #onFlushed: (() => void) | null = null;

  constructor(output: Writable) {
    this.#output = output;
  }

  /** Is nothing on its way? */
  get isFlushed(): boolean {
    return this.#unwritten === 0;
  }

  arm(deliver: (event: OutputEvent) => void): () => void | Promise<void> {
    this.#events.ask(deliver);
    return () => {
      this.#events.withdraw();
      if (this.isFlushed || this.#isBroken) return undefined;
      return new Promise((resolve) => (this.#onFlushed = resolve));
    };
  }

  write(text: string | Uint8Array): void {
    if (!this.#isAttached) {
      this.#isAttached = true;
      this.#output.on("error", (reason) => this.#break(reason));
    }
    if (this.#isBroken) return;
    this.#unwritten++;
    this.#output.write(text, (error) => {
      this.#unwritten--;
      if (error !== undefined && error !== null) this.#break(error);
      else if (this.isFlushed) this.#flushed();
    });
  }

  #flushed(): void {
    if (!this.#isBroken && this.#events.last?.type !== "flushed") this.#events.push({ type: "flushed" });
    this.#onFlushed?.();
  }

  #break(reason: Error): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#events.push({ type: "failed", reason });
    this.#onFlushed?.();
  }
}
