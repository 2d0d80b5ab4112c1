import { expect, test } from "vitest";
import { sendMessage } from "../../src/dsl/messages.ts";
import { formatTerm } from "../../src/terms/format.ts";
import { termFromJson, termToJson } from "../../src/terms/json.ts";
import { matches } from "../../src/terms/unify.ts";
import { ANY } from "../../src/terms/wildcard.ts";

const errand = ["please", sendMessage(["do", 7])];

test("a message may carry what sendMessage returns: a topic looks into it as into any plain object", () => {
  expect(matches(["please", { type: "send-message", body: ["do", ANY], orientation: ANY }], errand)).toBe(true);
  expect(matches(["please", { type: "send-message", body: ["drop", ANY], orientation: ANY }], errand)).toBe(false);
  expect(matches(["please", sendMessage(["do", 7])], errand)).toBe(true);
});

test("what sendMessage returns is written, and has a JSON form, as the plain object that it is", () => {
  const plain = ["please", { type: "send-message", body: ["do", 7], orientation: "publisher" }];
  expect(formatTerm(errand)).toBe(formatTerm(plain));
  expect(termFromJson(termToJson(errand))).toEqual(plain);
});
