import type { ActionTree } from "./action.ts";

const TRANSITION: unique symbol = Symbol.for("@marketplace/transition");

/** A new state, and what to do next. Made by {@link transition}. */
export interface Transition<S> {
  readonly [TRANSITION]: true;
  readonly state: S;
  readonly actions: ActionTree<S>;
}

/**
 * What a handler, boot function or continuation may return: a transition; bare actions, which leave the state as it is; or
 * nothing.
 */
export type Step<S> = Transition<S> | ActionTree<S> | void;

class StateAndActions<S> implements Transition<S> {
  declare readonly [TRANSITION]: true;
  readonly state: S;
  readonly actions: ActionTree<S>;

  constructor(state: S, actions: ActionTree<S>) {
    this.state = state;
    this.actions = actions;
  }
}
Object.defineProperty(StateAndActions.prototype, TRANSITION, { value: true });

/**
 * The process's next state and its actions, performed left to right.
 *
 * @param state the new private state
 * @param actions any nesting of arrays of actions; `null`, `undefined` and `false` are skipped
 */
export function transition<S>(state: S, ...actions: ActionTree<NoInfer<S>>[]): Transition<S> {
  return new StateAndActions(state, actions);
}

export function isTransition(value: unknown): value is Transition<unknown> {
  return typeof value === "object" && value !== null && (value as { [TRANSITION]?: true })[TRANSITION] === true;
}
