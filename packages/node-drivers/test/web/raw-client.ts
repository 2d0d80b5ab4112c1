// Clients that put on the wire exactly what a test says: libraries and browsers would not let us misbehave.
import { connect, type Socket } from "node:net";

/** The answer to an HTTP request. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

function parseHead(head: string): Omit<Answer, "body"> {
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { status: Number(statusLine.split(" ")[1]), headers };
}

/**
 * Sends a request, reads until the server closes, and returns what came: undefined for nothing.
 *
 * @param options `end`: nothing else will come from this side
 */
export async function ask(
  port: number,
  request: string | Uint8Array,
  { end = false }: { readonly end?: boolean } = {},
): Promise<Answer | undefined> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.write(request);
  if (end) socket.end();
  await new Promise((resolve) => socket.on("close", resolve));
  if (chunks.length === 0) return undefined;
  const whole = Buffer.concat(chunks).toString("utf8");
  const headEnd = whole.indexOf("\r\n\r\n");
  return { ...parseHead(whole.slice(0, headEnd)), body: whole.slice(headEnd + 4) };
}

/** A GET as a browser would send it, with lines added. */
export function get(
  port: number,
  path: string,
  lines: readonly string[] = [`Host: 127.0.0.1:${port}`],
): Promise<Answer | undefined> {
  return ask(port, [`GET ${path} HTTP/1.1`, ...lines, "Connection: close", "", ""].join("\r\n"));
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  readonly opcode?: number;
  readonly last?: boolean;
  /** RSV1 to RSV3, as a number from 0 to 7. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** The length that the header claims, if not the payload's. */
  readonly claimedLength?: bigint;
}

/** One WebSocket frame, right or wrong. */
export function frame(payload: string | Uint8Array, options: FrameOptions = {}): Buffer {
  const { opcode = opcodes.text, last = true, reserved = 0, masked = true, claimedLength } = options;
  const bytes = Buffer.from(payload);
  const length = claimedLength ?? BigInt(bytes.length);
  const first = (last ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  let header: Buffer;
  if (length < 126n) {
    header = Buffer.from([first, maskBit | Number(length)]);
  } else if (length < 65_536n) {
    header = Buffer.from([first, maskBit | 126, 0, 0]);
    header.writeUInt16BE(Number(length), 2);
  } else {
    header = Buffer.from([first, maskBit | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.writeBigUInt64BE(length, 2);
  }
  if (!masked) return Buffer.concat([header, bytes]);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  return Buffer.concat([header, mask, bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** How a conversation with the server goes on: a message, the answer to a ping, or the end. */
export type Heard =
  | { readonly type: "message"; readonly data: string }
  | { readonly type: "pong"; readonly data: string }
  /** `code` is that of the close frame; undefined where the connection just ended. */
  | { readonly type: "closed"; readonly code: number | undefined; readonly reason: string };

/** A WebSocket client written by hand on a TCP socket. */
export class RawWebSocket {
  readonly socket: Socket;
  /** The answer to the upgrade; its status is 0 where there was none. */
  readonly answer: Omit<Answer, "body">;
  #unread: Buffer;
  #heard: Heard[] = [];
  #waiting: ((heard: Heard) => void) | undefined;
  #ended = false;

  /** @param lines header lines, `Host` and `Origin` among them */
  static async open(port: number, path: string, lines: readonly string[]): Promise<RawWebSocket> {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        ...lines,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "",
        "",
      ].join("\r\n"),
    );
    return new Promise((resolve) => {
      let head = Buffer.alloc(0);
      const take = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end >= 0) finish(parseHead(head.subarray(0, end).toString("latin1")), head.subarray(end + 4));
      };
      const cut = (): void => finish({ status: 0, headers: new Map() }, Buffer.alloc(0));
      const finish = (answer: Omit<Answer, "body">, rest: Buffer): void => {
        socket.off("data", take).off("close", cut);
        resolve(new RawWebSocket(socket, answer, rest));
      };
      socket.on("data", take).on("close", cut);
    });
  }

  private constructor(socket: Socket, answer: Omit<Answer, "body">, rest: Buffer) {
    this.socket = socket;
    this.answer = answer;
    this.#unread = rest;
    socket.on("data", (chunk: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      this.#read();
    });
    socket.on("close", () => this.#end(undefined, ""));
    if (socket.destroyed) this.#end(undefined, "");
    else this.#read();
  }

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** The next message or the end, in order. After the end: the end again. */
  next(): Promise<Heard> {
    const [first] = this.#heard;
    if (first !== undefined) {
      if (first.type !== "closed") this.#heard.shift();
      return Promise.resolve(first);
    }
    return new Promise((resolve) => {
      this.#waiting = (heard) => {
        if (heard.type !== "closed") this.#heard.shift();
        resolve(heard);
      };
    });
  }

  /** Ends the connection without a word. */
  drop(): void {
    this.socket.destroy();
  }

  #read(): void {
    for (let next = this.#takeFrame(); next !== undefined; next = this.#takeFrame()) {
      const { opcode, payload } = next;
      if (opcode === opcodes.text || opcode === opcodes.binary) {
        this.#hear({ type: "message", data: payload.toString("utf8") });
      } else if (opcode === opcodes.pong) {
        this.#hear({ type: "pong", data: payload.toString("utf8") });
      } else if (opcode === opcodes.close) {
        const code = payload.length >= 2 ? payload.readUInt16BE(0) : undefined;
        this.#end(code, payload.subarray(2).toString("utf8"));
        this.socket.end();
      }
    }
  }

  #takeFrame(): ServerFrame | undefined {
    const bytes = this.#unread;
    if (bytes.length < 2) return undefined;
    const short = (bytes[1] ?? 0) & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < start) return undefined;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < start + length) return undefined;
    this.#unread = bytes.subarray(start + length);
    return { opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(start, start + length) };
  }

  #end(code: number | undefined, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#hear({ type: "closed", code, reason });
  }

  #hear(heard: Heard): void {
    this.#heard.push(heard);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(heard);
  }
}
