import { closeCodes, type WebClient, type WebHost } from "./client.ts";
import type { Gate } from "./gate.ts";
import { readHello, type Hello, type Introduction } from "./hello.ts";
import type { Limits } from "./limits.ts";

/**
 * Where WebSockets wait until they have said hello: in their first frame, or by the subprotocols that stand for it. Until then a
 * client is sent nothing, and can do nothing but end its visit.
 */
export class Door {
  readonly #gate: Gate;
  readonly #limits: Limits;
  readonly #host: WebHost;
  /** Those that we have closed are here until their connection has gone, so that closing makes no room for more. */
  readonly #strangers = new Set<WebClient>();

  constructor(gate: Gate, limits: Limits, host: WebHost) {
    this.#gate = gate;
    this.#limits = limits;
    this.#host = host;
  }

  get isCrowded(): boolean {
    return this.#strangers.size >= this.#limits.strangers;
  }

  /**
   * @param said what the upgrade request has said already
   * @param enter called with the hello of a client whose token was right
   */
  receive(client: WebClient, said: Introduction | undefined, enter: (hello: Hello) => void): void {
    this.#strangers.add(client);
    const stopWaiting = this.#host.after(this.#limits.helloTime, () => {
      client.close(closeCodes.helloTooLate, `no hello within ${this.#limits.helloTime} ms`);
    });
    const leave = (): void => {
      this.#strangers.delete(client);
      stopWaiting();
    };
    client.onClose(leave);
    const hear = (introduction: Introduction | undefined): void => {
      stopWaiting();
      if (introduction === undefined) {
        client.close(closeCodes.badFrame, 'the first frame has to be {"type":"hello","protocol":1,"token":...}');
      } else if (!this.#gate.opensWith(introduction.token)) {
        client.close(closeCodes.wrongToken, "wrong token; the program printed the right one when it started");
      } else {
        leave();
        client.onMessage(() => {});
        enter(introduction.hello);
      }
    };
    client.onMessage((frame) => hear(readHello(frame)));
    if (said === undefined) return;
    hear(said);
    client.skipRepetition((frame) => readHello(frame) !== undefined);
  }

  /** Closes all who wait. */
  close(code: number, reason: string): void {
    for (const client of this.#strangers) client.close(code, reason);
  }
}
