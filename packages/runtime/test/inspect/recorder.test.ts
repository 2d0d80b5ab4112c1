import { describe, expect, test } from "vitest";
import { observePublishers, observeSubscribers, publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, deleteEndpoint, quit, spawn, spawnVm, yieldThen } from "../../src/dsl/processes.ts";
import type { Entry } from "../../src/inspect/entry.ts";
import { Recorder } from "../../src/inspect/recorder.ts";
import type { ActionTree } from "../../src/model/action.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { Machine } from "../../src/vm/machine.ts";

/** What is recorded of processes with these boot actions, the first of which has PID 1. */
function record(...boots: (() => ActionTree<any>)[]): Entry[] {
  const recorder = new Recorder(1e9, () => 0);
  new Machine(() => boots.map((boot) => spawn(boot)), { tracer: recorder }).runUntilIdle();
  const entries: Entry[] = [];
  recorder.ring.forward(1, (entry) => entries.push(entry) > 0);
  return entries;
}

function of<Kind extends Entry["kind"]>(entries: readonly Entry[], kind: Kind): (Entry & { readonly kind: Kind })[] {
  return entries.filter((entry): entry is Entry & { readonly kind: Kind } => entry.kind === kind);
}

const heard = { onMessage: () => undefined, onPresence: () => undefined };

describe("causes, where a nested VM works in the middle of a delivery:", () => {
  test("who gets a message after a nested VM got it is activated by that message, not by what the VM did meanwhile", () => {
    const entries = record(
      () =>
        spawnVm(() => [
          atMetaLevel(subscriber(["outer", ANY], { onMessage: () => sendMessage("inner") })),
          spawn(() => [subscriber("inner", heard), publisher("kept")]),
        ]),
      () => subscriber(["outer", ANY], heard),
      () => yieldThen(() => yieldThen(() => yieldThen(() => sendMessage(["outer", 1])))),
    );
    const outer = of(entries, "message").find(({ process }) => process === "3");
    expect(outer?.to).toHaveLength(2);
    const receivers = of(entries, "activation").filter(({ on, cause }) => on === "message" && cause === outer?.id);
    expect(receivers.map(({ process }) => process).toSorted()).toEqual(["2", "4.0"]);
  });

  test("the second of a pair is activated by the pair, whatever the first one's VM did meanwhile", () => {
    const entries = record(
      () =>
        spawnVm(() => [
          atMetaLevel(subscriber("topic", { onPresence: () => sendMessage("inner") })),
          spawn(() => [subscriber("inner", heard), publisher("kept")]),
        ]),
      () => yieldThen(() => yieldThen(() => yieldThen(() => publisher("topic", { onPresence: () => undefined })))),
    );
    const pair = of(entries, "presence").find(({ publisher: key }) => key.startsWith("2:"));
    const told = of(entries, "activation").filter(({ cause }) => cause === pair?.id);
    expect(told.map(({ process }) => process)).toEqual(["3.0", "2"]);
  });
});

describe("an activation that throws", () => {
  test("has asked for nothing, and the end that follows is caused by it", () => {
    const entries = record(() =>
      yieldThen(() => {
        throw new Error("thrown");
      }),
    );
    const thrower = of(entries, "activation").find(({ on }) => on === "yield");
    expect(thrower).toMatchObject({ actions: 0, changed: false, value: new Error("thrown") });
    expect(of(entries, "action").find(({ action }) => action === "quit")).toMatchObject({
      cause: thrower?.id,
      victim: "1",
    });
    expect(of(entries, "exit").find(({ process }) => process === "1")).toMatchObject({
      how: "crashed",
      value: new Error("thrown"),
    });
  });

  test("or returns nonsense has asked for nothing either, though part of it was queued", () => {
    const entries = record(() => yieldThen(() => [sendMessage("a"), 7] as never));
    expect(of(entries, "activation").find(({ on }) => on === "yield")).toMatchObject({
      actions: 0,
      value: { code: "NOT_A_TRANSITION" },
    });
    expect(of(entries, "message")).toEqual([]);
  });
});

test("an action that cannot be performed is told with its error, which is the reason of the exit", () => {
  const entries = record(() => [publisher("kept"), atMetaLevel(sendMessage("nowhere"))]);
  expect(of(entries, "action").find(({ action }) => action === "at-meta-level")).toMatchObject({
    asks: "send-message",
    levels: 1,
    value: { code: "NO_META_LEVEL" },
  });
  expect(of(entries, "exit").find(({ process }) => process === "1")).toMatchObject({
    how: "crashed",
    value: { code: "NO_META_LEVEL" },
  });
});

