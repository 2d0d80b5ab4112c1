import type { Orientation } from "../model/role.ts";
import { complement } from "../model/role.ts";
import type { Term } from "../terms/term.ts";
import { matches, meets } from "../terms/unify.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Process } from "./process.ts";

/**
 * Who hears what in one VM's network: the only place that looks at all endpoints. Results come in the order of semantics rule 16:
 * `first`'s own endpoints, then by PID, within a process in order of creation.
 */
export class Routing {
  readonly #publishers = new Set<Endpoint>();
  readonly #subscribers = new Set<Endpoint>();

  get size(): number {
    return this.#publishers.size + this.#subscribers.size;
  }

  add(endpoint: Endpoint): void {
    this.#facing(endpoint.role.orientation).add(endpoint);
  }

  remove(endpoint: Endpoint): void {
    this.#facing(endpoint.role.orientation).delete(endpoint);
  }

  /**
   * Who gets a message.
   *
   * @param orientation of the sender
   * @param found is filled from the start, and may be longer than what was found
   * @returns how many were found
   */
  receivers(orientation: Orientation, body: Term, first: Process, found: Endpoint[]): number {
    let count = 0;
    for (const endpoint of this.#facing(complement(orientation))) {
      if (matches(endpoint.role.topic, body)) found[count++] = endpoint;
    }
    return inOrder(found, count, first);
  }

  /** Whose topics intersect that of `endpoint`, and face it; otherwise as {@link receivers}. */
  peers(endpoint: Endpoint, found: Endpoint[]): number {
    let count = 0;
    for (const peer of this.#facing(complement(endpoint.role.orientation))) {
      if (meets(peer.role.topic, endpoint.role.topic)) found[count++] = peer;
    }
    return inOrder(found, count, endpoint.process);
  }

  #facing(orientation: Orientation): Set<Endpoint> {
    return orientation === "publisher" ? this.#publishers : this.#subscribers;
  }
}

function inOrder(found: Endpoint[], count: number, first: Process): number {
  if (count < 2) return count;
  const sorted = found.slice(0, count).sort((a, b) => precedence(a, first) - precedence(b, first) || a.sequence - b.sequence);
  for (let i = 0; i < count; i++) found[i] = sorted[i] as Endpoint;
  return count;
}

function precedence(endpoint: Endpoint, first: Process): number {
  return endpoint.process === first ? -2 : endpoint.process.pid;
}
