import type { Term } from "../terms/term.ts";
import type { Orientation, Role } from "./role.ts";

/** A peer appeared. `role` is the peer's orientation and interest type; its topic is what the two topics have in common. */
export interface PresenceEvent<T = Term> {
  readonly type: "presence";
  readonly role: Role<T>;
}

/** A peer went. `reason` is what its end, or the deletion of its endpoint, gave as reason; `undefined` where none was given. */
export interface AbsenceEvent<T = Term> {
  readonly type: "absence";
  readonly role: Role<T>;
  readonly reason: unknown;
}

/** A message came. `role` is `{ the sender's orientation, the body, participant }`. */
export interface MessageArrival<M = Term> {
  readonly type: "message";
  readonly role: Role<M>;
  readonly body: M;
}

export type EndpointEvent<M = Term, T = Term> = PresenceEvent<T> | AbsenceEvent<T> | MessageArrival<M>;

/**
 * The event of one message, shared by all its receivers. The role is made only when somebody asks for it: most handlers look
 * at the body alone, and this is the hottest path of the runtime.
 */
export class Arrival implements MessageArrival {
  declare readonly orientation: Orientation;
  declare readonly body: Term;

  constructor(orientation: Orientation, body: Term) {
    this.orientation = orientation;
    this.body = body;
  }

  get type(): "message" {
    return "message";
  }

  get role(): Role {
    return { orientation: this.orientation, topic: this.body, interestType: "participant" };
  }
}
