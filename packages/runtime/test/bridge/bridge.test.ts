import { describe, expect, test } from "vitest";
import { tcpAddress, tcpChannel, tcpHandle } from "../../src/messages/tcp.ts";
import { observePublishers, publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendFeedback, sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, deleteEndpoint, quit, spawn, spawnVm } from "../../src/dsl/processes.ts";
import { driverError } from "../../src/messages/driver.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";
import { noting, pair } from "./pair.ts";

describe("groundVm(boot, { container: bridge(dial) })", () => {
  test("an endpoint at the meta level meets one on the other side, and both hear of it", () => {
    const log: string[] = [];
    const { here, there } = pair();
    here.does(atMetaLevel(subscriber(["news", ANY], noting(log, "here"), { id: "s" })));
    there().does(publisher(["news", "today"], noting(log, "there"), { id: "p" }));
    expect(log).toEqual(['there + subscriber ["news", "today"]', 'here + publisher ["news", "today"]']);

    there().does(deleteEndpoint("p", "enough"));
    expect(log.slice(2)).toEqual([
      'there - subscriber ["news", "today"] because "enough"',
      'here - publisher ["news", "today"] because "enough"',
    ]);
  });

  test("messages and feedback go both ways, with every kind of term that can cross", () => {
    const log: string[] = [];
    const { here, there } = pair();
    here.does(
      atMetaLevel(subscriber(["down", ANY], noting(log, "here"))),
      atMetaLevel(publisher(["up", ANY], noting(log, "here"))),
    );
    there().does(subscriber(["up", ANY], noting(log, "there")), publisher(["down", ANY], noting(log, "there")));
    log.length = 0;
    const body = [1, -2.5, 12n, "text", null, true, new Uint8Array([1, 2]), tcpHandle(1), { key: [ANY, wild("x")] }];
    here.does(atMetaLevel(sendMessage(["up", body])), atMetaLevel(sendFeedback(["down", "more"])));
    there().does(sendMessage(["down", body]), sendFeedback(["up", "less"]));
    const text = '[1, -2.5, 12n, "text", null, true, #x"0102", tcp-handle(1), {key: [_, _x]}]';
    expect(log).toEqual([
      `there: ["up", ${text}]`,
      'there: ["down", "more"]',
      `here: ["down", ${text}]`,
      'here: ["up", "less"]',
    ]);
  });

  test("records come with the names of their fields", () => {
    const seen: unknown[] = [];
    const { here, there } = pair();
    const source = tcpAddress("host", 1);
    const destination = tcpHandle("h");
    here.does(
      atMetaLevel(
        subscriber(tcpChannel(source, destination, ANY), { onMessage: ({ subpacket }) => void seen.push(subpacket) }),
      ),
    );
    there().does(sendMessage(tcpChannel(source, destination, "hello")));
    expect(seen).toEqual(["hello"]);
  });

  test("any number of messages may be sent at once, whatever a process of the session may have pending", () => {
    const heard: number[] = [];
    const { here, there, ended } = pair({ accept: { limits: { pendingActions: 2000 } } });
    there().does(subscriber(["x", ANY], { onMessage: ([, number]) => void heard.push(number as number) }));
    here.does(Array.from({ length: 5000 }, (_, i) => atMetaLevel(sendMessage(["x", i]))));
    expect(heard).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(ended()).toBe(0);
  });

  test("what is asked before there is a connection waits for it", () => {
    const log: string[] = [];
    pair({
      program: () => [atMetaLevel(subscriber(["own", ANY], noting(log, "here"))), atMetaLevel(sendMessage(["own", 1]))],
    });
    expect(log).toEqual(['here: ["own", 1]']);
  });

  test("a nested VM inside reaches the container with atMetaLevel(atMetaLevel(...))", () => {
    const log: string[] = [];
    const { there, warnings } = pair({
      program: () =>
        spawnVm(() => [
          atMetaLevel(atMetaLevel(subscriber("far", noting(log, "inner")))),
          spawn(() => atMetaLevel(atMetaLevel(atMetaLevel(sendMessage("nowhere")))), { name: "too far" }),
        ]),
    });
    there().does(publisher("far"), sendMessage("far"));
    expect(log).toEqual(['inner + publisher "far"', 'inner: "far"']);
    expect(warnings.map(({ reason }) => (reason as { code: string }).code)).toEqual(["NO_META_LEVEL"]);
    expect(warnings[0]?.message).toContain("there are only 2");
  });

  test("deleting an endpoint is seen on the other side, and nothing comes for it any more", () => {
    const log: string[] = [];
    const { here, there } = pair();
    there().does(subscriber(["x", ANY], noting(log, "there")), publisher(["x", ANY], {}));
    here.does(
      atMetaLevel(publisher(["x", 1], noting(log, "here"), { id: "p" })),
      atMetaLevel(deleteEndpoint("p", "changed my mind")),
    );
    there().does(sendFeedback(["x", 1]));
    expect(log).toEqual([
      'there + publisher ["x", _]',
      'there + publisher ["x", 1]',
      'there - publisher ["x", 1] because "changed my mind"',
    ]);
  });

  test("a message that matches everything there is is a message like any other", () => {
    const log: string[] = [];
    const { here, there, warnings, ended } = pair();
    there().does(subscriber(["news", ANY], noting(log, "there")));
    here.does(
      atMetaLevel(sendMessage([ANY, ANY])),
      atMetaLevel(sendMessage(ANY)),
      atMetaLevel(sendMessage(["news", 1])),
    );
    expect(log).toEqual(["there: [_, _]", "there: _", 'there: ["news", 1]']);
    expect([warnings, ended()]).toEqual([[], 0]);
  });

  test("an observer inside sees only participants there, and is seen by nobody", () => {
    const log: string[] = [];
    const { here, there } = pair();
    here.does(atMetaLevel(observePublishers("topic", noting(log, "here"))));
    there().does(publisher("topic", noting(log, "there")), observePublishers("topic", noting(log, "there")));
    // What meets itself there: the publisher and the observer beside it. The observer here is not among them.
    expect(log).toEqual(['there + publisher "topic"', 'here + publisher "topic"']);
  });

  test("a process that ends takes its endpoints there with it, and the reason crosses: an error as driverError(code, message)", () => {
    const log: string[] = [];
    const { there } = pair({
      program: () => [
        spawn(() => [
          atMetaLevel(publisher("a")),
          subscriber("go", {
            onMessage: () => {
              throw new Error("broken");
            },
          }),
        ]),
        spawn(() => [atMetaLevel(subscriber("go", { onMessage: (go) => sendMessage(go) }))]),
      ],
    });
    there().does(subscriber("a", noting(log, "there")), sendMessage("go"));
    expect(log).toEqual(['there + publisher "a"', 'there - publisher "a" because driver-error("Error", "broken")']);
  });

  test("atMetaLevel(quit({ reason })) ends the VM and its session", async () => {
    const log: string[] = [];
    const { here, there, inner, outer, ended } = pair({ session: () => atMetaLevel(publisher("session")) });
    outer.perform(spawn(() => subscriber("session", noting(log, "outer"))));
    there().does(subscriber("x", { onMessage: (x) => void log.push(x) }));
    here.does(atMetaLevel(sendMessage("x")), atMetaLevel(quit({ reason: "done" })), atMetaLevel(sendMessage("x")));
    await inner.ended;
    expect(log).toEqual(['outer + publisher "session"', "x", 'outer - publisher "session" because "done"']);
    expect(ended()).toBe(1);
  });

  test("a VM that has nothing left to do ends, and its session with it", async () => {
    const { inner, here, ended, outer } = pair();
    here.does(quit());
    await inner.ended;
    expect(ended()).toBe(1);
    await outer.stop();
  });

  test("what means nothing on the other side, and what is too large, is a warning there, and nobody is present whose topic is so", () => {
    const log: string[] = [];
    const { here, there, warnings } = pair();
    here.does(atMetaLevel(subscriber(["x", ANY], noting(log, "here"))));
    there().does(
      publisher(["x", new Map()]),
      sendMessage(["x", () => {}]),
      sendMessage(["x", "y".repeat(2 ** 20)]),
      sendMessage(["x", "still there"]),
    );
    expect(log).toEqual(['here: ["x", "still there"]']);
    expect(warnings.map(({ code }) => code)).toEqual(["BRIDGE_UNSAID", "BRIDGE_UNSAID", "BRIDGE_UNSAID"]);
  });

  test("a live endpoint at the meta level keeps the VM from ending", async () => {
    const { inner, here, host } = pair();
    let isOver = false;
    void inner.ended.then(() => (isOver = true));
    here.does(
      spawn(() => atMetaLevel(subscriber("x", { onMessage: () => quit() }))),
      quit(),
    );
    host.advance(60_000);
    await Promise.resolve();
    expect(isOver).toBe(false);
    await inner.stop();
    expect(isOver).toBe(true);
  });
});

