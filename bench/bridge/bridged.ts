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

/** Conversations through one bridge, on one WebSocket. */
export function bridged({ port, token }: Reached, echoPort: number, count: number): Promise<readonly Conversation[]> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/bridge`, [PROTOCOL, `token.${token}`], {
    perMessageDeflate: false,
  });
  const conversations = Array.from({ length: count }, (_, id) => new Ours(socket, id));
  let present = 0;
  return new Promise((resolve, reject) => {
    const hear = ([kind, endpoint, what]: readonly unknown[]): void => {
      if (kind === TELL.ping) socket.send(encodeFrame([ASK.pong, endpoint as number]));
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
      for (const each of conversations) socket.send(encodeFrame(each.opening(echoPort)));
    });
  });
}

class Ours implements Conversation {
  readonly #socket: WebSocket;
  readonly #id: number;
  #listener: (length: number) => void = () => {};

  constructor(socket: WebSocket, id: number) {
    this.#socket = socket;
    this.#id = id;
  }

  /** What makes the bridge connect to the echo server: two endpoints of this conversation. */
  opening(echoPort: number): Wire {
    const us: Wire = [1, "tcp-handle", this.#id];
    const them: Wire = [1, "tcp-address", "127.0.0.1", echoPort];
    return [
      [ASK.add, 2 * this.#id, PUBLISHER, PARTICIPANT, [1, "tcp-channel", us, them, [3]]],
      [ASK.add, 2 * this.#id + 1, SUBSCRIBER, PARTICIPANT, [1, "tcp-channel", them, us, [3]]],
    ];
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(encodeFrame([ASK.say, 2 * this.#id, bytes]));
  }

  onBytes(listener: (length: number) => void): void {
    this.#listener = listener;
  }

  heard(bytes: Uint8Array): void {
    this.#socket.send(encodeFrame([ASK.credit, 2 * this.#id + 1, bytes.length]));
    this.#listener(bytes.length);
  }
}
