import type { BridgeChannel, Closing } from "../../src/bridge/channel.ts";
import type { FakeHost } from "../../src/testing/fake-host.ts";

/**
 * Connections that break: each after some number of frames, counted in both directions. What is on its way then is lost, and the two sides
 * notice at different times.
 */
export class Cuts {
  /** How many connections have been cut. */
  count = 0;
  readonly #host: FakeHost;
  readonly #random: () => number;
  /** Do connections still break? */
  isOn = true;

  constructor(host: FakeHost, random: () => number) {
    this.#host = host;
    this.#random = random;
  }

  readonly through = (near: BridgeChannel, far: BridgeChannel): readonly [BridgeChannel, BridgeChannel] => {
    let left = this.isOn ? Math.floor(this.#random() * 30) : Infinity;
    let isCut = false;
    const told: (() => void)[] = [];
    const passes = (): boolean => {
      if (isCut) return false;
      if (left-- > 0) return true;
      isCut = true;
      this.count++;
      for (const tell of told) this.#host.after(Math.floor(this.#random() * 500), tell);
      return false;
    };
    const end = (channel: BridgeChannel): BridgeChannel => ({
      send(frame) {
        if (passes()) channel.send(frame);
      },
      close: (code, reason) => channel.close(code, reason),
      onMessage: (listener) => channel.onMessage((frame) => void (isCut || listener(frame))),
      onClose(listener) {
        let isTold = false;
        const once = (closing: Closing): void => {
          if (isTold) return;
          isTold = true;
          listener(closing);
        };
        told.push(() => once({ code: 0, reason: "cut" }));
        channel.onClose((closing) => void (isCut || once(closing)));
      },
    });
    return [end(near), end(far)];
  };
}
