import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { templateOf } from "../../src/bridge/template.ts";
import { tcpAddress, tcpChannel, tcpHandle } from "../../src/messages/tcp.ts";
import { fieldsOf, isBytes, isList, isRecord, RECORD } from "../../src/terms/kinds.ts";
import { equalTerms, type Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { matches } from "../../src/terms/unify.ts";
import { value } from "../terms/arbitraries.ts";

/** The term with some of its parts left open. */
function opened(term: Term, open: (at: number) => boolean): Term {
  let at = 0;
  const walk = (part: Term): Term => {
    if (open(at++)) return at % 2 === 0 ? ANY : wild(`w${at}`);
    if (isBytes(part)) return part;
    if (isRecord(part)) return part[RECORD].make(fieldsOf(part).map(walk));
    return isList(part) ? part.map(walk) : part;
  };
  return walk(term);
}

describe("templateOf(topic)", () => {
  test("message(parts(body)) is the body, for every body that the topic matches", () => {
    fc.assert(
      fc.property(value, fc.infiniteStream(fc.boolean()), (message, coins) => {
        const topic = opened(message, () => coins.next().value as boolean);
        expect(matches(topic, message)).toBe(true);
        const template = templateOf(topic)!;
        const parts = template.parts(message)!;
        expect(parts).toHaveLength(template.size);
        expect(equalTerms(template.message(parts), message)).toBe(true);
      }),
    );
  });

  test("names the parts in the order in which they stand", () => {
    const template = templateOf(tcpChannel(tcpAddress(ANY, 80), tcpHandle(ANY), ANY))!;
    const message = tcpChannel(tcpAddress("host", 80), tcpHandle([1, 2]), "hello");
    expect(template.parts(message)).toEqual(["host", [1, 2], "hello"]);
  });

  test("has no parts where a message leaves something open itself: a topic says no more than it does", () => {
    const template = templateOf(tcpChannel(tcpAddress("host", 80), tcpHandle(1), ANY))!;
    expect(template.parts(tcpChannel(ANY, tcpHandle(1), "hello") as Term)).toBeUndefined();
  });

  test.each<[string, Term]>([
    ["a wildcard that stands twice", [wild("x"), wild("x")]],
    ["a rest of a list", ["room", ...ANY]],
    ["a wildcard in a plain object", { key: ANY }],
  ])("there is none for %s", (_what, topic) => {
    expect(templateOf(topic)).toBeNull();
  });

  test.each<[Term]>([["atom"], [null], [[]], [{ key: 1 }], [new Uint8Array([1])], [tcpHandle(1)]])(
    "%j leaves nothing open",
    (topic) => {
      const template = templateOf(topic)!;
      expect(template.parts(topic)).toEqual([]);
      const none: readonly Term[] = [];
      expect(template.message(none)).toEqual(topic);
    },
  );
});
