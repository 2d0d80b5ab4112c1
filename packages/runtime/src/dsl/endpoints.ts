import type { AddEndpoint, EndpointId, Handlers, Unchecked } from "../model/action.ts";
import type { MessageArrival } from "../model/event.ts";
import { complement, type InterestType, type Orientation } from "../model/role.ts";
import type { Step } from "../model/transition.ts";
import { checkFunction, checkId, checkOptions, NO_OPTIONS } from "../terms/check.ts";
import { badArgument } from "../terms/error.ts";
import { checkTerm, type Term } from "../terms/term.ts";
import type { MessageOf, TopicOf } from "../terms/types.ts";
import { matches } from "../terms/unify.ts";

/** What an endpoint does; see {@link Handlers}. `onMessage` may also be clauses `[pattern, handler]`, tried in order. */
export interface EndpointHandlers<S, M, T> extends Omit<Handlers<S, M, T>, "onMessage"> {
  readonly onMessage?: Handlers<S, M, T>["onMessage"] | readonly AnyClause<S>[];
}

/** A clause whose pattern has been forgotten. */
type AnyClause<S> = readonly [
  pattern: unknown,
  handler: (body: Unchecked, state: S, event: MessageArrival<Unchecked>) => Step<S>,
];

/** One case of an `onMessage`: the handler runs if the message matches the pattern and no clause before it did. Made by {@link on}. */
export type Clause<S, P> = readonly [
  pattern: P,
  handler: (body: MessageOf<P>, state: S, event: MessageArrival<MessageOf<P>>) => Step<S>,
];

/** A clause of an `onMessage`, typed by its pattern. */
export function on<const P extends Term, S = unknown>(pattern: P, handler: Clause<S, P>[1]): Clause<S, P> {
  checkTerm(pattern, "on: pattern");
  checkFunction("on: handler", handler);
  return [pattern, handler];
}

export interface EndpointOptions {
  /** Names the endpoint within its process, to delete it or replace its handlers; left out, it is given one. */
  readonly id?: EndpointId | undefined;
  /** `"everything"` also sees those who only observe. */
  readonly interest?: InterestType | undefined;
}

export interface ObserverOptions {
  readonly id?: EndpointId | undefined;
  /** `"everything"` also sees other observers; left out, `"observer"`. */
  readonly interest?: "observer" | "everything" | undefined;
}

/** An endpoint that sends messages on `topic`; it meets subscribers, and gets their feedback. */
export function publisher<const P extends Term, S = Unchecked>(
  topic: P,
  handlers: EndpointHandlers<S, MessageOf<P>, TopicOf<P>> = NO_OPTIONS,
  options: EndpointOptions = NO_OPTIONS,
): AddEndpoint<S> {
  return endpoint("publisher", "publisher", "participant", topic, handlers, options);
}

/** An endpoint that receives the messages that match `topic`; it meets publishers. */
export function subscriber<const P extends Term, S = Unchecked>(
  topic: P,
  handlers: EndpointHandlers<S, MessageOf<P>, TopicOf<P>> = NO_OPTIONS,
  options: EndpointOptions = NO_OPTIONS,
): AddEndpoint<S> {
  return endpoint("subscriber", "subscriber", "participant", topic, handlers, options);
}

/**
 * Watch for publishers of `topic`, without being seen by them. Note the direction: a participant names the role it *plays*, an observer
 * the role that it *looks at*. The endpoint made here is a subscriber, and receives the messages too.
 */
export function observePublishers<const P extends Term, S = Unchecked>(
  topic: P,
  handlers: EndpointHandlers<S, MessageOf<P>, TopicOf<P>> = NO_OPTIONS,
  options: ObserverOptions = NO_OPTIONS,
): AddEndpoint<S> {
  return endpoint("observePublishers", complement("publisher"), "observer", topic, handlers, options);
}

/** Watch for subscribers of `topic`, without being seen by them; the endpoint made here is a publisher. See {@link observePublishers}. */
export function observeSubscribers<const P extends Term, S = Unchecked>(
  topic: P,
  handlers: EndpointHandlers<S, MessageOf<P>, TopicOf<P>> = NO_OPTIONS,
  options: ObserverOptions = NO_OPTIONS,
): AddEndpoint<S> {
  return endpoint("observeSubscribers", complement("subscriber"), "observer", topic, handlers, options);
}

/** The same endpoint under another id. */
export function nameEndpoint<S>(id: EndpointId, action: AddEndpoint<S>): AddEndpoint<S> {
  if (action?.type !== "add-endpoint")
    throw badArgument("nameEndpoint: action", "what publisher() or subscriber() returns", action);
  return { ...action, id: checkId("nameEndpoint", id) };
}

const HANDLERS = ["onPresence", "onAbsence", "onMessage"] as const;
const OPTIONS = ["id", "interest"] as const;
const INTERESTS: readonly unknown[] = ["participant", "observer", "everything"];

function endpoint(
  what: string,
  orientation: Orientation,
  usual: InterestType,
  topic: unknown,
  handlers: EndpointHandlers<Unchecked, Unchecked, Unchecked>,
  options: EndpointOptions,
): AddEndpoint<Unchecked> {
  checkTerm(topic, `${what}: topic`);
  checkOptions(`${what}: handlers`, handlers, HANDLERS);
  checkOptions(`${what}: options`, options, OPTIONS);
  const { onPresence, onAbsence, onMessage } = handlers;
  if (onPresence !== undefined) checkFunction(`${what}: onPresence`, onPresence);
  if (onAbsence !== undefined) checkFunction(`${what}: onAbsence`, onAbsence);
  const { id, interest = usual } = options;
  if (!INTERESTS.includes(interest) || (usual === "observer" && interest === "participant")) {
    const expected = usual === "observer" ? `"observer" or "everything"` : `"participant", "observer" or "everything"`;
    throw badArgument(`${what}: interest`, expected, interest);
  }
  return {
    type: "add-endpoint",
    id: id === undefined ? undefined : checkId(what, id),
    role: { orientation, topic: topic as Term, interestType: interest },
    handlers: { onPresence, onAbsence, onMessage: messageHandler(what, onMessage) },
  };
}

function messageHandler(
  what: string,
  onMessage: EndpointHandlers<Unchecked, Unchecked, Unchecked>["onMessage"],
): Handlers<Unchecked, Unchecked, Unchecked>["onMessage"] {
  if (onMessage === undefined || typeof onMessage === "function") return onMessage;
  if (!Array.isArray(onMessage))
    throw badArgument(`${what}: onMessage`, "a function or clauses [pattern, handler]", onMessage);
  const clauses = onMessage.map((clause, i) => {
    if (!Array.isArray(clause) || clause.length !== 2) {
      throw badArgument(`${what}: onMessage[${i}]`, "a clause [pattern, handler]", clause);
    }
    checkTerm(clause[0], `${what}: onMessage[${i}][0]`);
    checkFunction(`${what}: onMessage[${i}][1]`, clause[1]);
    return clause as unknown as readonly [Term, AnyClause<Unchecked>[1]];
  });
  return (body, state, event) => {
    for (const [pattern, handler] of clauses) {
      if (matches(pattern, body)) return handler(body, state, event);
    }
    return undefined;
  };
}
