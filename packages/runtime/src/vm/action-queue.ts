import type { PendingAction } from "./pending-action.ts";

/** So many may have been taken before their places are given up. */
const FEW_TAKEN = 64;

/**
 * The actions of one process that wait to be performed. There is one only while it holds something: an idle process, of which there are
 * most, owns none.
 */
export class ActionQueue {
  readonly #actions: (PendingAction | undefined)[];
  #taken = 0;

  /** @param actions the first ones; the array is the queue's from now on */
  constructor(actions: PendingAction[]) {
    this.#actions = actions;
  }

  get length(): number {
    return this.#actions.length - this.#taken;
  }

  push(action: PendingAction): void {
    this.#actions.push(action);
  }

  /** The first action, left where it is; there must be one. */
  get first(): PendingAction {
    return this.#actions[this.#taken] as PendingAction;
  }

  /** Take the first action; there must be one. */
  shift(): PendingAction {
    const actions = this.#actions;
    const action = actions[this.#taken] as PendingAction;
    actions[this.#taken++] = undefined;
    // What is left is moved no more often than an action was taken.
    if (this.#taken > FEW_TAKEN && this.#taken * 2 > actions.length) {
      actions.splice(0, this.#taken);
      this.#taken = 0;
    }
    return action;
  }

  /** Take back all but the first `length` actions. */
  truncate(length: number): void {
    this.#actions.length = this.#taken + length;
  }
}
