import { complement, type Orientation } from "../../src/model/role.ts";
import type { Term } from "../../src/terms/term.ts";
import { matches, meets } from "../../src/terms/unify.ts";
import type { Endpoint } from "../../src/vm/endpoint.ts";
import type { Process } from "../../src/vm/process.ts";

/** What `Routing` does, in the plainest way: it asks every endpoint. What is found is returned in order. */
export class LinearScan {
  readonly #endpoints = new Set<Endpoint>();

  add(endpoint: Endpoint): void {
    this.#endpoints.add(endpoint);
  }

  remove(endpoint: Endpoint): void {
    this.#endpoints.delete(endpoint);
  }

  receivers(orientation: Orientation, body: Term, first: Process): Endpoint[] {
    return this.#facing(orientation, first, (topic) => matches(topic, body));
  }

  peers({ role, process }: Endpoint): Endpoint[] {
    return this.#facing(role.orientation, process, (topic) => meets(topic, role.topic));
  }

  #facing(orientation: Orientation, first: Process, fits: (topic: Term) => boolean): Endpoint[] {
    const found = [...this.#endpoints].filter(
      ({ role }) => role.orientation === complement(orientation) && fits(role.topic),
    );
    const place = ({ process }: Endpoint): number => (process === first ? -Infinity : process.pid);
    return found.toSorted((a, b) => (place(a) === place(b) ? a.sequence - b.sequence : place(a) < place(b) ? -1 : 1));
  }
}
