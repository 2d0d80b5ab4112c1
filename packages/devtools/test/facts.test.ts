import { expect, test } from "vitest";
import type { StreamItem, TermJson } from "@marketplace/runtime/inspect";
import { explainAll } from "../src/model/facts.ts";
import { explainPresence } from "../src/model/why-presence.ts";
import { Model } from "../src/model/model.ts";
import { textOfTerm, termFrom } from "../src/model/terms.ts";

const base = { t: 0, cause: 0 } as const;

function endpoint(
  id: number,
  process: string,
  orientation: "publisher" | "subscriber",
  topic: TermJson,
  interestType: "participant" | "observer" = "participant",
): StreamItem {
  const handlers = { presence: false, absence: false, message: true };
  const role = { orientation, interestType, topic } as const;
  return {
    ...base,
    kind: "endpoint-added",
    id,
    process,
    endpoint: `${process}:${id}`,
    name: id,
    level: 0,
    role,
    handlers,
  };
}

test("explainAll names what was delivered first, then the nearest misses, and last what could never have been", () => {
  const model = new Model(0, 64);
  const message = {
    ...base,
    kind: "message",
    id: 7,
    process: "1",
    turn: 0,
    orientation: "publisher",
    body: { term: ["news", "sport", 3] },
    to: ["2:2"],
    unmatched: false,
  } as const;
  const any: TermJson = { $: "?" };
  model.apply([
    { ...base, kind: "spawn", id: 1, process: "2", vm: false },
    endpoint(2, "2", "subscriber", ["news", any, any]),
    endpoint(3, "2", "subscriber", ["weather", any, any]),
    endpoint(4, "2", "subscriber", ["news", "sport", [4]]),
    endpoint(5, "2", "publisher", ["news", any, any]),
    endpoint(6, "2", "subscriber", ["news", "sport", 3]),
    message,
    {
      ...base,
      cause: 7,
      kind: "activation",
      id: 8,
      process: "2",
      on: "message",
      endpoint: "2:2",
      actions: 0,
      changed: false,
    },
    endpoint(9, "2", "subscriber", ["news", any, any]),
    endpoint(10, "2", "subscriber", "another"),
  ]);
  expect(explainAll(message, model).map(({ node, verdict }) => [node.added, verdict.verdict])).toEqual([
    [2, "delivered"],
    [6, "unknown"],
    [9, "not-yet-added"],
    [3, "topics-clash"],
    [4, "topics-clash"],
    [5, "same-orientation"],
    [10, "not-yet-added"],
  ]);
});

test("explainPresence names those who meet first, then who is hidden, and last what could never meet, seen from both sides", () => {
  const model = new Model(0, 64);
  const any: TermJson = { $: "?" };
  model.apply([
    { ...base, kind: "spawn", id: 1, process: "2", vm: false },
    { ...base, kind: "spawn", id: 2, process: "3", vm: true },
    { ...base, kind: "spawn", id: 3, process: "3.0", vm: false },
    endpoint(4, "3.0", "subscriber", ["news", any]),
    endpoint(5, "2", "publisher", ["news", any]),
    endpoint(6, "2", "publisher", ["weather", any]),
    endpoint(7, "2", "subscriber", ["weather", any]),
    endpoint(8, "2", "subscriber", ["news", any], "observer"),
    endpoint(9, "2", "subscriber", ["news", "sport"]),
  ]);
  const news = model.tree.endpoint("2:5");
  if (news === undefined) throw new Error("the endpoint is not in the tree");
  expect(
    explainPresence(news, model).map(({ other, hears, isHeard }) => [other.added, hears.verdict, isHeard.verdict]),
  ).toEqual([
    [8, "hidden", "meets"],
    [9, "meets", "meets"],
    [7, "topics-clash", "topics-clash"],
    [6, "same-orientation", "same-orientation"],
    [4, "wrong-level", "wrong-level"],
  ]);
});

test("textOfTerm shows an object of the program as the program showed it", () => {
  const term = termFrom(["a", { opaque: 7, text: "#<opaque Socket>" }]);
  expect(term === undefined ? "" : textOfTerm(term, 100)).toBe('["a", #<opaque Socket>]');
});
