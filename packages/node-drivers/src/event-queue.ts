/** What has happened outside and waits to be asked for: one event for each time a source is armed. */
export class EventQueue<E> {
  readonly #events: E[] = [];
  #deliver: ((event: E) => void) | null = null;

  /** Is the next event awaited? */
  get isAsked(): boolean {
    return this.#deliver !== null;
  }

  /** The newest of those that wait. */
  get last(): E | undefined {
    return this.#events.at(-1);
  }

  /** Hand one event over, now or as soon as there is one. */
  ask(deliver: (event: E) => void): void {
    this.#deliver = deliver;
    this.#goOn();
  }

  push(event: E): void {
    this.#events.push(event);
    this.#goOn();
  }

  /** Nobody asks any more. */
  withdraw(): void {
    this.#deliver = null;
  }

  #goOn(): void {
    const deliver = this.#deliver;
    if (deliver === null || this.#events.length === 0) return;
    this.#deliver = null;
    deliver(this.#events.shift() as E);
  }
}
