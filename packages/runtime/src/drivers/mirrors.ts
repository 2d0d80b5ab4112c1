import { publisher, subscriber } from "../dsl/endpoints.ts";
import { deleteEndpoint } from "../dsl/processes.ts";
import type { AddEndpoint, DeleteEndpoint, EndpointId, Unchecked } from "../model/action.ts";
import type { Role } from "../model/role.ts";
import { formatTerm } from "../terms/format.ts";
import { equivalent } from "../terms/term.ts";

interface Mirror {
  readonly role: Role;
  readonly id: EndpointId;
}

/** Endpoints of one process that stand for others elsewhere, one for each. Of those that look the same, any may go for any other. */
export class Mirrors {
  readonly #prefix: string;
  /** By text, to be quick; topics of equal text may still differ, if there are objects in them that have no text form. */
  readonly #byText = new Map<string, Mirror[]>();
  #count = 0;

  /** @param prefix begins the endpoints' ids */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  add(role: Role): AddEndpoint<Unchecked> {
    const text = textOf(role);
    const alike = this.#byText.get(text) ?? [];
    const id = `${this.#prefix}, ${++this.#count}`;
    alike.push({ role, id });
    this.#byText.set(text, alike);
    const make = role.orientation === "publisher" ? publisher : subscriber;
    return make(role.topic, {}, { id, interest: role.interestType });
  }

  remove(role: Role, reason: unknown): DeleteEndpoint {
    const text = textOf(role);
    const alike = this.#byText.get(text) ?? [];
    const at = alike.findIndex((mirror) => equivalent(mirror.role.topic, role.topic));
    const [mirror] = alike.splice(at, 1) as [Mirror];
    if (alike.length === 0) this.#byText.delete(text);
    return deleteEndpoint(mirror.id, reason);
  }
}

function textOf({ interestType, topic }: Role): string {
  return `${interestType} ${formatTerm(topic)}`;
}