describe("how a process ended:", () => {
  const endings = (...boots: (() => ActionTree<any>)[]) =>
    Object.fromEntries(of(record(...boots), "exit").map(({ process, how }) => [process, how]));

  test("by its own quit(), by another's, or because nothing was left for it to do", () => {
    expect(
      endings(
        () => [publisher("a"), quit()],
        () => publisher("b"),
        () => [publisher("c"), quit({ pid: 2 })],
        () => sendMessage("d"),
      ),
    ).toEqual({ "0": "collected", "1": "quit", "2": "killed", "4": "collected" });
  });

  test("a VM's end is told once: that of all in it is understood", () => {
    const inside = [atMetaLevel(publisher("kept")), spawn(() => publisher("inside"))];
    expect(endings(() => [spawnVm(() => inside), yieldThen(() => yieldThen(() => quit({ pid: 2 })))])).toMatchObject({
      "2": "killed",
    });
  });
});

describe("unmatched is a message", () => {
  const unmatched = (...boots: (() => ActionTree<any>)[]) => {
    const sender = () => yieldThen(() => yieldThen(() => yieldThen(() => sendMessage("m"))));
    return of(record(...boots, sender), "message").find(({ value }) => value === "m")?.unmatched;
  };

  test("that reaches nobody", () => {
    expect(unmatched()).toBe(true);
    expect(unmatched(() => subscriber("other", heard))).toBe(true);
    expect(unmatched(() => subscriber("m", heard))).toBe(false);
  });

  test("that reaches only endpoints without onMessage, or those that watch everything", () => {
    expect(unmatched(() => subscriber("m", { onPresence: () => undefined }))).toBe(true);
    expect(unmatched(() => observePublishers(ANY, heard, { interest: "everything" }))).toBe(true);
    expect(unmatched(() => observePublishers(ANY, heard))).toBe(false);
  });

  test("and one that reaches an endpoint of a nested VM is judged by the endpoint inside", () => {
    expect(unmatched(() => spawnVm(() => atMetaLevel(subscriber("m", heard))))).toBe(false);
    expect(unmatched(() => spawnVm(() => atMetaLevel(subscriber("m"))))).toBe(true);
  });
});

describe("presence and absence", () => {
  test("are told once for each pair, with who sees whom", () => {
    const entries = record(
      () => subscriber("t", heard, { id: "s" }),
      () => [observeSubscribers("t", heard, { id: "o" }), deleteEndpoint("o", "bored")],
    );
    const pair = { publisher: "2:1", subscriber: "1:0", topic: "t", publisherSees: true, subscriberSees: false };
    expect(of(entries, "presence")).toMatchObject([pair]);
    expect(of(entries, "absence")).toMatchObject([{ ...pair, value: "bored" }]);
  });

  test("are not told of endpoints that do not see each other", () => {
    const entries = record(
      () => observePublishers("t", heard),
      () => observeSubscribers("t", heard),
    );
    expect(of(entries, "presence")).toEqual([]);
  });
});

test("an endpoint whose handlers are replaced stays the same endpoint", () => {
  const entries = record(() => [subscriber("t", {}, { id: "s" }), subscriber("t", heard, { id: "s" })]);
  const added = of(entries, "endpoint-added")[0];
  expect(added?.node).toMatchObject({ name: "s", handlers: { presence: false, absence: false, message: false } });
  expect(of(entries, "endpoint-replaced")).toMatchObject([
    { endpoint: added?.node.endpoint, handlers: { presence: true, absence: false, message: true } },
  ]);
});

test("an endpoint two levels out is told three times, each standing for the one further in", () => {
  const entries = record(() =>
    spawnVm(() => [
      atMetaLevel(publisher("keep")),
      spawnVm(() => atMetaLevel(atMetaLevel(subscriber("t", heard, { id: "far" })))),
    ]),
  );
  const chain = of(entries, "endpoint-added").filter(({ node }) => node.name === "far");
  expect(chain.map(({ process, node }) => [process, node.level, node.for])).toEqual([
    ["2.1.0", 2, null],
    ["2.1", 1, chain[0]?.node.endpoint],
    ["2", 0, chain[1]?.node.endpoint],
  ]);
});
