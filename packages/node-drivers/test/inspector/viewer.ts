import {
  decodeServerFrame,
  encodeClientFrame,
  type Command,
  type RefusalFrame,
  type ReplyFrame,
  type ServerFrame,
} from "@marketplace/runtime/inspect";
import { frame, RawWebSocket, type Heard } from "../web/raw-client.ts";

/** A viewer written by hand on a TCP socket. It acknowledges whatever it takes. */
export class Viewer {
  readonly socket: RawWebSocket;
  #requests = 0;

  /** Connects and says hello. */
  static async open(
    { port, token }: { readonly port: number; readonly token: string },
    fields: object = {},
  ): Promise<Viewer> {
    const socket = await RawWebSocket.open(port, "/inspect", [`Host: 127.0.0.1:${port}`]);
    socket.send(frame(JSON.stringify({ type: "hello", protocol: 1, token, ...fields })));
    return new Viewer(socket);
  }

  constructor(socket: RawWebSocket) {
    this.socket = socket;
  }

  /** The next frame, or the end of the connection. */
  async next(): Promise<ServerFrame | Exclude<Heard, { type: "message" }>> {
    const heard = await this.socket.next();
    if (heard.type !== "message") return heard;
    const message = decodeServerFrame(heard.data);
    if ("frame" in message) this.socket.send(frame(encodeClientFrame({ type: "ack", frame: message.frame })));
    return message;
  }

  /** The next frame of this type; others on the way are passed over. */
  async await<T extends ServerFrame["type"]>(type: T): Promise<ServerFrame & { type: T }> {
    for (;;) {
      const heard = await this.next();
      if (heard.type === type) return heard as ServerFrame & { type: T };
      if (heard.type === "closed") throw new Error(`expected ${type}, got closed with ${heard.code}: ${heard.reason}`);
    }
  }

  /** Asks for something and waits for the answer. */
  async ask(command: Command): Promise<ReplyFrame | RefusalFrame> {
    const request = (this.#requests += 1);
    this.socket.send(frame(encodeClientFrame({ type: "request", request, ...command })));
    for (;;) {
      const heard = await this.next();
      if ((heard.type === "reply" || heard.type === "refusal") && heard.request === request) return heard;
      if (heard.type === "closed")
        throw new Error(`expected an answer, got closed with ${heard.code}: ${heard.reason}`);
    }
  }
}
