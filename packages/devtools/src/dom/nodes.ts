import type { TermObject } from "@marketplace/runtime";
import type { DomElement, DomNode } from "./terms.ts";

/** Makes elements as they are described, and makes them what they are described as next. Descriptions have been checked. */
export class Nodes {
  readonly #document: Document;
  /** The children that each element was given. Others may stand beside them: fragments, and what others put there. */
  readonly #children = new WeakMap<Element, readonly ChildNode[]>();

  constructor(document: Document) {
    this.#document = document;
  }

  make({ tag, attributes, children }: DomElement): Element {
    const element = this.#document.createElement(tag);
    setAttributes(element, {}, attributes);
    const made = (children as readonly DomNode[]).map((child) => this.#makeNode(child));
    element.append(...made);
    this.#children.set(element, made);
    return element;
  }

  /**
   * Changes an element that was made as `before` into what `after` describes; both have the same tag. What is the same stays the same node,
   * with its focus and what has been typed into it. Attributes are touched only where the descriptions differ.
   */
  change(element: Element, before: DomElement, after: DomElement): void {
    setAttributes(element, before.attributes, after.attributes);
    const old = new OldChildren(this.#children.get(element) ?? [], before.children as readonly DomNode[]);
    const nodes = (after.children as readonly DomNode[]).map((child) => {
      const found = old.take(child);
      if (found === undefined) return this.#makeNode(child);
      if (typeof child === "string") {
        if (found.description !== child) found.node.nodeValue = child;
      } else if (found.description !== child) {
        this.change(found.node as Element, found.description as DomElement, child);
      }
      return found.node;
    });
    for (const node of old.rest()) node.remove();
    place(element, nodes);
    this.#children.set(element, nodes);
  }

  #makeNode(child: DomNode): ChildNode {
    return typeof child === "string" ? this.#document.createTextNode(child) : this.make(child);
  }
}

interface OldChild {
  readonly node: ChildNode;
  readonly description: DomNode;
}

/** The children that an element had, to be used again: each for the one with its id, else in order for the next of its kind. */
class OldChildren {
  readonly #byKey = new Map<string, OldChild>();
  readonly #byKind = new Map<string, OldChild[]>();

  constructor(nodes: readonly ChildNode[], descriptions: readonly DomNode[]) {
    nodes.forEach((node, i) => {
      const old: OldChild = { node, description: descriptions[i] ?? "" };
      const key = keyOf(old.description);
      if (key !== undefined && !this.#byKey.has(key)) {
        this.#byKey.set(key, old);
        return;
      }
      const kind = kindOf(old.description);
      const alike = this.#byKind.get(kind);
      if (alike === undefined) this.#byKind.set(kind, [old]);
      else alike.push(old);
    });
  }

  take(description: DomNode): OldChild | undefined {
    const key = keyOf(description);
    if (key === undefined) return this.#byKind.get(kindOf(description))?.shift();
    const found = this.#byKey.get(key);
    this.#byKey.delete(key);
    return found;
  }

  *rest(): Generator<ChildNode> {
    for (const { node } of this.#byKey.values()) yield node;
    for (const alike of this.#byKind.values()) for (const { node } of alike) yield node;
  }
}

function kindOf(description: DomNode): string {
  return typeof description === "string" ? "" : description.tag;
}

function keyOf(description: DomNode): string | undefined {
  if (typeof description === "string") return undefined;
  const { id } = description.attributes;
  return typeof id === "string" ? `${description.tag} ${id}` : undefined;
}

/** Puts nodes in this order, moving as few as a walk from front to back does; what else stands there stays. */
function place(element: Element, nodes: readonly ChildNode[]): void {
  const own = new Set<ChildNode>(nodes);
  let at = element.firstChild;
  for (const node of nodes) {
    while (at !== null && !own.has(at)) at = at.nextSibling;
    if (at === node) at = at.nextSibling;
    else element.insertBefore(node, at);
  }
}

function setAttributes(element: Element, before: TermObject, after: TermObject): void {
  for (const name of Object.keys(before)) {
    if (valueOf(after, name) === undefined) element.removeAttribute(name);
  }
  for (const name of Object.keys(after)) {
    const value = valueOf(after, name);
    if (value !== undefined && value !== valueOf(before, name)) element.setAttribute(name, value);
  }
}

/** As an attribute has it; undefined where it is not there. */
function valueOf(attributes: TermObject, name: string): string | undefined {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return value === true ? "" : typeof value === "string" ? value : undefined;
}
