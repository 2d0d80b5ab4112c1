import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clash } from "../../src/inspect/clash.ts";
import type { ActivationEvent } from "../../src/inspect/events.ts";
import { receivers, why, whyPresence, type EndpointFacts, type MessageFacts } from "../../src/inspect/why.ts";
import { record } from "../../src/terms/record.ts";
import type { Term } from "../../src/terms/term.ts";
import { meets } from "../../src/terms/unify.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";

const point = record("point", "x", "y");

describe("clash()", () => {
  test("finds nothing where two terms meet", () => {
    expect(clash(["chat", ANY], ["chat", "hello"])).toBeUndefined();
  });

  test.each<[string, Term, Term, object]>([
    ["different atoms", "a", "b", { path: [], a: "a", b: "b", why: "differ" }],
    ["an element of a list", ["chat", "x", 1], ["chat", "y", 2], { path: [1], a: "x", b: "y", why: "differ" }],
    ["a field of a record, by its name", point(1, 2), point(1, 3), { path: ["y"], a: 2, b: 3 }],
    ["deep inside", [{ k: [point(ANY, "a")] }], [{ k: [point(1, "b")] }], { path: [0, "k", 0, "y"], a: "a", b: "b" }],
    ["a key that one side does not have", { k: 1 }, { k: 1, l: 2 }, { path: ["l"], a: undefined, b: 2 }],
    ["records of different labels", point(1, 2), record("dot", "x", "y")(1, 2), { path: [], why: "differ" }],
    ["lists of different lengths", ["a", "b"], ["a"], { path: [], why: "length" }],
    ["a list that is too short for a tail", ["a", "b", ...ANY], ["a"], { path: [], why: "length" }],
    ["an element rather than the length", ["a", "b"], ["x"], { path: [0], a: "a", b: "x" }],
    ["1 and 1n", 1, 1n, { path: [], a: 1, b: 1n }],
    ["a name that would have to be two things", [wild("x"), "-", wild("x")], [1, "-", 2], { path: [2], why: "names" }],
    ["such a name in different parts", [[wild("x")], { k: wild("x") }], [[1], { k: 2 }], { path: [1], why: "names" }],
  ])("finds %s", (_, a, b, expected) => {
    expect(clash(a, b)).toMatchObject(expected);
  });

  const term: fc.Arbitrary<Term> = fc.letrec<{ term: Term }>((tie) => ({
    term: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Term>(1, 2, "a", ANY, wild("x"), wild("y"), null),
      fc.array(tie("term"), { maxLength: 3 }),
      fc.array(tie("term"), { maxLength: 2 }).map((items) => [...items, ...ANY]),
      fc.tuple(tie("term"), tie("term")).map(([x, y]) => point(x, y)),
      fc.dictionary(fc.constantFrom("k", "l"), tie("term"), { maxKeys: 2 }),
    ),
  })).term;

  test("clash() finds something if and only if two terms do not meet, and what it finds does not meet either", () => {
    fc.assert(
      fc.property(term, term, (a, b) => {
        const found = clash(a, b);
        expect(found === undefined).toBe(meets(a, b));
        if (found === undefined || found.why !== "differ" || found.a === undefined || found.b === undefined) return;
        expect(meets(found.a, found.b)).toBe(false);
        expect(at(a, found.path)).toBe(found.a);
        expect(at(b, found.path)).toBe(found.b);
      }),
      { numRuns: 1000 },
    );
  });
});

function at(term: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as { readonly [key: string]: unknown })[key], term);
}

function endpoint(more: Partial<EndpointFacts> = {}, topic: Term = ["chat", ANY]): EndpointFacts {
  return {
    endpoint: "3:7",
    process: "3",
    level: 0,
    role: { orientation: "subscriber", interestType: "participant", topic },
    handlers: { presence: true, absence: true, message: true },
    added: 10,
    ...more,
  };
}

const message: MessageFacts = { event: 100, process: "1", orientation: "publisher", body: ["chat", "hello"], to: [] };
const nothing = (): undefined => undefined;

