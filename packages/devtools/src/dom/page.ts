import type { Source } from "@marketplace/runtime";
import { Fragments } from "./fragments.ts";
import { Listeners } from "./listeners.ts";
import type { DomEvent } from "./terms.ts";

/** How many events may wait for a VM that is busy or paused; what happens beyond that is not told. */
const MOST_WAITING = 1024;

/**
 * A page, or a part of one: what stands in it, and as an event source what happens in it, all that has happened at once. When nobody
 * subscribes to it any more, everything is taken away.
 */
export class Page implements Source<readonly DomEvent[]> {
  readonly fragments: Fragments;
  readonly listeners: Listeners;
  #waiting: DomEvent[] = [];
  #deliver: ((events: readonly DomEvent[]) => void) | null = null;
  readonly #root: Document | Element;

  constructor(root: Document | Element) {
    this.#root = root;
    this.fragments = new Fragments(root);
    this.listeners = new Listeners(
      root,
      (event) => this.#happened(event),
      (form) => this.fragments.holds(form),
    );
  }

  get isUsed(): boolean {
    return !this.fragments.isEmpty || !this.listeners.isEmpty;
  }

  arm(deliver: (events: readonly DomEvent[]) => void): () => void {
    this.#deliver = deliver;
    this.#root.addEventListener("submit", this.#stay);
    this.#goOn();
    return () => this.#clear();
  }

  #happened(event: DomEvent): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(event);
    this.#goOn();
  }

  #goOn(): void {
    const deliver = this.#deliver;
    if (deliver === null || this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#deliver = null;
    deliver(events);
  }

  /** A form of a fragment would load the page anew. */
  readonly #stay = (event: Event): void => {
    if (event.target instanceof Element && this.fragments.holds(event.target)) event.preventDefault();
  };

  #clear(): void {
    this.#deliver = null;
    this.#waiting = [];
    this.#root.removeEventListener("submit", this.#stay);
    this.listeners.clear();
    this.fragments.clear();
  }
}
