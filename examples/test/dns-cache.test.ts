import { describe, expect, test } from "vitest";
import { Cache } from "../dns/cache.ts";
import type { ResourceRecord } from "../dns/records.ts";

const DAY = 86_400;
const record = (ttl: number, name = "a.test"): ResourceRecord => ({ name, type: "A", ttl, data: "192.0.2.1" });
const soa = (ttl: number, minimum: number): ResourceRecord => ({ name: "test", type: "SOA", ttl, data: { minimum } });
const question = { name: "a.test", type: "A" };

describe("Cache", () => {
  test.each([
    [1, 1],
    [DAY, DAY],
    [DAY + 1, DAY],
    [0x7fff_ffff, DAY],
  ])(
    "recall() gives what learn() was given, a time to live of %i as %i, and nothing when that is over",
    (ttl, kept) => {
      let now = 0;
      const cache = new Cache(() => now);
      cache.learn(question, [record(ttl)]);
      expect(cache.recall(question)?.records).toEqual([record(kept)]);
      now = kept * 1000 - 1;
      expect(cache.recall(question)?.records).toEqual([record(1)]);
      now = kept * 1000;
      expect(cache.recall(question)).toBeUndefined();
    },
  );

  test.each([0, 0x8000_0000, 0xffff_ffff])("learn() keeps nothing whose time to live is %i", (ttl) => {
    const cache = new Cache(() => 0);
    cache.learn(question, [record(60)]);
    cache.learn(question, [record(ttl)]);
    expect(cache.recall(question)).toBeUndefined();
  });

  test("learn() keeps records of one name for as long as the first of them holds", () => {
    const cache = new Cache(() => 0);
    cache.learn(question, [record(60), record(30)]);
    expect(cache.recall(question)?.records.map(({ ttl }) => ttl)).toEqual([30, 30]);
  });

  test("learnNothing() keeps it for the lesser of the SOA's time to live and its minimum, 3 hours at most", () => {
    const kept = (ttl: number, minimum: number) => {
      const cache = new Cache(() => 0);
      cache.learnNothing(question, { isName: false, soa: soa(ttl, minimum) });
      return cache.recall(question)?.negative?.soa?.ttl;
    };
    expect([kept(60, 90), kept(90, 60), kept(DAY, DAY), kept(0, 60)]).toEqual([60, 60, 10_800, undefined]);
  });

  test("recall() knows that a name that does not exist has no records of any type, and keeps other names apart", () => {
    const cache = new Cache(() => 0);
    cache.learnNothing(question, { isName: true, soa: soa(60, 60) });
    expect(cache.recall({ name: "a.test", type: "MX" })?.negative?.isName).toBe(true);
    expect(cache.recall({ name: "b.a.test", type: "A" })).toBeUndefined();
  });

  test("forgets the oldest when it is full", () => {
    const cache = new Cache(() => 0, 3);
    const names = ["a.test", "b.test", "c.test", "d.test"];
    for (const name of names) cache.learn({ name, type: "A" }, [record(60, name)]);
    expect(names.map((name) => cache.recall({ name, type: "A" }) !== undefined)).toEqual([false, true, true, true]);
  });

  test("nearest() gives the delegation that is nearest to a name, and no longer than it holds", () => {
    let now = 0;
    const cache = new Cache(() => now);
    for (const [zone, ttl] of [
      ["test", 60],
      ["shop.test", 30],
    ] as const)
      cache.learnDelegation({ zone, ttl, servers: [] });
    const nearest = (name: string) => cache.nearest(name)?.zone;
    expect([nearest("www.shop.test"), nearest("xshop.test"), nearest("other")]).toEqual([
      "shop.test",
      "test",
      undefined,
    ]);
    now = 30_000;
    expect(nearest("www.shop.test")).toBe("test");
  });
});