describe("why() did a message not reach an endpoint?", () => {
  test("it was sent in another VM", () => {
    expect(why({ ...message, process: "4.1" }, endpoint(), nothing)).toEqual({
      verdict: "wrong-level",
      message: "4",
      endpoint: "",
    });
    expect(why(message, endpoint({ process: "3.2", endpoint: "3.2:1" }), nothing)).toEqual({
      verdict: "wrong-level",
      message: "",
      endpoint: "3",
    });
  });

  test("an endpoint at a meta level takes part in the container, where another stands for it", () => {
    const proxy = endpoint({ endpoint: "3:9", added: 12 });
    const inner = endpoint({ process: "3.2", endpoint: "3.2:1", level: 1, proxies: [proxy] });
    expect(why({ ...message, body: "other" }, inner, nothing)).toMatchObject({ verdict: "topics-clash" });
    expect(why({ ...message, process: "3.5" }, inner, nothing)).toEqual({
      verdict: "wrong-level",
      message: "3",
      endpoint: "",
    });
    const activation = { kind: "activation" } as ActivationEvent;
    const find = (cause: number, key: string) => (cause === 100 && key === "3.2:1" ? activation : undefined);
    expect(why({ ...message, to: ["3:9"] }, inner, find)).toEqual({ verdict: "delivered", activation });
    expect(why(message, { ...inner, proxies: [] }, nothing)).toMatchObject({ verdict: "not-yet-added" });
    expect(why({ ...message, event: 11 }, inner, nothing)).toEqual({ verdict: "not-yet-added", added: 12 });
  });

  test("the endpoint had not been added", () => {
    expect(why(message, endpoint({ added: 101 }), nothing)).toEqual({ verdict: "not-yet-added", added: 101 });
  });

  test("the endpoint had been deleted, for a reason", () => {
    const deleted = { event: 50, reason: '"bored"' };
    expect(why(message, endpoint({ deleted }), nothing)).toEqual({ verdict: "already-removed", ...deleted });
    expect(why({ ...message, event: 49, to: ["3:7"] }, endpoint({ deleted }), nothing).verdict).toBe(
      "delivered-unseen",
    );
  });

  test("its process had exited, which says more than that the endpoint went with it", () => {
    const exited = { event: 51, how: "crashed", reason: "Error: boo" } as const;
    const deleted = { event: 50, reason: "Error: boo" };
    expect(why(message, endpoint({ deleted, exited }), nothing)).toEqual({ verdict: "process-exited", ...exited });
  });

  test("both face the same way", () => {
    expect(why({ ...message, orientation: "subscriber" }, endpoint(), nothing)).toEqual({
      verdict: "same-orientation",
      orientation: "subscriber",
    });
  });

  test("the topics clash at a place, with what stands there on either side", () => {
    expect(why({ ...message, body: ["talk", "hello"] }, endpoint(), nothing)).toEqual({
      verdict: "topics-clash",
      clash: { path: [0], a: "talk", b: "chat", why: "differ" },
    });
  });

  test("it did: and the handler ran, or there is none, or nothing is known of it", () => {
    const got = { ...message, to: ["3:7"] };
    const activation = { kind: "activation", actions: 2 } as ActivationEvent;
    expect(why(got, endpoint(), () => activation)).toEqual({ verdict: "delivered", activation });
    const handlers = { presence: true, absence: true, message: false };
    expect(why(got, endpoint({ handlers }), nothing)).toEqual({ verdict: "delivered-unhandled" });
    expect(why(got, endpoint(), nothing)).toEqual({ verdict: "delivered-unseen" });
  });

  test("the body is not known, or what is known does not explain it", () => {
    expect(why({ ...message, body: undefined }, endpoint(), nothing)).toEqual({ verdict: "unknown", missing: "body" });
    expect(why(message, endpoint(), nothing)).toEqual({ verdict: "unknown", missing: "cause" });
  });
});

describe("whyPresence() does an endpoint hear of another, or not?", () => {
  const publisher = (more: Partial<EndpointFacts> = {}, topic: Term = ["chat", 1]): EndpointFacts =>
    endpoint({
      endpoint: "1:1",
      process: "1",
      role: { orientation: "publisher", interestType: "participant", topic },
      ...more,
    });

  test("they meet", () => {
    expect(whyPresence(endpoint(), publisher())).toEqual({ verdict: "meets", handled: true });
  });

  test("the interest type of the other hides it, unless one watches everything", () => {
    const observer = publisher({ role: { orientation: "publisher", interestType: "observer", topic: ["chat", 1] } });
    expect(whyPresence(endpoint(), observer)).toEqual({ verdict: "hidden", remote: "observer", local: "participant" });
    const spy = endpoint({ role: { orientation: "subscriber", interestType: "everything", topic: ANY } });
    expect(whyPresence(spy, observer).verdict).toBe("meets");
  });

  test("they are in different VMs, face the same way, or have nothing in common", () => {
    expect(whyPresence(endpoint({ process: "3.1" }), publisher())).toEqual({
      verdict: "wrong-level",
      local: "3",
      remote: "",
    });
    expect(whyPresence(endpoint(), endpoint())).toEqual({ verdict: "same-orientation", orientation: "subscriber" });
    expect(whyPresence(endpoint(), publisher({}, ["talk", 1]))).toMatchObject({
      verdict: "topics-clash",
      clash: { path: [0] },
    });
  });

  test("one had gone before the other came", () => {
    const gone = publisher({ deleted: { event: 5, reason: "" } });
    expect(whyPresence(endpoint(), gone)).toEqual({ verdict: "apart", gone: "1:1", event: 5, came: 10 });
  });
});

test("receivers() names the endpoints of that VM that face the message and match it", () => {
  const all = [
    endpoint({ endpoint: "1:1" }),
    endpoint({ endpoint: "2:2" }, ["talk", ANY]),
    endpoint({ endpoint: "3:3", deleted: { event: 1, reason: "" } }),
    endpoint({ endpoint: "4.1:4", process: "4.1" }),
    endpoint({ endpoint: "4.1:5", process: "4.1", level: 1 }),
    endpoint({ endpoint: "5:5", role: { orientation: "publisher", interestType: "participant", topic: ANY } }),
  ];
  expect(receivers("", "publisher", ["chat", 1], all)).toEqual(["1:1"]);
  expect(receivers("4", "publisher", ["chat", 1], all)).toEqual(["4.1:4"]);
  expect(receivers("", "subscriber", ["chat", 1], all)).toEqual(["5:5"]);
});
