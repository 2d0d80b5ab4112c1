import { publisher, subscriber } from "../dsl/endpoints.ts";
import { sendMessage } from "../dsl/messages.ts";
import { deleteEndpoint } from "../dsl/processes.ts";
import type { ActionTree, AddEndpoint, Unchecked } from "../model/action.ts";
import type { AbsenceEvent, MessageArrival, PresenceEvent } from "../model/event.ts";
import type { Role } from "../model/role.ts";
import { MarketplaceError } from "../terms/error.ts";
import type { RecordTable } from "../terms/record-table.ts";
import type { Term } from "../terms/term.ts";
import {
  absenceItem,
  type Ask,
  badFrame,
  itemsOf,
  messageItem,
  presenceItem,
  readAsk,
  sayItem,
  unsaidItem,
} from "./frames.ts";
import { type Template, templateOf } from "./template.ts";
import { MAX_FRAME, Vocabulary, type Wire, wireSize } from "./wire.ts";

/** What the far half needs of the process that it is the inside of. */
export interface FarUser {
  /** Tell the near half. */
  tell(item: Wire): void;
  /** The VM on the other side has ended. @returns what the process does about it */
  quit(reason: unknown): ActionTree<Unchecked>;
}

/** An endpoint that stands here for one on the other side. */
interface Standing {
  readonly role: Role;
  readonly template: Template | null;
}

/**
 * The half of a bridge on the side of the container: makes what the near half asks for into actions of a process, and tells the near half
 * what the endpoints of that process see. It runs nobody's code, and whatever comes from the other side is checked.
 */
export class Far {
  readonly #user: FarUser;
  readonly #vocabulary: Vocabulary;
  readonly #standing = new Map<number, Standing>();

  constructor(user: FarUser, records?: RecordTable) {
    this.#user = user;
    this.#vocabulary = new Vocabulary(records);
  }

  /**
   * @param frame what came over the channel: anything
   * @returns what the process is to do
   * @throws MarketplaceError `BAD_FRAME`; what came before in the frame is not done either
   */
  receive(frame: unknown): ActionTree<Unchecked> {
    const actions: ActionTree<Unchecked>[] = [];
    for (const item of itemsOf(frame)) actions.push(this.#do(readAsk(item, this.#vocabulary)));
    return actions;
  }

  #do(ask: Ask): ActionTree<Unchecked> {
    switch (ask.type) {
      case "add":
        return this.#add(ask.endpoint, ask.role);
      case "delete":
        this.#get(ask.endpoint);
        this.#standing.delete(ask.endpoint);
        return deleteEndpoint(ask.endpoint, ask.reason);
      case "say": {
        const { role, template } = this.#get(ask.endpoint);
        if (template?.size !== ask.parts.length) {
          throw badFrame("a message", `${template?.size ?? "no"} parts`, ask.parts.length);
        }
        return sendMessage(template.fill(ask.parts), role.orientation);
      }
      case "send":
        return sendMessage(ask.body, ask.orientation);
      case "quit":
        return this.#user.quit(ask.reason);
      case "credit":
      case "pong":
        return null;
    }
  }

  #get(endpoint: number): Standing {
    const standing = this.#standing.get(endpoint);
    if (standing === undefined) throw badFrame("an item", "the number of an endpoint that there is", endpoint);
    return standing;
  }

  #add(endpoint: number, role: Role): AddEndpoint<Unchecked> {
    if (this.#standing.has(endpoint)) throw badFrame("an endpoint", "a number that is not in use", endpoint);
    const template = templateOf(role.topic);
    this.#standing.set(endpoint, { role, template });
    const add = role.orientation === "publisher" ? publisher : subscriber;
    return add(
      role.topic,
      {
        onPresence: (event: PresenceEvent) => this.#tell(endpoint, () => presenceItem(endpoint, event.role)),
        onAbsence: (event: AbsenceEvent) => this.#tell(endpoint, () => absenceItem(endpoint, event.role, event.reason)),
        onMessage: (body: Term, _state: unknown, _event: MessageArrival) =>
          this.#tell(endpoint, () => {
            const parts = template?.parts(body);
            return parts === undefined ? messageItem(endpoint, body) : sayItem(endpoint, parts);
          }),
      },
      { id: endpoint, interest: role.interestType },
    );
  }

  /** What means nothing on the other side, or is too large for one frame, is told of and not told. */
  #tell(endpoint: number, item: () => Wire): void {
    if (!this.#standing.has(endpoint)) return;
    let told: Wire;
    try {
      told = item();
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      return this.#user.tell(unsaidItem(endpoint, error.message));
    }
    this.#user.tell(
      wireSize(told) <= MAX_FRAME ? told : unsaidItem(endpoint, `it takes more than the ${MAX_FRAME} bytes of a frame`),
    );
  }
}
