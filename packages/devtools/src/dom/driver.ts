import {
  ANY,
  badArgument,
  checkOptions,
  deleteEndpoint,
  observePublishers,
  observeSubscribers,
  publisher,
  sendMessage,
  spawn,
  subscriber,
  yieldThen,
  type ActionTree,
  type DriverError,
  type Spawn,
  type Unchecked,
} from "@marketplace/runtime";
import type { Outcome } from "./fragments.ts";
import { Page } from "./page.ts";
import { domError, domEvent, domFragment, type DomEvent } from "./terms.ts";

export interface DomDriverOptions {
  /** The part of the page in which containers are looked for and events are heard; left out, all of it. */
  readonly root?: Document | Element | undefined;
}

/**
 * The driver of a page. A publisher of `domFragment(container, id, element)` has that element stand in the page, for as long as it is
 * present; a subscriber of `domEvent(selector, type, ANY)` is told of what happens. Runs in a ground VM of the page, or in a nested one with an
 * event relay.
 *
 * @returns the action that spawns it
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function domDriver(options: DomDriverOptions = {}): Spawn<Unchecked> {
  checkOptions("domDriver: options", options, ["root"]);
  const { root = document } = options;
  if (!(root instanceof Document || root instanceof Element))
    throw badArgument("domDriver: root", "a document or an element", root);
  return spawn(() => new Driver(new Page(root)).boot(), { name: "dom driver" });
}

class Driver {
  readonly #page: Page;
  #isDrawingDue = false;
  #isWatching = false;
  /** The events that cannot be listened for: how many ask for each. */
  readonly #refused = new Map<string, number>();

  constructor(page: Page) {
    this.#page = page;
  }

  boot(): ActionTree<Unchecked> {
    const { fragments } = this.#page;
    return [
      observePublishers(domFragment(ANY, ANY, ANY), {
        onPresence: ({ role: { topic } }) => {
          if (!domFragment.isGround(topic)) return null;
          fragments.came(topic);
          return this.#drawSoon();
        },
        onAbsence: ({ role: { topic } }) => {
          if (!domFragment.isGround(topic)) return null;
          fragments.went(topic);
          return this.#drawSoon();
        },
      }),
      observeSubscribers(domEvent(ANY, ANY, ANY), {
        onPresence: ({ role: { topic } }) => this.#wanted(topic.selector, topic.type),
        onAbsence: ({ role: { topic } }) => this.#unwanted(topic.selector, topic.type),
      }),
    ];
  }

  /**
   * Once the turn is over: who describes a fragment anew deletes one endpoint and adds another, and the element in between would lose what is
   * typed into it.
   */
  #drawSoon(): ActionTree<Unchecked> {
    if (this.#isDrawingDue) return null;
    this.#isDrawingDue = true;
    return yieldThen(() => {
      this.#isDrawingDue = false;
      return [this.#page.fragments.draw().map(told), this.#watch()];
    });
  }

  #wanted(selector: unknown, type: unknown): ActionTree<Unchecked> {
    if (typeof selector !== "string" || typeof type !== "string") return null;
    const id = idOf("event", selector, type);
    const came = this.#page.listeners.came(selector, type);
    if (came === true) return [publisher(domEvent(selector, type, ANY), {}, { id }), this.#watch()];
    if (came === false) return null;
    const count = this.#refused.get(id) ?? 0;
    this.#refused.set(id, count + 1);
    return count === 0 && publisher(domError(selector, type, came), {}, { id });
  }

  #unwanted(selector: unknown, type: unknown): ActionTree<Unchecked> {
    if (typeof selector !== "string" || typeof type !== "string") return null;
    const id = idOf("event", selector, type);
    const refused = this.#refused.get(id);
    if (refused !== undefined && refused > 1) this.#refused.set(id, refused - 1);
    else if (refused !== undefined) this.#refused.delete(id);
    const isLast = refused === undefined ? this.#page.listeners.went(selector, type) : refused === 1;
    return isLast && [deleteEndpoint(id), this.#watch()];
  }

  /** Whoever has something in the page keeps the VM alive, and hears of its end. */
  #watch(): ActionTree<Unchecked> {
    const { isUsed } = this.#page;
    if (isUsed === this.#isWatching) return null;
    this.#isWatching = isUsed;
    if (!isUsed) return deleteEndpoint(WATCHING);
    const pass = (message: readonly unknown[]) =>
      (message[1] as readonly DomEvent[]).map((event) => sendMessage(event));
    return subscriber([this.#page, ANY], { onMessage: pass }, { id: WATCHING });
  }
}

const WATCHING = "page";

function idOf(what: string, ...names: readonly string[]): string {
  return `${what} ${JSON.stringify(names)}`;
}

/** To subscribe to a fragment is to say that it stands in the page. */
function told({ container, id, isShown, error }: Outcome): ActionTree<Unchecked> {
  const shown = idOf("shown", container, id);
  const failed = idOf("failed", container, id);
  return [
    deleteEndpoint(failed),
    isShown ? subscriber(domFragment(container, id, ANY), {}, { id: shown }) : deleteEndpoint(shown),
    error !== null && failure(failed, container, id, error),
  ];
}

function failure(endpoint: string, place: string, name: string, error: DriverError): ActionTree<Unchecked> {
  return publisher(domError(place, name, error), {}, { id: endpoint });
}
