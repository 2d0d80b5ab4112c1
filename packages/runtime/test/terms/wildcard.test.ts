import { describe, expect, test } from "vitest";
import type * as Wildcards from "../../src/terms/wildcard.ts";
import type * as Unify from "../../src/terms/unify.ts";
import { intersection, matches } from "../../src/terms/unify.ts";
import { ANY, isTail, isWild, wild } from "../../src/terms/wildcard.ts";
import { equalTerms } from "../../src/terms/term.ts";
import { secondCopy } from "./realms.ts";

describe("wildcards", () => {
  test("wild(name) has its name as its only own field, and is frozen", () => {
    expect(Reflect.ownKeys(wild("who"))).toEqual(["name"]);
    expect(Object.keys(wild("who"))).toEqual(["name"]);
    expect(Object.isFrozen(wild("who"))).toBe(true);
    expect(wild("who").name).toBe("who");
    expect(ANY.name).toBe("");
  });

  test("wild(name) prints as in the text form", () => {
    expect(`${wild("who")} ${ANY} ${[...ANY][0]} ${[...wild("rest")][0]}`).toBe("_who _ ..._ ..._rest");
  });

  test("spreading a wildcard yields one frozen tail marker, which cannot be spread", () => {
    for (const wildcard of [ANY, wild("rest")]) {
      const list = [...wildcard];
      expect(list).toHaveLength(1);
      expect(isTail(list[0])).toBe(true);
      expect(isWild(list[0])).toBe(false);
      expect(Object.isFrozen(list[0])).toBe(true);
      expect(list[0]!.name).toBe(wildcard.name);
      expect(Symbol.iterator in list[0]!).toBe(false);
    }
  });

  test("isWild and isTail recognise nothing else", () => {
    for (const other of [undefined, null, "_", 1, {}, [], { name: "x" }, () => ANY]) {
      expect(isWild(other)).toBe(false);
      expect(isTail(other)).toBe(false);
    }
    expect(isTail(ANY)).toBe(false);
  });

  test("wild(name) refuses what can be no name", () => {
    for (const [name, shown] of [
      ["", '""'],
      ["a b", '"a b"'],
      ["?", '"?"'],
      [1, "1"],
      [undefined, "undefined"],
    ] as const) {
      expect(() => wild(name as never)).toThrow(
        `wild: name: expected a non-empty string of letters, digits, _, $ and -, got ${shown}`,
      );
    }
  });

  test("wildcards of a second copy of the module are wildcards here, and ours there", async () => {
    const copy = await secondCopy<typeof Wildcards>("wildcard");
    expect(copy.ANY).not.toBe(ANY);
    expect(isWild(copy.ANY)).toBe(true);
    expect(copy.isWild(ANY)).toBe(true);
    expect(matches(["a", copy.ANY, ...copy.wild("rest")], ["a", 1, 2, 3])).toBe(true);
    expect(matches([copy.wild("x"), wild("x")], [1, 2])).toBe(false);
    expect(intersection(["a", copy.ANY], [ANY, 1])).toEqual(["a", 1]);
    expect(equalTerms([copy.ANY], [ANY])).toBe(true);
    const unify = await secondCopy<typeof Unify>("unify");
    expect(unify.matches([ANY, ...ANY], [1])).toBe(true);
  });
});