describe("what cannot be done across a bridge crashes the process that asks, and nobody else:", () => {
  const refused: readonly (readonly [string, string, () => any])[] = [
    ["atMetaLevel(spawn(...))", "NO_META_ACTION", () => atMetaLevel(spawn(() => null))],
    ["atMetaLevel(spawnVm(...))", "NO_META_ACTION", () => atMetaLevel(spawnVm(() => null))],
    ["atMetaLevel(quit({ pid }))", "NO_META_ACTION", () => atMetaLevel(quit({ pid: 0 }))],
    ["a message with a function in it", "NOT_TRANSFERABLE", () => atMetaLevel(sendMessage(["x", () => {}]))],
    [
      "an endpoint whose topic has an object in it",
      "NOT_TRANSFERABLE",
      () => atMetaLevel(subscriber([new Map(), ANY])),
    ],
    ["a message larger than a frame", "FRAME_TOO_LARGE", () => atMetaLevel(sendMessage("x".repeat(2 ** 20)))],
    ["two levels out", "NO_META_LEVEL", () => atMetaLevel(atMetaLevel(sendMessage("x")))],
  ];
  test.each(refused)("%s: %s", (_what, code, action) => {
    const log: string[] = [];
    const { there, here, warnings, ended } = pair();
    there().does(subscriber(ANY, { onMessage: (body) => void log.push(String(body)) }));
    here.does(spawn(() => [atMetaLevel(sendMessage("before")), action(), atMetaLevel(sendMessage("after"))]));
    here.does(atMetaLevel(sendMessage("still there")));
    expect(warnings.map(({ reason }) => (reason as { code: string }).code)).toEqual([code]);
    expect(log.filter((body) => !body.includes("[object"))).toEqual(["before", "still there"]);
    expect(ended()).toBe(0);
  });

  test("the same in a VM inside the bridged one: the inner process is the one that crashes", () => {
    const log: string[] = [];
    const { warnings } = pair({
      program: () =>
        spawnVm(() => [
          spawn(() => [subscriber("bystander", noting(log, "bystander")), publisher("bystander")]),
          spawn(() => atMetaLevel(atMetaLevel(sendMessage(() => {}))), { name: "opaque" }),
        ]),
    });
    expect(warnings.map(({ process }) => process)).toEqual([expect.stringContaining("(opaque)")]);
    expect(log).toEqual(['bystander + publisher "bystander"']);
  });
});

describe("a connection that is lost", () => {
  test("is one absence for each peer that was present, with the code BRIDGE_LOST, and the end of the session", () => {
    const log: string[] = [];
    const { here, there, ends, ended } = pair();
    here.does(atMetaLevel(subscriber(["x", ANY], noting(log, "here"))));
    there().does(publisher(["x", 1]), publisher(["x", 2]), publisher(["x", 2], {}, { id: "again" }));
    expect(log).toHaveLength(3);
    log.length = 0;
    ends()[0].close(4000, "pulled");
    here.does();
    const because = `because ${String(driverError("BRIDGE_LOST", "the connection to the container was lost: pulled"))}`;
    expect(log).toEqual([
      `here - publisher ["x", 1] ${because}`,
      `here - publisher ["x", 2] ${because}`,
      `here - publisher ["x", 2] ${because}`,
    ]);
    expect(ended()).toBe(1);
  });
});
