import { describe, expect, test } from "vitest";
import type { BridgeChannel } from "../../src/bridge/channel.ts";
import { bridge } from "../../src/bridge/bridge.ts";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, deleteEndpoint } from "../../src/dsl/processes.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import { noting, pair, type Pair } from "./pair.ts";

/** Waits are not shortened by chance. */
const steady = { firstWait: 100, longestWait: 1000, random: () => 0 };

const service = () => [publisher(["x", 1]), subscriber(["y", ANY], { onMessage: (y) => sendMessage(["x", y[1]!]) })];

function lose({ ends, host }: Pair, reason = "pulled"): void {
  ends()[0].close(4000, reason);
  host.settle();
}

describe("after a loss, bridge(dial) connects anew:", () => {
  test("an absence within no time, then a presence when the connection is back", () => {
    const log: string[] = [];
    const room = pair({ bridge: steady, session: service });
    room.here.does(atMetaLevel(subscriber(["x", ANY], noting(log, "here"))));
    expect(log).toEqual(['here + publisher ["x", 1]']);
    lose(room);
    expect(log).toHaveLength(2);
    expect(log[1]).toMatch(/^here - publisher \["x", 1\] because driver-error\("BRIDGE_LOST"/);
    room.host.advance(99);
    expect(log).toHaveLength(2);
    room.host.advance(1);
    expect(log[2]).toBe('here + publisher ["x", 1]');
    room.here.does(atMetaLevel(sendMessage(["y", 2])));
    expect(log.slice(3)).toEqual(['here: ["x", 2]']);
    expect(room.ended()).toBe(1);
    expect(room.states.map(({ state }) => state)).toEqual(["connecting", "open", "lost", "connecting", "open"]);
  });

  test("waits grow twofold up to the longest, and begin small again after a success", () => {
    let reachable = true;
    const room = pair({ bridge: steady, reachable: () => reachable });
    room.here.does(atMetaLevel(subscriber("x")));
    reachable = false;
    lose(room);
    room.host.advance(100 + 200 + 400 + 800 + 1000);
    reachable = true;
    room.host.advance(1000);
    lose(room);
    const waits = room.states.flatMap((each) => (each.state === "lost" ? each.retryIn : []));
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000, 100]);
  });

  test("waits are shortened by chance, by up to a half", () => {
    const numbers = [0, 0.5, 0.999];
    let reachable = true;
    const room = pair({
      bridge: { ...steady, random: () => numbers.shift() ?? 0 },
      reachable: () => reachable,
    });
    room.here.does(atMetaLevel(subscriber("x")));
    reachable = false;
    lose(room);
    room.host.advance(400);
    expect(room.states.flatMap((each) => (each.state === "lost" ? each.retryIn : [])).slice(0, 3)).toEqual([
      100, 150, 200,
    ]);
  });

  test("messages that are sent while there is no connection are lost; endpoints are not", () => {
    const log: string[] = [];
    const room = pair({ bridge: steady, session: service });
    lose(room);
    room.here.does(
      atMetaLevel(subscriber(["x", ANY], noting(log, "here"), { id: "s" })),
      atMetaLevel(subscriber(["x", ANY], noting(log, "gone"), { id: "t" })),
      atMetaLevel(sendMessage(["y", "lost"])),
      atMetaLevel(deleteEndpoint("t")),
    );
    room.host.advance(100);
    expect(log).toEqual(['here + publisher ["x", 1]']);
  });

  test("what was asked before the first connection waits through failed attempts", () => {
    const log: string[] = [];
    let reachable = false;
    const room = pair({
      bridge: steady,
      reachable: () => reachable,
      session: service,
      program: () => [atMetaLevel(subscriber(["x", ANY], noting(log, "here"))), atMetaLevel(sendMessage(["y", 2]))],
    });
    room.host.advance(250);
    expect(room.states.at(-1)).toEqual({ state: "lost", reason: "nobody answers", retryIn: 200 });
    reachable = true;
    room.host.advance(1000);
    expect(log).toEqual(['here + publisher ["x", 1]', 'here: ["x", 2]']);
  });

  test("an error with the code BRIDGE_REFUSED ends the attempts", async () => {
    const host = new FakeHost();
    const states: string[] = [];
    let attempts = 0;
    const vm = groundVm(() => atMetaLevel(subscriber("x")), {
      host,
      container: bridge(
        () => {
          attempts++;
          throw Object.assign(new Error("wrong token"), { code: "BRIDGE_REFUSED" });
        },
        { onState: (state) => void states.push(`${state.state} ${"reason" in state ? state.reason : ""}`) },
      ),
    });
    host.advance(60_000);
    expect(attempts).toBe(1);
    expect(states).toEqual(["connecting ", "closed wrong token"]);
    // Nothing will ever come for its endpoint: so it is over.
    await vm.ended;
  });

  test("stop() ends the attempts", async () => {
    const room = pair({ bridge: steady });
    room.here.does(atMetaLevel(subscriber("x")));
    lose(room);
    await room.inner.stop();
    room.host.advance(10_000);
    expect(room.states.map(({ state }) => state)).toEqual(["connecting", "open", "lost", "closed"]);
  });

  test("frames of a connection that was given up are not looked at", () => {
    const log: string[] = [];
    let late: (frame: unknown) => void = () => {};
    const room = pair({
      bridge: steady,
      session: service,
      through: (near, far) => [{ ...methods(near), onMessage: (listener) => near.onMessage((late = listener)) }, far],
    });
    const early = late;
    room.here.does(atMetaLevel(subscriber(["x", ANY], noting(log, "here"))));
    lose(room);
    log.length = 0;
    early([3, 1, [0, "x", "late"]]);
    room.host.advance(100);
    early([3, 1, [0, "x", "later"]]);
    room.host.settle();
    expect(log).toEqual(['here + publisher ["x", 1]']);
  });
});

