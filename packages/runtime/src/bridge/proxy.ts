import type { Role } from "../model/role.ts";
import { formatTerm } from "../terms/format.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import { type Channel, channelOf } from "./conversation.ts";
import type { NearConversation } from "./near-conversation.ts";
import { type Template, templateOf } from "./template.ts";

/** An endpoint that stands on the other side for one of ours. */
export class Proxy {
  readonly number: number;
  readonly target: Endpoint;
  readonly template: Template | null;
  /** What its topic says of a TCP connection, if it does. */
  readonly channel: Channel | undefined;
  /** The conversation that it is part of. */
  conversation: NearConversation | undefined = undefined;
  /** Has the far half been told of it? */
  isStanding = false;
  /** Who is present for it, by how they look. */
  readonly #peers = new Map<string, Peers>();

  constructor(number: number, target: Endpoint) {
    this.number = number;
    this.target = target;
    this.template = templateOf(target.role.topic);
    this.channel = channelOf(target.role.topic);
  }

  present(role: Role): void {
    const look = lookOf(role);
    const same = this.#peers.get(look);
    if (same === undefined) this.#peers.set(look, { role, count: 1 });
    else same.count++;
  }

  /** @returns whether there was such a peer */
  absent(role: Role): boolean {
    const look = lookOf(role);
    const same = this.#peers.get(look);
    if (same === undefined) return false;
    if (--same.count === 0) this.#peers.delete(look);
    return true;
  }

  /** All who are present, each as often as there are such; none is any more. */
  takePeers(): readonly Role[] {
    const roles = [...this.#peers.values()].flatMap(({ role, count }) => Array.from({ length: count }, () => role));
    this.#peers.clear();
    return roles;
  }
}

/** Peers that look the same. */
interface Peers {
  readonly role: Role;
  count: number;
}

function lookOf({ orientation, interestType, topic }: Role): string {
  return `${orientation} ${interestType} ${formatTerm(topic)}`;
}
