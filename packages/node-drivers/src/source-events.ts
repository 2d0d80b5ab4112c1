import { isUint8Array } from "node:util/types";
import {
  ANY,
  isList,
  isPlainObject,
  subscriber,
  type AddEndpoint,
  type Source,
  type Step,
  type Term,
} from "@marketplace/runtime";

/**
 * Subscribe to what a source yields: plain objects, or bytes. A message that has wildcards in place of the source or of the event matches this topic as it matches
 * any other; it came from no source, and is ignored.
 *
 * @param id names the endpoint; to delete it is to let the source go
 */
export function sourceEvents<E extends object, S>(
  source: Source<E>,
  id: string,
  react: (event: E, state: S) => Step<S>,
): AddEndpoint<S> {
  const heard = (message: Term, state: S): Step<S> =>
    isList(message) && message[0] === source && (isUint8Array(message[1]) || isPlainObject(message[1]))
      ? react(message[1] as E, state)
      : null;
  return subscriber<Term, S>([source, ANY], { onMessage: heard }, { id });
}