describe("a heartbeat", () => {
  /** A channel on which nothing passes from some time on, in one direction or both, and nobody is told. */
  function freezing(frozen: { near: boolean; far: boolean }) {
    return (near: BridgeChannel, far: BridgeChannel): readonly [BridgeChannel, BridgeChannel] => [
      { ...methods(near), send: (frame) => void (frozen.near || near.send(frame)) },
      {
        ...methods(far),
        send: (frame) => void (frozen.far || far.send(frame)),
        close: () => void (frozen.far || far.close()),
      },
    ];
  }

  test("that is answered keeps the connection, however long nothing else is said", () => {
    const room = pair({ bridge: steady, accept: { heartbeat: 1000 } });
    room.here.does(atMetaLevel(subscriber("x")));
    room.host.advance(100_000);
    expect(room.states).toHaveLength(2);
    expect(room.ended()).toBe(0);
  });

  test("that is not answered for the time of acceptBridge's heartbeat is the end of the session", () => {
    const frozen = { near: false, far: false };
    const room = pair({ bridge: steady, accept: { heartbeat: 1000 }, through: freezing(frozen) });
    room.here.does(atMetaLevel(subscriber("x")));
    room.host.advance(1234);
    frozen.near = true;
    room.host.advance(400);
    expect(room.ended()).toBe(0);
    room.host.advance(600);
    expect(room.ended()).toBe(1);
  });

  test("is missed as soon as that time has passed since anything was heard", () => {
    const frozen = { near: false, far: false };
    const room = pair({ bridge: steady, accept: { heartbeat: 1000 }, through: freezing(frozen) });
    room.host.advance(1234);
    room.here.does(atMetaLevel(subscriber("x")));
    frozen.near = true;
    room.host.advance(999);
    expect(room.ended()).toBe(0);
    room.host.advance(1);
    expect(room.ended()).toBe(1);
  });

  test("that does not come for the time of acceptBridge's heartbeat is a loss for the bridged VM", () => {
    const log: string[] = [];
    const frozen = { near: false, far: false };
    const room = pair({ bridge: steady, accept: { heartbeat: 1000 }, session: service, through: freezing(frozen) });
    room.here.does(atMetaLevel(subscriber(["x", ANY], noting(log, "here"))));
    room.host.advance(1234);
    frozen.near = frozen.far = true;
    room.host.advance(700);
    expect(log).toHaveLength(1);
    room.host.advance(300);
    expect(log[1]).toMatch(/because driver-error\("BRIDGE_LOST", ".*nothing was heard for/);
  });
});

/** The methods of a channel, to be replaced some of them. */
function methods(channel: BridgeChannel): BridgeChannel {
  return {
    send: (frame) => channel.send(frame),
    close: (code, reason) => channel.close(code, reason),
    onMessage: (listener) => channel.onMessage(listener),
    onClose: (listener) => channel.onClose(listener),
  };
}
