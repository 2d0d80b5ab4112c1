import { publisher, subscriber, type EndpointHandlers } from "../dsl/endpoints.ts";
import { sendMessage } from "../dsl/messages.ts";
import { atMetaLevel, spawn } from "../dsl/processes.ts";
import type { ActionTree, AddEndpoint, Spawn, Unchecked } from "../model/action.ts";
import { complement, type Orientation } from "../model/role.ts";
import { checkOptions } from "../terms/check.ts";
import { badArgument, MarketplaceError } from "../terms/error.ts";
import { formatTerm } from "../terms/format.ts";
import { checkTerm, isGround, type Term } from "../terms/term.ts";
import { intersection, meets } from "../terms/unify.ts";
import { Mirrors } from "./mirrors.ts";

/** What processes of a VM do that a relay makes known outside of it: they publish on the topic, or subscribe to it. */
export interface RelayedRole {
  readonly orientation: Orientation;
  readonly topic: Term;
}

/**
 * Lets the processes of a nested VM, or of a VM on the other side of a bridge, take part in the VM that contains it, as if they were there.
 * As far as an endpoint of this VM plays one of the `roles` there is one like it at the meta level; whom it meets there appears in this
 * VM, and goes with the reason that it goes with there. Messages and feedback pass in both directions.
 *
 * @param selfId names the relay for people
 * @param roles what the processes of this VM may do outside; no two topics have anything in common
 * @returns the action that spawns it
 * @throws MarketplaceError `BAD_ARGUMENT`; `RELAY_AMBIGUOUS` if two topics have something in common
 */
export function relay(selfId: string, roles: readonly RelayedRole[]): Spawn<Unchecked> {
  if (typeof selfId !== "string") throw badArgument("relay: selfId", "a string", selfId);
  checkRoles(roles);
  return spawn(() => roles.map((role, i) => new Passage(role, i).open()), { name: `relay ${selfId}` });
}

/**
 * What passes from publishers to subscribers, and back to publishers, must pass once and never return: the relay is on both sides of
 * both VMs' networks, and cannot tell its own doings from others'.
 */
function checkRoles(roles: readonly RelayedRole[]): void {
  if (!Array.isArray(roles)) throw badArgument("relay: roles", "a list of { orientation, topic }", roles);
  roles.forEach((role: RelayedRole, i) => {
    const what = `relay: roles[${i}]`;
    checkOptions(what, role, ["orientation", "topic"]);
    const { orientation, topic } = role;
    if (orientation !== "publisher" && orientation !== "subscriber") {
      throw badArgument(`${what}.orientation`, `"publisher" or "subscriber"`, orientation);
    }
    checkTerm(topic, `${what}.topic`);
    const other = roles.findIndex((each, at) => at < i && meets(each.topic, topic));
    if (other === -1) return;
    const topics = [roles[other] as RelayedRole, role].map((each) => formatTerm(each.topic, { maxLength: 200 }));
    throw new MarketplaceError(
      "RELAY_AMBIGUOUS",
      `relay: roles[${other}] and roles[${i}]: expected topics that have nothing in common, got ${topics.join(" and ")}`,
    );
  });
}

/** The way of one role through the relay. */
class Passage {
  readonly #role: RelayedRole;
  /** Whom the role meets. */
  readonly #facing: Orientation;
  readonly #id: string;
  /** Those of this VM who play the role, outside. */
  readonly #outward: Mirrors;
  /** Those outside whom they meet, in this VM. */
  readonly #inward: Mirrors;

  constructor(role: RelayedRole, index: number) {
    this.#role = role;
    this.#facing = complement(role.orientation);
    this.#id = `role ${index}`;
    this.#outward = new Mirrors(this.#id);
    this.#inward = new Mirrors(this.#id);
  }

  /** Watches this VM and the one outside. */
  open(): ActionTree<Unchecked> {
    const { orientation, topic } = this.#role;
    const inside = watch(this.#facing, topic, this.#id, {
      onPresence: ({ role }) => atMetaLevel(this.#outward.add(role)),
      onAbsence: ({ role, reason }) => atMetaLevel(this.#outward.remove(role, reason)),
      onMessage: (body) => atMetaLevel(sendMessage(this.#narrowed(body), orientation)),
    });
    const outside = watch(orientation, topic, this.#id, {
      onPresence: ({ role }) => this.#inward.add(role),
      onAbsence: ({ role, reason }) => this.#inward.remove(role, reason),
      onMessage: (body) => sendMessage(this.#narrowed(body), this.#facing),
    });
    return [inside, outside.map((endpoint) => atMetaLevel(endpoint))];
  }

  /** A message may have wildcards: what is no affair of this role is left out, or it could come back by another one. */
  #narrowed(body: Term): Term {
    return isGround(body) ? body : (intersection(body, this.#role.topic) ?? body);
  }
}

/**
 * Sees all whom a role of this orientation meets, observers too, and takes the messages as an observer: who takes them while it watches everything
 * is a spy, and what only spies hear is as good as unheard.
 */
function watch(
  orientation: Orientation,
  topic: Term,
  id: string,
  { onMessage, ...peers }: EndpointHandlers<Unchecked, Term, Term>,
): readonly AddEndpoint<Unchecked>[] {
  const add = orientation === "publisher" ? publisher<Term> : subscriber<Term>;
  return [
    add(topic, peers, { id, interest: "everything" }),
    add(topic, { onMessage }, { id: `${id}, messages`, interest: "observer" }),
  ];
}
