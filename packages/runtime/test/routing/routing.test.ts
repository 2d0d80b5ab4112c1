import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complement, type Orientation } from "../../src/model/role.ts";
import { record } from "../../src/terms/record.ts";
import type { Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import type { Endpoint } from "../../src/vm/endpoint.ts";
import type { Process } from "../../src/vm/process.ts";
import { Routing } from "../../src/vm/routing/routing.ts";
import { crowdedMessages, crowdedTopics, fill, flatMessages, flatTopics, messages, patterns } from "./arbitraries.ts";
import { LinearScan } from "./linear-scan.ts";
import { Population } from "./population.ts";

const orientations = fc.constantFrom<Orientation>("publisher", "subscriber");
const pids = fc.nat({ max: 3 });

function receivers(routing: Routing, orientation: Orientation, body: Term, first: Process): Endpoint[] {
  const found: Endpoint[] = [];
  return found.slice(0, routing.receivers(orientation, body, first, found));
}

function peers(routing: Routing, endpoint: Endpoint): Endpoint[] {
  const found: Endpoint[] = [];
  return found.slice(0, routing.peers(endpoint, found));
}

/** In words: a failing case that prints whole endpoints cannot be read. */
function ids(endpoints: readonly Endpoint[]): unknown[] {
  return endpoints.map(({ id }) => id);
}

describe("Routing finds what a scan of all endpoints finds, in the same order", () => {
  const everybody = fc.array(fc.record({ orientation: orientations, topic: patterns, pid: pids }), { maxLength: 30 });

  it("receivers(orientation, message)", () => {
    fc.assert(
      fc.property(everybody, orientations, messages, pids, (roles, orientation, body, pid) => {
        const { routing, scan, processes } = populate(roles);
        const first = processes[pid] as Process;
        expect(ids(receivers(routing, orientation, body, first))).toEqual(
          ids(scan.receivers(orientation, body, first)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("receivers(orientation, message) where the message is made from one of the topics", () => {
    fc.assert(
      fc.property(everybody, fc.nat(), fc.infiniteStream(messages), (roles, which, stream) => {
        fc.pre(roles.length > 0);
        const { routing, scan, processes } = populate(roles);
        const { topic, orientation, pid } = roles[which % roles.length] as (typeof roles)[number];
        const body = fill(topic, stream);
        const first = processes[pid] as Process;
        const sender = complement(orientation);
        const expected = ids(scan.receivers(sender, body, first));
        expect(expected).toContain(which % roles.length);
        expect(ids(receivers(routing, sender, body, first))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("receivers(orientation, message with wildcards)", () => {
    fc.assert(
      fc.property(everybody, orientations, patterns, pids, (roles, orientation, body, pid) => {
        const { routing, scan, processes } = populate(roles);
        const first = processes[pid] as Process;
        expect(ids(receivers(routing, orientation, body, first))).toEqual(
          ids(scan.receivers(orientation, body, first)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("peers(endpoint)", () => {
    fc.assert(
      fc.property(everybody, (roles) => {
        const { routing, scan, endpoints } = populate(roles);
        for (const endpoint of endpoints) expect(ids(peers(routing, endpoint))).toEqual(ids(scan.peers(endpoint)));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["any topics", patterns, messages],
    ["topics that have most of their steps in common", crowdedTopics, crowdedMessages],
    ["topics that have few of their steps in common", flatTopics, flatMessages],
  ])("receivers and peers after any sequence of add(endpoint) and remove(endpoint), of %s", (_, topics, bodiesOf) => {
    const change = fc.oneof(
      fc.record({ add: fc.record({ orientation: orientations, topic: topics, pid: pids }) }),
      fc.record({ remove: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.array(bodiesOf, { maxLength: 5 }), (changes, bodies) => {
        const { routing, scan, population, processes } = populate([]);
        const first = processes[1] as Process;
        const present: Endpoint[] = [];
        for (const each of changes) {
          if ("add" in each) {
            const endpoint = population.endpoint(each.add.orientation, each.add.topic, each.add.pid);
            routing.add(endpoint);
            scan.add(endpoint);
            present.push(endpoint);
          } else if (present.length > 0) {
            const [endpoint] = present.splice(each.remove % present.length, 1);
            routing.remove(endpoint as Endpoint);
            scan.remove(endpoint as Endpoint);
          }
        }
        for (const body of bodies) {
          expect(ids(receivers(routing, "publisher", body, first))).toEqual(
            ids(scan.receivers("publisher", body, first)),
          );
        }
        for (const endpoint of present) expect(ids(peers(routing, endpoint))).toEqual(ids(scan.peers(endpoint)));
        const values = bodies.length === 0 ? ["a"] : bodies;
        for (const { role } of present) {
          const body = fill(role.topic, around(values));
          const sender = complement(role.orientation);
          expect(ids(receivers(routing, sender, body, first))).toEqual(ids(scan.receivers(sender, body, first)));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** The same values again and again. */
function* around(values: readonly Term[]): Generator<Term, never> {
  for (;;) yield* values;
}

describe("Routing", () => {
  const point = record("point", "x", "y");

  it.each<[string, Term, Term, boolean]>([
    ["the topic ANY and anything", ANY, ["a", [1, 2]], true],
    ["a wildcard in the middle", ["a", ANY, "c"], ["a", { k: [1] }, "c"], true],
    ["a wildcard in the middle and another end", ["a", ANY, "c"], ["a", { k: [1] }, "d"], false],
    ["wildcards at the end of a nested list", [["a", ANY], "b"], [["a", "z"], "b"], true],
    ["wildcards at the end of a nested list that is too short", [["a", ANY], "b"], [["a"], "b"], false],
    ["a tail and a longer list", ["a", ...ANY], ["a", "b", "c"], true],
    ["a tail and a list of the same length", ["a", ...ANY], ["a"], true],
    ["a tail and a shorter list", ["a", "b", ...ANY], ["a"], false],
    ["a name twice and equal terms", ["a", wild("x"), wild("x")], ["a", [1], [1]], true],
    ["a name twice and different terms", ["a", wild("x"), wild("x")], ["a", [1], [2]], false],
    ["a wildcard and a tail of one name", [wild("x"), ...wild("x")], [1, 2], true],
    ["records of equal label and arity", point(1, ANY), record("point", "a", "b")(1, 2), true],
    ["records of another arity", point(1, ANY), record("point", "a")(1), false],
    ["a record and a list", point(1, 2), [1, 2], false],
    ["a number and a list of that length", [2], [["a", "b"]], false],
    ["plain objects of the same keys", { a: ANY, b: 2 }, { b: 2, a: 1 }, true],
    ["a plain object with more keys", { b: 2 }, { b: 2, a: 1 }, false],
    ["a plain object with an undefined value", { b: 2 }, { b: 2, a: undefined }, true],
    ["a key that all objects inherit", { toString: ANY } as unknown as Term, {}, false],
    ["empty lists", [], [], true],
    ["an empty list and an empty object", [], {}, false],
    ["-0 and 0", [-0], [0], true],
    ["1 and 1n", [1], [1n], false],
    ["equal bytes", ["a", new Uint8Array([1, 2])], ["a", new (class Bytes extends Uint8Array {})([1, 2])], true],
    ["bytes that differ after many equal ones", [new Uint8Array(999)], [new Uint8Array(999).fill(1, 998)], false],
  ])("receivers: %s", (_, topic, body, found) => {
    const population = new Population();
    const routing = new Routing();
    const subscriber = population.endpoint("subscriber", topic);
    routing.add(subscriber);
    const first = population.processes[0] as Process;
    expect(receivers(routing, "publisher", body, first)).toEqual(found ? [subscriber] : []);
    expect(receivers(routing, "subscriber", body, first)).toEqual([]);
  });

  it("receivers, of which many are alike: the sender's own first, then by PID, within a process in order of creation", () => {
    const population = new Population();
    const routing = new Routing();
    const scan = new LinearScan();
    for (let i = 0; i < 500; i++) {
      const endpoint = population.endpoint("subscriber", ["room", i % 2 === 0 ? ANY : i % 3], (i * 7) % 4);
      routing.add(endpoint);
      scan.add(endpoint);
    }
    for (const first of population.processes) {
      const found = ids(receivers(routing, "publisher", ["room", 1], first));
      expect(found.length).toBeGreaterThan(300);
      expect(found).toEqual(ids(scan.receivers("publisher", ["room", 1], first)));
    }
  });

  it("receivers: PIDs have their order however many processes there have been", () => {
    const ascending = [7, 2 ** 31 + 1, 2 ** 32 + 1, 2 ** 45];
    const population = new Population(ascending);
    const routing = new Routing();
    const topics: readonly Term[] = [["room", ANY], ["room", 1], [ANY, 1], ANY];
    for (const [i, index] of [2, 0, 3, 1].entries()) {
      routing.add(population.endpoint("subscriber", topics[i] as Term, index));
    }
    const found = receivers(routing, "publisher", ["room", 1], { endpoints: { first: null } } as Process);
    expect(found.map(({ process }) => process.pid)).toEqual(ascending);
  });

  const same = Array.from({ length: 998 }, () => "same");
  it.each([
    ["in a list", (end: Term): Term => [["pair", [...same, "and", ["a"]]], end]],
    ["in a record", (end: Term): Term => record("pair", "left", "right")(same, end)],
  ])("receivers of a topic whose differences come late, %s, are what its matcher says", (_, ending) => {
    const { routing, population } = populate([]);
    const one = population.endpoint("subscriber", ending("one"));
    const two = population.endpoint("subscriber", ending("two"));
    routing.add(one);
    routing.add(two);
    expect(receivers(routing, "publisher", ending("two"), one.process)).toEqual([two]);
  });

  it("receivers of a message that runs on longer than any stack is deep", () => {
    const population = new Population();
    const routing = new Routing();
    const long = Array.from({ length: 200_000 }, (_, i) => i);
    const exact = population.endpoint("subscriber", long);
    const loose = population.endpoint("subscriber", [...long.slice(0, 100_000).map(() => ANY), ...long.slice(100_000)]);
    const other = population.endpoint("subscriber", [...long.slice(1), 0]);
    for (const endpoint of [exact, loose, other]) routing.add(endpoint);
    expect(receivers(routing, "publisher", long, exact.process)).toEqual([exact, loose]);
    for (const endpoint of [exact, loose, other]) routing.remove(endpoint);
    expect(receivers(routing, "publisher", long, exact.process)).toEqual([]);
  });

  it.each<[string, () => Term]>([
    ["lists", () => []],
    ["objects", () => ({})],
  ])("receivers of a message with many empty %s in it", (_, empty) => {
    const population = new Population();
    const routing = new Routing();
    const many = (): Term => Array.from({ length: 998 }, empty);
    for (let i = 0; i < 3; i++) routing.add(population.endpoint("subscriber", many()));
    const first = population.processes[0] as Process;
    expect(ids(receivers(routing, "publisher", many(), first))).toEqual([0, 1, 2]);
  });

  it("remove(endpoint) takes it away even if its topic was changed meanwhile", () => {
    const population = new Population();
    const routing = new Routing();
    const topics = [
      ["a", 1],
      ["a", 1],
      ["b", 1],
      ["c", 2, "long"],
    ];
    const endpoints = topics.map((topic) => population.endpoint("subscriber", topic));
    for (const endpoint of endpoints) routing.add(endpoint);
    for (const topic of topics) topic[0] = "z";
    for (const endpoint of endpoints) routing.remove(endpoint);
    const first = population.processes[0] as Process;
    for (const body of [["a", 1], ["b", 1], ["c", 2, "long"], ["z", 1], ANY]) {
      expect(receivers(routing, "publisher", body, first)).toEqual([]);
    }
  });

  it("remove(endpoint) takes away one that was left alone by others, and whose topic was changed then", () => {
    const { routing, population } = populate([]);
    const topic = ["a", 1];
    const [first, second, left] = [["a", 1], ["a", 1], topic].map((each) => population.endpoint("subscriber", each));
    for (const endpoint of [first, second, left]) routing.add(endpoint as Endpoint);
    routing.remove(first as Endpoint);
    routing.remove(second as Endpoint);
    topic[0] = "z";
    routing.remove(left as Endpoint);
    expect(receivers(routing, "publisher", ["a", 1], (left as Endpoint).process)).toEqual([]);
  });

  it("remove(endpoint) takes away one whose topic was cut short, and none of the others", () => {
    const { routing, population } = populate([]);
    const topic: Term[] = ["a", 1];
    const [short, other] = [topic, ["a", 2]].map((each) => population.endpoint("subscriber", each));
    for (const endpoint of [short, other]) routing.add(endpoint as Endpoint);
    topic[1] = ANY;
    routing.remove(short as Endpoint);
    const { process } = other as Endpoint;
    expect(receivers(routing, "publisher", ["a", 1], process)).toEqual([]);
    expect(receivers(routing, "publisher", ["a", 2], process)).toEqual([other]);
  });

  it("receivers, peers and remove find an object with methods by what it is, whatever becomes of its properties", () => {
    const population = new Population();
    const routing = new Routing();
    const source = { arm: () => () => {}, pending: [] as number[] };
    const endpoint = population.endpoint("subscriber", [source, ANY]);
    routing.add(endpoint);
    source.pending.push(1);
    expect(receivers(routing, "publisher", [source, "value"], endpoint.process)).toEqual([endpoint]);
    expect(peers(routing, population.endpoint("publisher", [source, ANY]))).toEqual([endpoint]);
    routing.remove(endpoint);
    expect(receivers(routing, "publisher", [source, "value"], endpoint.process)).toEqual([]);
  });
});

interface Described {
  readonly orientation: Orientation;
  readonly topic: Term;
  readonly pid: number;
}

function populate(roles: readonly Described[]) {
  const population = new Population();
  const routing = new Routing();
  const scan = new LinearScan();
  const endpoints = roles.map(({ orientation, topic, pid }) => population.endpoint(orientation, topic, pid));
  for (const endpoint of endpoints) {
    routing.add(endpoint);
    scan.add(endpoint);
  }
  return { population, routing, scan, endpoints, processes: population.processes };
}
