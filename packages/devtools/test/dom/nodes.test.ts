import fc from "fast-check";
import { expect, test } from "vitest";
import { Nodes } from "../../src/dom/nodes.ts";
import type { DomElement, DomNode } from "@marketplace/devtools/dom";
import { el } from "./world.ts";

const attributes = fc.record(
  { title: fc.constantFrom("1", "2"), hidden: fc.boolean(), class: fc.constantFrom("a", "b") },
  { requiredKeys: [] },
);

const id = fc.option(fc.constantFrom("x", "y", "z"), { freq: 2, nil: undefined });

/** No two siblings have the same id: in a page nothing has. */
function siblings(children: readonly DomNode[]): DomNode[] {
  const seen = new Set<unknown>();
  return children.filter((child) => {
    const own = typeof child === "string" ? undefined : child.attributes["id"];
    if (own === undefined || !seen.has(own)) return seen.add(own);
    return false;
  });
}

const { element } = fc.letrec<{ element: DomElement; node: DomNode }>((tie) => ({
  element: fc
    .tuple(fc.constantFrom("p", "b", "i"), attributes, id, fc.array(tie("node"), { maxLength: 5 }))
    .map(([tag, of, own, children]) => el(tag, own === undefined ? of : { ...of, id: own }, ...siblings(children))),
  node: fc.oneof({ maxDepth: 3 }, fc.constantFrom("one", "two", ""), tie("element")),
}));

/** An element whose children are these. */
const root = fc
  .array(fc.oneof(fc.constantFrom("one", "two"), element), { maxLength: 6 })
  .map((children) => el("div", {}, ...siblings(children)));

/** As HTML, the order of attributes aside. */
function html(of: Element): string {
  const copy = of.cloneNode(true) as Element;
  for (const each of [copy, ...copy.querySelectorAll("*")]) {
    const all = [...each.attributes].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name } of all) each.removeAttribute(name);
    for (const { name, value } of all) each.setAttribute(name, value);
  }
  return copy.outerHTML;
}

test("Nodes.change makes of one description the same as Nodes.make does of the other, and leaves alone what others put there", () => {
  fc.assert(
    fc.property(fc.array(root, { minLength: 2, maxLength: 6 }), (descriptions) => {
      const nodes = new Nodes(document);
      const [first, ...rest] = descriptions as [DomElement, ...DomElement[]];
      const made = nodes.make(first);
      const foreign = document.createElement("hr");
      made.append(foreign);
      let before = first;
      for (const after of rest) {
        nodes.change(made, before, after);
        before = after;
        expect(foreign.parentNode).toBe(made);
        const copy = made.cloneNode(true) as Element;
        copy.querySelector(":scope > hr")?.remove();
        expect(html(copy)).toBe(html(new Nodes(document).make(after)));
      }
    }),
    { numRuns: 500 },
  );
});

test("Nodes.change keeps the node of every child whose id stays", () => {
  const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 5 });
  const described = (of: readonly string[]) => el("ul", {}, ...of.map((each) => el("li", { id: each }, each)));
  fc.assert(
    fc.property(ids, ids, (before, after) => {
      const nodes = new Nodes(document);
      const made = nodes.make(described(before));
      const old = new Map([...made.children].map((child) => [child.id, child]));
      nodes.change(made, described(before), described(after));
      expect([...made.children].map((child) => child.id)).toEqual(after);
      for (const child of made.children) if (old.has(child.id)) expect(child).toBe(old.get(child.id));
    }),
  );
});
