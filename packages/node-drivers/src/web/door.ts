import { closeCodes, type Clock, type WebClient } from "./client.ts";
import type { Gate } from "./gate.ts";
import { readHello, type Hello } from "./hello.ts";
import type { Limits } from "./limits.ts";

/**
 * Where WebSockets wait until they have said hello: its first frame, or the subprotocols that stand for it. Until then a client is
 * sent nothing, and can do nothing but end its visit.
 */
export class Door {
  readonly #gate: Gate;
  readonly #limits: Limits;
  readonly #clock: Clock;
  #strangers = 0;

  constructor(gate: Gate, limits: Limits, clock: Clock) {
    this.#gate = gate;
    this.#limits = limits;
    this.#clock = clock;
  }

  get isCrowded(): boolean {
    return this.#strangers >= this.#limits.strangers;
  }

  /**
   * @param spoken the hello that the upgrade request has already made
   * @param enter called with a hello whose token was right
   */
  receive(client: WebClient, spoken: Hello | undefined, enter: (hello: Hello) => void): void {
    this.#strangers += 1;
    const wait = this.#clock.after(this.#limits.helloTime, () => {
      client.close(closeCodes.helloTooLate, `no hello within ${this.#limits.helloTime} ms`);
    });
    // A client that we have closed is here until its connection has gone, so that closing makes no room for more.
    let isHere = true;
    const leave = (): void => {
      if (isHere) this.#strangers -= 1;
      isHere = false;
      wait();
    };
    client.onClose(leave);
    const hear = (hello: Hello | undefined): void => {
      wait();
      if (hello === undefined) {
        client.close(closeCodes.badHello, 'the first frame has to be {"type":"hello","protocol":1,"token":...}');
      } else if (!this.#gate.opensWith(hello.token)) {
        client.close(closeCodes.wrongToken, "wrong token: it is in the address that the program printed when it started");
      } else {
        leave();
        client.onMessage(() => {});
        enter(hello);
      }
    };
    client.onMessage((frame) => hear(readHello(frame)));
    if (spoken !== undefined) hear(spoken);
  }
}
