import { WebSocket } from "ws";
import { decodeFrame, encodeFrame, PROTOCOL, type Wire } from "@marketplace/runtime/bridge";
import type { Conversation } from "./conversation.ts";
import type { Reached } from "./server.ts";

// A client that speaks the bridge's language (docs/bridge.md) without a VM: what is measured is the bridge.

const ASK = { add: 0, say: 2, credit: 5, pong: 6 } as const;
const TELL = { presence: 0, say: 2, credit: 5, ping: 6 } as const;
const PUBLISHER = 0;
const SUBSCRIBER = 1;
const PARTICIPANT = 0;

/** How many bytes go by before the bridge is told. */
const CREDIT = 64 * 1024;

/** What a frame is filled up to, in bytes. */
const FULL = 64 * 1024;

/** Conversations through one bridge, on one WebSocket. */
export function bridged({ port, token }: Reached, echoPort: number, count: number): Promise<readonly Conversation[]> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/bridge`, [PROTOCOL, `token.${token}`], {
    perMessageDeflate: false,
  });
  const outgoing = new Outgoing(socket);
  const conversations = Array.from({ length: count }, (_, id) => new Ours(outgoing, id));
  let present = 0;
  return new Promise((resolve, reject) => {
    const hear = ([kind, endpoint, what]: readonly unknown[]): void => {
      if (kind === TELL.ping) outgoing.add([ASK.pong, endpoint as number]);
      else if (kind === TELL.say) conversations[(endpoint as number) >> 1]?.heard(what as Uint8Array);
      else if (kind === TELL.presence && ++present === 2 * count) resolve(conversations);
      else if (kind !== TELL.presence && kind !== TELL.credit) reject(new Error(`the bridge said ${String(kind)}`));
    };
    socket.on("error", reject);
    socket.on("close", (code, reason) => reject(new Error(`the bridge closed: ${code} ${reason}`)));
    socket.on("message", (bytes) => {
      const frame = decodeFrame(bytes as Buffer) as readonly unknown[];
      if (!Array.isArray(frame[0])) return hear(frame);
      for (const item of frame) hear(item as readonly unknown[]);
    });
    socket.on("open", () => {
      for (const each of conversations) each.open(echoPort);
    });
  });
}

/** What is said in one go goes in one frame, as a VM would do it. */
class Outgoing {
  readonly #socket: WebSocket;
  #items: Wire[] = [];
  #bytes = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param payload how many bytes there are in it, but for a few */
  add(item: Wire, payload = 0): void {
    if (this.#bytes + payload > FULL) this.#flush();
    this.#bytes += payload;
    if (this.#items.push(item) === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    if (this.#items.length === 0) return;
    this.#socket.send(encodeFrame(this.#items));
    this.#items = [];
    this.#bytes = 0;
  }
}

class Ours implements Conversation {
  readonly #outgoing: Outgoing;
  readonly #id: number;
  /** Bytes that have come since the bridge was last told that it may send more. */
  #heard = 0;
  #listener: (length: number) => void = () => {};

  constructor(outgoing: Outgoing, id: number) {
    this.#outgoing = outgoing;
    this.#id = id;
  }

  /** Have the bridge connect to the echo server, for two endpoints of this conversation. */
  open(echoPort: number): void {
    const us: Wire = [1, "tcp-handle", this.#id];
    const them: Wire = [1, "tcp-address", "127.0.0.1", echoPort];
    this.#outgoing.add([ASK.add, 2 * this.#id, PUBLISHER, PARTICIPANT, [1, "tcp-channel", us, them, [3]]]);
    this.#outgoing.add([ASK.add, 2 * this.#id + 1, SUBSCRIBER, PARTICIPANT, [1, "tcp-channel", them, us, [3]]]);
  }

  send(bytes: Uint8Array): void {
    this.#outgoing.add([ASK.say, 2 * this.#id, bytes], bytes.length);
  }

  onBytes(listener: (length: number) => void): void {
    this.#listener = listener;
  }

  heard(bytes: Uint8Array): void {
    this.#heard += bytes.length;
    if (this.#heard >= CREDIT) {
      this.#outgoing.add([ASK.credit, 2 * this.#id + 1, this.#heard]);
      this.#heard = 0;
    }
    this.#listener(bytes.length);
  }
}
