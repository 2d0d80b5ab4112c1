import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ANY } from "../../src/terms/wildcard.ts";
import type { Endpoint } from "../../src/vm/endpoint.ts";
import { HANGING } from "../../src/vm/routing/leaf.ts";
import { Node } from "../../src/vm/routing/node.ts";
import { Path } from "../../src/vm/routing/path.ts";
import { Trie } from "../../src/vm/routing/trie.ts";
import { patterns } from "./arbitraries.ts";
import { Population } from "./population.ts";

interface Counts {
  endpoints: number;
  nodes: number;
  /** Nodes in whose place something simpler could stand. */
  needless: number;
}

const path = new Path();

function isNeedless(node: Node): boolean {
  const simplest = node.simplest();
  if (simplest === node) return false;
  if (simplest === null || simplest instanceof Node || simplest.place !== HANGING) return true;
  // One with wildcards among its steps keeps the nodes on its way.
  path.read(simplest.role.topic);
  return !path.wild;
}

/** What is at a node and behind it. */
function count(node: Node): Counts {
  const sum = { endpoints: 0, nodes: 1, needless: 0 };
  sum.endpoints += node.endpoints?.filter((each) => each !== null).length ?? 0;
  node.forEachBranch((branch) => {
    const behind = branch instanceof Node ? count(branch) : { endpoints: 1, nodes: 0, needless: 0 };
    sum.endpoints += behind.endpoints;
    sum.nodes += behind.nodes;
    sum.needless += behind.needless + (branch instanceof Node && isNeedless(branch) ? 1 : 0);
  });
  return sum;
}

it("add(endpoint) and remove(endpoint) in any sequence keep every endpoint once, and no node that is not needed", () => {
  const change = fc.oneof(fc.record({ add: patterns }), fc.record({ remove: fc.nat() }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const trie = new Trie();
      const population = new Population();
      const present: Endpoint[] = [];
      for (const each of changes) {
        if ("add" in each) {
          const endpoint = population.endpoint("subscriber", each.add);
          trie.add(endpoint);
          present.push(endpoint);
        } else if (present.length > 0) {
          trie.remove(present.splice(each.remove % present.length, 1)[0] as Endpoint);
        }
        expect(count(trie.root)).toMatchObject({ endpoints: present.length, needless: 0 });
      }
      for (const endpoint of present) trie.remove(endpoint);
      expect(count(trie.root)).toEqual({ endpoints: 0, nodes: 1, needless: 0 });
    }),
    { numRuns: 1000 },
  );
});

it("add(endpoint) of ten thousand topics that differ in one place makes no node for each", () => {
  const trie = new Trie();
  const population = new Population();
  for (let i = 0; i < 10_000; i++) trie.add(population.endpoint("subscriber", ["room", i, ANY]));
  expect(count(trie.root)).toEqual({ endpoints: 10_000, nodes: 3, needless: 0 });
});

it("add(endpoint) makes nodes only where topics part, and remove(endpoint) of one of two leaves the other without", () => {
  const trie = new Trie();
  const population = new Population();
  const [first, second] = ["here", "there"].map((end) =>
    population.endpoint("subscriber", ["a", "b", ["c", end], "d"]),
  );
  trie.add(first as Endpoint);
  expect(count(trie.root)).toEqual({ endpoints: 1, nodes: 1, needless: 0 });
  trie.add(second as Endpoint);
  // A list of four, "a", "b", a list of two, "c".
  expect(count(trie.root)).toEqual({ endpoints: 2, nodes: 6, needless: 0 });
  trie.remove(first as Endpoint);
  expect(count(trie.root)).toEqual({ endpoints: 1, nodes: 1, needless: 0 });
});

it("remove(endpoint) of endpoints alike, in any order, leaves the others in theirs, and few places empty", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ which: fc.nat(), andAdd: fc.boolean() }), { maxLength: 40 }), (removals) => {
      const trie = new Trie();
      const population = new Population();
      const present: Endpoint[] = [];
      const add = (): void => {
        const endpoint = population.endpoint("subscriber", ANY);
        trie.add(endpoint);
        present.push(endpoint);
      };
      removals.forEach(add);
      for (const { which, andAdd } of removals) {
        trie.remove(present.splice(which % present.length, 1)[0] as Endpoint);
        if (andAdd) add();
        const places = trie.root.endpoints ?? [];
        expect(places.filter((each) => each !== null).map(({ id }) => id)).toEqual(present.map(({ id }) => id));
        expect(places.length).toBeLessThanOrEqual(2 * present.length);
      }
    }),
  );
});

it("remove(endpoint) of one of two endpoints alike leaves what there would be without it", () => {
  const trie = new Trie();
  const population = new Population();
  const [first, second] = [population.endpoint("subscriber", ["room"]), population.endpoint("subscriber", ["room"])];
  trie.add(first);
  const alone = count(trie.root);
  trie.add(second);
  // A node for each step that they have in common.
  expect(count(trie.root).nodes).toBe(alone.nodes + 2);
  trie.remove(first);
  expect(count(trie.root)).toEqual(alone);
  trie.remove(second);
  expect(count(trie.root)).toEqual({ endpoints: 0, nodes: 1, needless: 0 });
});
