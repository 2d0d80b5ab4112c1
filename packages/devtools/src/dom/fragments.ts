import { driverError, equalTerms, type DriverError } from "@marketplace/runtime";
import { whyRefused } from "./allowed.ts";
import { keepingFocus } from "./focus.ts";
import { Nodes } from "./nodes.ts";
import type { DomElement, DomFragment } from "./terms.ts";

/** What has become of a fragment since the last drawing. */
export interface Outcome {
  readonly container: string;
  readonly id: string;
  /** Does it stand in the page? */
  readonly isShown: boolean;
  /** Why not, though it is demanded. */
  readonly error: DriverError | null;
}

interface Fragment {
  readonly container: string;
  readonly id: string;
  /** What it is described as, by one publisher each. The newest counts. */
  readonly descriptions: DomElement[];
  /** What stands in the page, and as what it was described. */
  node: Element | null;
  drawn: DomElement | null;
  error: DriverError | null;
  /** The outcome that was told last. */
  told: { readonly isShown: boolean; readonly why: string | undefined };
}

/** The fragments of a page: takes note of what is demanded, and makes the page so when asked to. */
export class Fragments {
  readonly #root: Document | Element;
  readonly #document: Document;
  readonly #nodes: Nodes;
  /** By container and id, in the order in which they came. */
  readonly #fragments = new Map<string, Fragment>();

  constructor(root: Document | Element) {
    this.#root = root;
    this.#document = root instanceof Document ? root : root.ownerDocument;
    this.#nodes = new Nodes(this.#document);
  }

  get isEmpty(): boolean {
    return this.#fragments.size === 0;
  }

  came({ container, id, element }: DomFragment): void {
    const key = keyOf(container, id);
    let fragment = this.#fragments.get(key);
    if (fragment === undefined) {
      const told = { isShown: false, why: undefined };
      fragment = { container, id, descriptions: [], node: null, drawn: null, error: null, told };
      this.#fragments.set(key, fragment);
    }
    fragment.descriptions.push(element);
  }

  went({ container, id, element }: DomFragment): void {
    const descriptions = this.#fragments.get(keyOf(container, id))?.descriptions ?? [];
    const at = descriptions.findLastIndex((description) => equalTerms(description, element));
    if (at !== -1) descriptions.splice(at, 1);
  }

  /** Makes the page what is demanded. @returns what has changed, in order */
  draw(): readonly Outcome[] {
    keepingFocus(this.#document, () => {
      // A fragment may be the container of another, whichever came first.
      while ([...this.#fragments.values()].map((fragment) => this.#draw(fragment)).includes(true)) continue;
    });
    const outcomes: Outcome[] = [];
    for (const [key, fragment] of this.#fragments) {
      const { container, id, node, error, told, descriptions } = fragment;
      const isShown = node !== null;
      if (isShown !== told.isShown || error?.message !== told.why) outcomes.push({ container, id, isShown, error });
      fragment.told = { isShown, why: error?.message };
      if (descriptions.length === 0) this.#fragments.delete(key);
    }
    return outcomes;
  }

  /** Takes everything away. */
  clear(): void {
    for (const { node } of this.#fragments.values()) node?.remove();
    this.#fragments.clear();
  }

  /** Does this element stand in a fragment? */
  holds(element: Element): boolean {
    for (const { node } of this.#fragments.values()) if (node?.contains(element) === true) return true;
    return false;
  }

  /** @returns whether the page has been changed */
  #draw(fragment: Fragment): boolean {
    const { node, drawn, descriptions } = fragment;
    const wanted = descriptions.at(-1);
    const isInPlace = node !== null && this.#root.contains(node);
    if (wanted === drawn && isInPlace) return false;
    const failed = wanted === undefined ? null : this.#whyNot(wanted);
    fragment.error = failed;
    if (wanted === undefined || failed !== null) {
      node?.remove();
      fragment.node = null;
      fragment.drawn = null;
      return isInPlace;
    }
    if (isInPlace && drawn !== null && drawn.tag === wanted.tag) {
      this.#nodes.change(node, drawn, wanted);
    } else {
      const fresh = this.#placed(fragment, wanted, isInPlace ? node : null);
      fragment.node = fresh;
      if (fresh === null) {
        fragment.drawn = null;
        return false;
      }
    }
    fragment.drawn = wanted;
    return true;
  }

  #whyNot(wanted: DomElement): DriverError | null {
    const why = whyRefused(wanted, this.#document.baseURI);
    return why === undefined ? null : driverError("DOM_BAD_ELEMENT", why);
  }

  /** A new node, in the place of the one that is there, or at the end of the container; null where there is none. */
  #placed(fragment: Fragment, wanted: DomElement, instead: Element | null): Element | null {
    if (instead !== null) {
      const node = this.#nodes.make(wanted);
      instead.replaceWith(node);
      return node;
    }
    const { container } = fragment;
    let found: Element | null;
    try {
      found = this.#root.querySelector(container);
    } catch {
      fragment.error = driverError("DOM_BAD_SELECTOR", `expected a CSS selector as the container, got ${container}`);
      return null;
    }
    if (found === null) {
      fragment.error = driverError("DOM_NO_CONTAINER", `the page has no element that ${container} finds`);
      return null;
    }
    const node = this.#nodes.make(wanted);
    found.append(node);
    return node;
  }
}

function keyOf(container: string, id: string): string {
  return JSON.stringify([container, id]);
}
