import type { Orientation } from "../../model/role.ts";
import type { Term } from "../../terms/term.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Process } from "../process.ts";
import { moveToFront, sortByProcess } from "./order.ts";
import { Search } from "./search.ts";
import { Trie } from "./trie.ts";

/** Shared by all VMs: a search is over before anything else happens. */
const search = new Search();

/**
 * Who hears what in one VM's network: the only place that knows all endpoints. Results come in the order of semantics rule 16: `first`'s
 * own endpoints, then by PID, within a process in order of creation.
 */
export class Routing {
  readonly #publishers = new Trie();
  readonly #subscribers = new Trie();

  add(endpoint: Endpoint): void {
    this.#own(endpoint).add(endpoint);
  }

  remove(endpoint: Endpoint): void {
    this.#own(endpoint).remove(endpoint);
  }

  /**
   * Who gets a message.
   *
   * @param orientation of the sender
   * @param found is filled from the start, and may be longer than what was found
   * @returns how many were found
   */
  receivers(orientation: Orientation, body: Term, first: Process, found: Endpoint[]): number {
    const facing = orientation === "publisher" ? this.#subscribers : this.#publishers;
    const count = search.run(facing.root, body, found);
    if (count > 1) {
      if (!search.inOrder) sortByProcess(found, count);
      if (first.endpoints.first !== null) moveToFront(found, count, first);
    }
    return count;
  }

  /** Whose topics intersect that of `endpoint`, and face it; otherwise as {@link receivers}. */
  peers(endpoint: Endpoint, found: Endpoint[]): number {
    return this.receivers(endpoint.role.orientation, endpoint.role.topic, endpoint.process, found);
  }

  #own(endpoint: Endpoint): Trie {
    return endpoint.role.orientation === "publisher" ? this.#publishers : this.#subscribers;
  }
}
