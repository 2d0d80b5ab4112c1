import type { ActionTree } from "../model/action.ts";
import { isTransition, transition, type Step, type Transition } from "../model/transition.ts";
import { badArgument } from "../terms/error.ts";

/**
 * Put steps one after the other: each is more actions, or a function of the state that the one before it left. The result is one
 * transition with the last state and all actions in order.
 *
 * @throws MarketplaceError `BAD_ARGUMENT` if `first` is no transition
 */
export function sequenceActions<S>(
  first: Transition<S>,
  ...steps: readonly (ActionTree<S> | ((state: S) => Step<S>))[]
): Transition<S> {
  if (!isTransition(first)) throw badArgument("sequenceActions: first", "what transition() returns", first);
  let { state } = first;
  const actions: ActionTree<S>[] = [first.actions];
  for (const step of steps) {
    const result = typeof step === "function" ? step(state) : step;
    if (isTransition(result)) {
      state = (result as Transition<S>).state;
      actions.push((result as Transition<S>).actions);
    } else {
      actions.push(result as ActionTree<S>);
    }
  }
  return transition(state, ...(actions as ActionTree<NoInfer<S>>[]));
}

/** The same step with actions before its own. */
export function withActionsFirst<S>(actions: ActionTree<S>, step: Step<S>): Step<S> {
  if (isTransition(step)) {
    const { state, actions: own } = step as Transition<S>;
    return transition(state, actions as ActionTree<NoInfer<S>>, own as ActionTree<NoInfer<S>>);
  }
  return [actions, step as ActionTree<S>];
}
