import { driverError, type DriverError } from "@marketplace/runtime";
import { detailOf } from "./detail.ts";
import { domEvent, type DomEvent } from "./terms.ts";

/** What is listened for: by type, how many subscribers each selector has. */
type Wanted = Map<string, Map<string, number>>;

/** The events of a page that somebody subscribes to. There is one listener of the page for each type, whatever is drawn later. */
export class Listeners {
  readonly #root: Document | Element;
  readonly #happened: (event: DomEvent) => void;
  readonly #isOurs: (form: Element) => boolean;
  readonly #wanted: Wanted = new Map();

  /**
   * @param happened told of each event
   * @param isOurs does a form stand in a fragment? Such a form never leaves the page
   */
  constructor(root: Document | Element, happened: (event: DomEvent) => void, isOurs: (form: Element) => boolean) {
    this.#root = root;
    this.#happened = happened;
    this.#isOurs = isOurs;
  }

  get isEmpty(): boolean {
    return this.#wanted.size === 0;
  }

  /** Somebody subscribes. @returns whether it is the first; or why it cannot be listened for */
  came(selector: string, type: string): boolean | DriverError {
    const why = whyNoSelector(this.#root, selector);
    if (why !== undefined) return driverError("DOM_BAD_SELECTOR", why);
    let selectors = this.#wanted.get(type);
    if (selectors === undefined) {
      this.#wanted.set(type, (selectors = new Map()));
      // While it is captured, because not every event bubbles.
      this.#root.addEventListener(type, this.#hear, { capture: true });
    }
    const count = selectors.get(selector) ?? 0;
    selectors.set(selector, count + 1);
    return count === 0;
  }

  /** Somebody does so no longer. @returns whether it was the last */
  went(selector: string, type: string): boolean {
    const selectors = this.#wanted.get(type);
    const count = selectors?.get(selector);
    if (selectors === undefined || count === undefined) return false;
    if (count > 1) {
      selectors.set(selector, count - 1);
      return false;
    }
    selectors.delete(selector);
    if (selectors.size === 0) this.#forget(type);
    return true;
  }

  clear(): void {
    for (const type of this.#wanted.keys()) this.#forget(type);
  }

  #forget(type: string): void {
    this.#wanted.delete(type);
    this.#root.removeEventListener(type, this.#hear, { capture: true });
  }

  readonly #hear = (event: Event): void => {
    const { target, type } = event;
    if (!(target instanceof Element)) return;
    const told: DomEvent[] = [];
    for (const selector of this.#wanted.get(type)?.keys() ?? []) {
      const element = target.closest(selector);
      if (element !== null && this.#root.contains(element))
        told.push(domEvent(selector, type, detailOf(event, element)));
    }
    if (told.length === 0) return;
    if (type === "submit" && target instanceof HTMLFormElement) {
      event.preventDefault();
      // What was typed is told of, and the fields are as they are described. A field may be called "reset".
      if (this.#isOurs(target)) HTMLFormElement.prototype.reset.call(target);
    }
    for (const each of told) this.#happened(each);
  };
}

function whyNoSelector(root: Document | Element, selector: string): string | undefined {
  try {
    root.querySelector(selector);
    return undefined;
  } catch {
    return `expected a CSS selector, got ${selector}`;
  }
}
