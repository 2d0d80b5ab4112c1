import { badArgument } from "../terms/error.ts";
import type { BridgeChannel, Closing } from "./channel.ts";
import type { Wire } from "./wire.ts";

/** As much of a `MessagePort`, of a `Worker`, or of the global scope of a worker as is used. */
export interface PortLike {
  postMessage(message: unknown, transfer: never[]): void;
  addEventListener(
    type: "message" | "messageerror" | "close",
    listener: (event: { readonly data?: unknown }) => void,
  ): void;
  /** Only a `MessagePort` has this. */
  start?(): void;
  close?(): void;
}

/** The last message of either side. No frame is an object. */
interface Farewell extends Closing {
  readonly marketplace: "bridge closed";
}

/**
 * A port to another thread or page as a channel. Nothing else may be sent through the port.
 *
 * The end of a worker is noticed by nobody but who ended it: call `close()` on the channel then.
 *
 * @param port one end of a `MessageChannel`, a `Worker`, or in a worker its `self`
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function portChannel(port: PortLike): BridgeChannel {
  for (const method of ["postMessage", "addEventListener"] as const) {
    if (typeof port?.[method] !== "function")
      throw badArgument(`portChannel: port.${method}`, "a function", port?.[method]);
  }
  return new PortChannel(port);
}

class PortChannel implements BridgeChannel {
  readonly #port: PortLike;
  readonly #isMessagePort: boolean;
  #listener: ((frame: unknown) => void) | null = null;
  #tellClosing!: (closing: Closing) => void;
  readonly #closed = new Promise<Closing>((resolve) => (this.#tellClosing = resolve));
  #isOver = false;

  constructor(port: PortLike) {
    this.#port = port;
    this.#isMessagePort = typeof port.start === "function";
    port.addEventListener("messageerror", () => this.close(4400, "a message could not be read"));
    port.addEventListener("close", () => this.#over({ code: 0, reason: "the other side has gone" }));
  }

  send(frame: Wire): void {
    if (!this.#isOver) this.#port.postMessage(compact(frame), []);
  }

  close(code = 1000, reason = ""): void {
    if (this.#isOver) return;
    this.#port.postMessage({ marketplace: "bridge closed", code, reason } satisfies Farewell, []);
    // The other side closes the port, when it has got what was sent before.
    this.#over({ code, reason });
  }

  onMessage(listener: (frame: unknown) => void): void {
    this.#listener = listener;
    this.#port.addEventListener("message", ({ data }) => this.#take(data));
    this.#port.start?.();
  }

  onClose(listener: (closing: Closing) => void): void {
    void this.#closed.then(listener);
  }

  #take(data: unknown): void {
    const farewell = farewellOf(data);
    if (farewell !== undefined) {
      // The `close` of a worker's own scope would end the worker.
      if (this.#isMessagePort) this.#port.close?.();
      return this.#over(farewell);
    }
    if (!this.#isOver) this.#listener?.(data);
  }

  #over(closing: Closing): void {
    this.#isOver = true;
    this.#tellClosing(closing);
  }
}

function farewellOf(data: unknown): Closing | undefined {
  const { marketplace, code, reason } = (data ?? {}) as Partial<Farewell>;
  if (marketplace !== "bridge closed") return undefined;
  return { code: typeof code === "number" ? code : 0, reason: typeof reason === "string" ? reason : "" };
}

/** A structured clone of a few bytes takes along the whole buffer that they are in. */
function compact(wire: Wire): Wire {
  if (wire instanceof Uint8Array) return wire.length === wire.buffer.byteLength ? wire : new Uint8Array(wire);
  return typeof wire === "object" && wire !== null ? wire.map(compact) : wire;
}
