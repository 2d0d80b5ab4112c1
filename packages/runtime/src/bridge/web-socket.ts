import { checkOptions } from "../terms/check.ts";
import { badArgument, describe, MarketplaceError } from "../terms/error.ts";
import { defaultHost, type Host } from "../vm/host.ts";
import type { BridgeChannel, Closing } from "./channel.ts";
import { decodeFrame, encodeFrame } from "./codec.ts";
import { PROTOCOL } from "./frames.ts";
import type { Dial } from "./line.ts";
import type { Wire } from "./wire.ts";

/** As much of a `WebSocket` as is used: a browser's, Node's own, or that of the package `ws`. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly protocol: string;
  send(bytes: Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "error", listener: (event: object) => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: Closing) => void): void;
  /** Only `ws` has these. */
  pause?(): void;
  resume?(): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export interface WebSocketDialOptions {
  /** Where `serveBridge` listens: `ws://127.0.0.1:4000/bridge`. */
  readonly url: string;
  /** The secret that the server wants: the `token` of what `serveBridge` returned. */
  readonly token: string;
  /** The constructor to use; the platform's if it is left out. Node before 22 has none: pass that of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor | undefined;
  /** How many milliseconds a connection may take to come up. 10,000 if left out. */
  readonly timeout?: number | undefined;
}

/**
 * How to reach a VM on the other side of a WebSocket: `groundVm(boot, { container: bridge(webSocketDial({ url, token })) })`.
 *
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function webSocketDial(options: WebSocketDialOptions): Dial {
  const what = "webSocketDial";
  checkOptions(`${what}: options`, options, ["url", "token", "WebSocket", "timeout"]);
  const { url, token, timeout = 10_000 } = options;
  const { WebSocket = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket } = options;
  if (typeof url !== "string" || !/^wss?:\/\//.test(url))
    throw badArgument(`${what}: url`, "a text that begins with ws:// or wss://", url);
  // What came may be a secret all the same.
  if (typeof token !== "string" || !/^[\w-]+$/.test(token))
    throw badArgument(`${what}: token`, "characters of base64url", `(a ${typeof token})`);
  if (typeof WebSocket !== "function") {
    throw badArgument(
      `${what}: WebSocket`,
      "a constructor, as this platform has none: that of the package ws",
      WebSocket,
    );
  }
  if (!Number.isFinite(timeout) || timeout <= 0)
    throw badArgument(`${what}: timeout`, "a number of milliseconds above 0", timeout);
  return () => open(made(WebSocket, url, token), url, timeout, defaultHost());
}

/** Not every text that looks like an address is one, and the constructor is who knows. */
function made(WebSocket: WebSocketConstructor, url: string, token: string): WebSocketLike {
  try {
    return new WebSocket(url, [PROTOCOL, `token.${token}`]);
  } catch (cause) {
    throw new MarketplaceError(
      "BRIDGE_REFUSED",
      `${url}: ${cause instanceof Error ? cause.message : describe(cause)}`,
      {
        cause,
      },
    );
  }
}

/** What the server says by its close codes (docs/security.md) that no second attempt would change. */
const REFUSALS: readonly number[] = [4400, 4401];

/** A connection is there once the other side has said something: only then are we let in. */
function open(socket: WebSocketLike, url: string, timeout: number, host: Host): Promise<BridgeChannel> {
  return new Promise((resolve, reject) => {
    const channel = new WebSocketChannel(socket, () => {
      cancel();
      resolve(channel);
    });
    const fail = (code: string, why: string): void => {
      cancel();
      reject(new MarketplaceError(code, `${url}: ${why}`));
    };
    const cancel = host.after(timeout, () => {
      fail("BRIDGE_UNREACHABLE", `nothing was heard within ${timeout} ms`);
      socket.close();
    });
    // A browser tells no script what went wrong.
    socket.addEventListener("error", (event) => {
      fail("BRIDGE_UNREACHABLE", (event as { message?: string }).message || "it cannot be connected to");
    });
    socket.addEventListener("close", ({ code, reason }) => {
      fail(REFUSALS.includes(code) ? "BRIDGE_REFUSED" : "BRIDGE_UNREACHABLE", reason || "the connection was closed");
    });
    socket.addEventListener("open", () => {
      if (socket.protocol === PROTOCOL) return;
      fail("BRIDGE_REFUSED", `what is there does not speak ${PROTOCOL}`);
      socket.close();
    });
  });
}

class WebSocketChannel implements BridgeChannel {
  readonly #socket: WebSocketLike;
  readonly #onFirst: () => void;
  readonly pause: (() => void) | undefined;
  readonly resume: (() => void) | undefined;
  #listener: ((frame: unknown) => void) | null = null;
  /** What came before anybody listened. */
  #early: unknown[] = [];
  #closing: Closing | null = null;
  #tellClosing!: (closing: Closing) => void;
  readonly #closed = new Promise<Closing>((resolve) => (this.#tellClosing = resolve));
  #isOver = false;

  /** @param onFirst called when the other side has said something for the first time; who listens may say so then, or later */
  constructor(socket: WebSocketLike, onFirst: () => void) {
    this.#socket = socket;
    this.#onFirst = onFirst;
    // Of a browser's frames the bytes come later, unless they are asked for like this.
    if (socket.binaryType === "blob") socket.binaryType = "arraybuffer";
    if (typeof socket.pause === "function") this.pause = () => socket.pause?.();
    if (typeof socket.resume === "function") this.resume = () => socket.resume?.();
    socket.addEventListener("message", ({ data }) => this.#take(data));
    socket.addEventListener("close", (closing) => {
      this.#isOver = true;
      this.#tellClosing(this.#closing ?? closing);
    });
  }

  send(frame: Wire): void {
    if (!this.#isOver) this.#socket.send(encodeFrame(frame));
  }

  close(code = 1000, reason = ""): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#closing = { code, reason };
    this.#socket.close(code, shortened(reason));
  }

  onMessage(listener: (frame: unknown) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const data of early) this.#take(data);
  }

  onClose(listener: (closing: Closing) => void): void {
    void this.#closed.then(({ code, reason }) => listener({ code, reason }));
  }

  unsent(): number {
    return this.#socket.bufferedAmount;
  }

  #take(data: unknown): void {
    if (this.#isOver) return;
    if (this.#listener === null) {
      this.#early.push(data);
      if (this.#early.length === 1) this.#onFirst();
      return;
    }
    let frame: unknown;
    try {
      frame = decodeFrame(bytesOf(data));
    } catch (error) {
      return this.close(4400, (error as Error).message);
    }
    this.#listener(frame);
  }
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw new MarketplaceError("BAD_FRAME", `expected a binary frame, got ${describe(data)}`);
}

/** As much of a reason as a WebSocket's goodbye has room for: 123 bytes of UTF-8. */
function shortened(reason: string): string {
  return reason.length <= 41 ? reason : reason.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 123);
}
