import type { PendingAction } from "./pending-action.ts";

/**
 * The actions of one process that wait to be performed: a ring, so that taking the first costs the same however many wait.
 * Queues are lent to a process only while it has something pending: an idle process, of which there are most, owns none.
 */
export class ActionQueue {
  #ring: (PendingAction | undefined)[] = Array.from<undefined>({ length: 8 });
  #mask = 7;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(action: PendingAction): void {
    if (this.#length > this.#mask) this.#grow();
    this.#ring[(this.#head + this.#length++) & this.#mask] = action;
  }

  /** The first action, left where it is; there must be one. */
  get first(): PendingAction {
    return this.#ring[this.#head] as PendingAction;
  }

  /** Take the first action; there must be one. */
  shift(): PendingAction {
    const action = this.#ring[this.#head] as PendingAction;
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    this.#length--;
    return action;
  }

  /** Take back all but the first `length` actions. */
  truncate(length: number): void {
    while (this.#length > length) this.#ring[(this.#head + --this.#length) & this.#mask] = undefined;
  }

  #grow(): void {
    const size = this.#ring.length;
    const ring: (PendingAction | undefined)[] = Array.from<undefined>({ length: size * 2 });
    for (let i = 0; i < size; i++) ring[i] = this.#ring[(this.#head + i) & this.#mask];
    this.#ring = ring;
    this.#mask = size * 2 - 1;
    this.#head = 0;
  }
}
