// Someone who joins by TCP and reads lines.
import { connect, type Socket } from "node:net";

/** A connection that collects the lines it gets. It reads all the time. */
export class LineClient implements Disposable {
  readonly lines: string[] = [];
  /** Whether the other side has ended its half. */
  ended = false;
  readonly #socket: Socket;
  readonly #closed: Promise<Error | undefined>;
  #unfinished = "";
  #changed = (): void => {};

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.setEncoding("utf8");
    this.#socket.on("data", (text: string) => {
      const [first = "", ...more] = text.split("\n");
      this.#unfinished += first;
      for (const line of more) {
        this.lines.push(this.#unfinished);
        this.#unfinished = line;
      }
      this.#changed();
    });
    this.#socket.on("end", () => {
      this.ended = true;
      this.#changed();
    });
    let error: Error | undefined;
    this.#socket.on("error", (cause) => (error = cause));
    this.#closed = new Promise((resolve) => this.#socket.on("close", () => resolve(error)));
  }

  /** Wait until there are `count` lines. @returns the last of them */
  async line(count: number): Promise<string> {
    await this.until(() => this.lines.length >= count);
    return this.lines[count - 1] as string;
  }

  /** Wait until something holds that depends on what came; fails when the connection is closed before. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const changed = new Promise<false>((resolve) => (this.#changed = () => resolve(false)));
      const closed = await Promise.race([changed, this.#closed.then((error) => ({ error }))]);
      if (closed !== false && !holds()) {
        throw new Error(`the connection was closed too early; last lines: ${this.lines.slice(-3).join(" | ")}`, {
          cause: closed.error,
        });
      }
    }
  }

  /** Wait until the connection is closed, in whatever way. */
  async closed(): Promise<void> {
    await this.#closed;
  }

  send(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  /** End our half. */
  end(data: string | Uint8Array = ""): void {
    this.#socket.end(data);
  }

  /** Send a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
