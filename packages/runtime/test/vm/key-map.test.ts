import * as fc from "fast-check";
import { expect, it } from "vitest";
import { KeyMap } from "../../src/vm/key-map.ts";

it("a KeyMap holds what a Map holds, after any sequence of set(key, value) and delete(key)", () => {
  const key = fc.oneof(fc.nat(20), fc.constantFrom("a", "0", "", null, true));
  const change = fc.oneof(fc.record({ set: key, value: fc.nat() }), fc.record({ delete: key }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const map = new Map<unknown, number>();
      const keyMap = new KeyMap<unknown, number>();
      for (const each of changes) {
        if ("set" in each) {
          map.set(each.set, each.value);
          keyMap.set(each.set, each.value);
        } else {
          map.delete(each.delete);
          keyMap.delete(each.delete);
        }
        expect(keyMap.size).toBe(map.size);
        expect(keyMap.get("a")).toBe(map.get("a"));
      }
      const held = new Map<unknown, number>();
      keyMap.forEach((value, at) => held.set(at, value));
      expect(held).toEqual(map);
      for (let i = 0; i <= 20; i++) expect(keyMap.get(i)).toBe(map.get(i));
    }),
  );
});

it("a KeyMap of many keys holds the others while one after the other is deleted", () => {
  const keyMap = new KeyMap<number, string>();
  const keys = Array.from({ length: 200 }, (_, i) => i);
  for (const key of keys) keyMap.set(key, `value ${key}`);
  while (keys.length > 0) {
    keyMap.delete(keys.shift() as number);
    const held: string[] = [];
    keyMap.forEach((value) => held.push(value));
    expect(held).toEqual(keys.map((key) => `value ${key}`));
    expect(keyMap.size).toBe(keys.length);
  }
});
