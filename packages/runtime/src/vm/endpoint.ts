import type { EndpointId, Handlers, Unchecked } from "../model/action.ts";
import type { Role } from "../model/role.ts";
import { KeyMap } from "./key-map.ts";
import type { Process } from "./process.ts";
import { EXACT, HANGING, type Leaf } from "./routing/leaf.ts";
import type { Node } from "./routing/node.ts";

/**
 * An endpoint of a process, at its own level or at a meta level. One that a VM process has on behalf of an inner process has a
 * `target`, that process's meta-level endpoint, and is named by it.
 */
export class Endpoint {
  // What a delivery looks at comes first: it fits into one line of the processor's cache.
  readonly process: Process;
  onMessage: Handlers<unknown>["onMessage"];
  /** Where routing keeps it: how much that says of its topic, the node that it hangs from or is listed in, and at which place there. */
  leaf: Leaf = EXACT;
  readonly target: Endpoint | null;
  readonly role: Role;
  /** Place in the order of creation within its VM; kept when the handlers are replaced. */
  readonly sequence: number;
  home: Node | null = null;
  place: number = HANGING;
  onPresence: Handlers<unknown>["onPresence"];
  onAbsence: Handlers<unknown>["onAbsence"];
  readonly id: EndpointId | Endpoint;
  /** False once deleted: what comes for it then reaches nobody. */
  alive = true;
  /** The neighbours in the table of its process. */
  next: Endpoint | null = null;
  previous: Endpoint | null = null;

  constructor(process: Process, id: EndpointId | Endpoint, role: Role, sequence: number, target: Endpoint | null) {
    this.process = process;
    this.id = id;
    this.role = role;
    this.sequence = sequence;
    this.target = target;
    this.onPresence = undefined;
    this.onAbsence = undefined;
    this.onMessage = undefined;
  }

  setHandlers(handlers: Handlers<Unchecked, Unchecked, Unchecked>): void {
    this.onPresence = handlers.onPresence;
    this.onAbsence = handlers.onAbsence;
    this.onMessage = handlers.onMessage;
  }
}

/** From how many endpoints on a map is worth its memory. */
const INDEXED = 8;

/** The endpoints of one process at one level, by id and in order of creation. Small while there are few: most have one or two. */
export class EndpointTable {
  first: Endpoint | null = null;
  #last: Endpoint | null = null;
  #size = 0;
  #byId: KeyMap<EndpointId | Endpoint, Endpoint> | null = null;

  get size(): number {
    return this.#size;
  }

  get(id: EndpointId | Endpoint): Endpoint | undefined {
    if (this.#byId !== null) return this.#byId.get(id);
    for (let endpoint = this.first; endpoint !== null; endpoint = endpoint.next) {
      if (endpoint.id === id) return endpoint;
    }
    return undefined;
  }

  add(endpoint: Endpoint): void {
    endpoint.previous = this.#last;
    if (this.#last === null) this.first = endpoint;
    else this.#last.next = endpoint;
    this.#last = endpoint;
    this.#size++;
    if (this.#byId !== null) this.#byId.set(endpoint.id, endpoint);
    else if (this.#size > INDEXED) {
      this.#byId = new KeyMap();
      for (let each = this.first; each !== null; each = each.next) this.#byId.set(each.id, each);
    }
  }

  remove(endpoint: Endpoint): void {
    endpoint.alive = false;
    if (endpoint.previous === null) this.first = endpoint.next;
    else endpoint.previous.next = endpoint.next;
    if (endpoint.next === null) this.#last = endpoint.previous;
    else endpoint.next.previous = endpoint.previous;
    endpoint.previous = null;
    endpoint.next = null;
    this.#size--;
    this.#byId?.delete(endpoint.id);
  }

  *[Symbol.iterator](): IterableIterator<Endpoint> {
    for (let endpoint = this.first; endpoint !== null; endpoint = endpoint.next) yield endpoint;
  }
}
