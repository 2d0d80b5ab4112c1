import { describe, expect, test } from "vitest";
import {
  ANY,
  ask,
  observePublishers,
  onDemand,
  publisher,
  quit,
  sendMessage,
  spawn,
  subscriber,
  supervise,
  timerDriver,
  transition,
  wild,
  yieldThen,
} from "@marketplace/runtime";
import { simulate } from "../../src/testing/simulate.ts";
import { stage } from "../vm/helpers.ts";

describe("ask", () => {
  const asking = (heard: unknown[]) =>
    ask(["what is", 6, "times", 7], ["it is", ANY], {
      timeout: 100,
      onReply: ([, answer]) => void heard.push(answer),
      onTimeout: () => void heard.push("no answer"),
    });

  test("hands the first answer to onReply, once, and deletes its endpoints", () => {
    const heard: unknown[] = [];
    const { host, vm } = simulate(() => [
      timerDriver(),
      spawn(() =>
        subscriber(["what is", ANY, "times", ANY], {
          onMessage: () => [sendMessage(["it is", 42]), sendMessage(["it is", 43])],
        }),
      ),
      spawn(() => asking(heard)),
    ]);
    host.advance(1000);
    expect(heard).toEqual([42]);
    void vm.stop();
  });

  test("runs onTimeout, once, when nobody answers in time; a late answer is ignored", () => {
    const heard: unknown[] = [];
    const { host } = simulate(() => [timerDriver(), spawn(() => asking(heard))]);
    host.advance(99);
    expect(heard).toEqual([]);
    host.advance(1);
    expect(heard).toEqual(["no answer"]);
  });

  test("refuses a time-out that is none", () => {
    expect(() => ask("q", "a", { timeout: -1, onReply: () => {}, onTimeout: () => {} })).toThrow(/ask: timeout.*-1/);
  });
});

describe("onDemand", () => {
  test("boots one process for each conversation, however many demand it, and another when it is demanded anew", () => {
    const booted: unknown[] = [];
    const theatre = stage("service", "client", "other");
    theatre.tell(
      "service",
      onDemand(["talk", wild("who"), ANY], (topic) => {
        booted.push(topic[1]);
        return observePublishers(topic, { onAbsence: () => quit() });
      }),
    );
    theatre.tell("client", [publisher(["talk", "ann", ANY], {}, { id: "a" }), publisher(["talk", "bob", ANY])]);
    theatre.tell("other", publisher(["talk", "ann", ANY], {}, { id: "a" }));
    theatre.tell("other", publisher(["talk", ANY, ANY]));
    expect(booted).toEqual(["ann", "bob"]);
    expect(theatre.machine.root.processes.size).toBe(5);
    theatre.tell("client", { type: "delete-endpoint", id: "a", reason: undefined });
    theatre.tell("other", { type: "delete-endpoint", id: "a", reason: undefined });
    theatre.tell("client", publisher(["talk", "ann", ANY]));
    expect(booted).toEqual(["ann", "bob", "ann"]);
  });

  test("refuses a topic that has no named wildcard: it could not tell conversations apart", () => {
    expect(() => onDemand(["talk", ANY], () => undefined)).toThrow(/named wildcard/);
  });
});

describe("supervise", () => {
  test("starts a crashed process again, after a wait that doubles up to maxBackoff", () => {
    let boots = 0;
    const { host } = simulate(() => [
      timerDriver(),
      supervise(
        () => {
          boots++;
          throw new Error(`crash ${boots}`);
        },
        { name: "fragile", backoff: 10, maxBackoff: 40 },
      ),
    ]);
    host.settle();
    const seen = [boots];
    for (const wait of [10, 20, 40, 40]) {
      host.advance(wait - 1);
      const early = boots;
      host.advance(1);
      seen.push(boots);
      expect(early).toBe(boots - 1);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  test("begins with the short wait again after a child that lived long enough", () => {
    let boots = 0;
    // The first two crash at once, the third after 30 ms.
    const child = () => {
      boots++;
      if (boots < 3) throw new Error("at once");
      const crash = (): never => {
        throw new Error("later");
      };
      return ask("nobody hears", "nobody answers", { timeout: 30, onReply: crash, onTimeout: crash });
    };
    const { host } = simulate(() => [timerDriver(), supervise(child, { backoff: 10, maxBackoff: 20 })]);
    host.advance(10 + 20);
    expect(boots).toBe(3);
    host.advance(30 + 9);
    expect(boots).toBe(3);
    host.advance(1);
    expect(boots).toBe(4);
  });

  test("lets a child that quits without a reason be done, and ends with it", async () => {
    let boots = 0;
    const { vm, host } = simulate(() => [
      timerDriver(),
      supervise(
        () =>
          transition(
            ++boots,
            yieldThen(() => quit()),
          ),
        { backoff: 1, maxBackoff: 1 },
      ),
    ]);
    host.advance(10);
    expect(boots).toBe(1);
    await vm.ended;
  });
});
