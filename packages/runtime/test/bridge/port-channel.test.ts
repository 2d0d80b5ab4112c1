import { describe, expect, test } from "vitest";
import { acceptBridge } from "../../src/bridge/accept.ts";
import { bridge } from "../../src/bridge/bridge.ts";
import { portChannel } from "../../src/bridge/port-channel.ts";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, quit, spawn } from "../../src/dsl/processes.ts";
import { ANY } from "../../src/terms/wildcard.ts";

describe("portChannel(port)", () => {
  test("carries a bridge over the two ports of a MessageChannel, bytes and all, and its end", async () => {
    const { port1, port2 } = new MessageChannel();
    let sessionEnded!: () => void;
    const over = new Promise<void>((resolve) => (sessionEnded = resolve));
    const outer = groundVm(() => spawn(() => subscriber([{ arm: () => () => {} }, ANY])));
    acceptBridge(outer, portChannel(port2), {
      boot: () =>
        spawn(() =>
          subscriber(["double", ANY], { onMessage: ([, bytes]) => sendMessage(["doubled", [bytes, bytes]]) }),
        ),
      onEnd: () => sessionEnded(),
    });
    const seen: unknown[] = [];
    const inner = groundVm(
      () => [
        spawn(() => [
          atMetaLevel(
            publisher(["double", ANY], {
              onPresence: () => atMetaLevel(sendMessage(["double", new Uint8Array([7, 8])])),
            }),
          ),
          atMetaLevel(
            subscriber(["doubled", ANY], {
              onMessage: ([, doubled]) => {
                seen.push(doubled);
                return quit();
              },
            }),
          ),
        ]),
      ],
      { container: bridge(portChannel(port1)) },
    );
    await inner.ended;
    await over;
    expect(seen).toEqual([[new Uint8Array([7, 8]), new Uint8Array([7, 8])]]);
    await outer.stop();
  });

  test("close(code, reason) is told to both sides, after what was sent", async () => {
    const { port1, port2 } = new MessageChannel();
    const [one, other] = [portChannel(port1), portChannel(port2)];
    const got: unknown[] = [];
    other.onMessage((frame) => got.push(frame));
    one.onMessage(() => {});
    const closed = Promise.all([one, other].map((end) => new Promise((resolve) => end.onClose(resolve))));
    one.send([1, "last"]);
    one.close(4001, "enough");
    one.send([2, "too late"]);
    expect(await closed).toEqual([
      { code: 4001, reason: "enough" },
      { code: 4001, reason: "enough" },
    ]);
    expect(got).toEqual([[1, "last"]]);
  });

  test("sends bytes without the rest of the buffer that they are in", async () => {
    const { port1, port2 } = new MessageChannel();
    const [one, other] = [portChannel(port1), portChannel(port2)];
    const got = new Promise<unknown>((resolve) => other.onMessage(resolve));
    one.send([2, 0, new Uint8Array(1_000_000).subarray(5, 8)]);
    const [, , bytes] = (await got) as [number, number, Uint8Array];
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([3, 3]);
    one.close();
    await new Promise<void>((resolve) => other.onClose(() => resolve()));
  });

  test("portChannel(what is no port) is refused", () => {
    expect(() => portChannel({} as never)).toThrow("portChannel: port.postMessage: expected a function, got undefined");
  });
});
