import type { WebHost } from "../../src/web/client.ts";
import type { Limits } from "../../src/web/limits.ts";
import { readWebOptions, type WebOptions } from "../../src/web/options.ts";
import type { Route } from "../../src/web/route.ts";
import { openWebServer, type RoutedServer } from "../../src/web/server.ts";
import { frame, RawWebSocket } from "./raw-client.ts";

/** 128 bits, in base64url. */
export const token = "AAECAwQFBgcICQoLDA0ODw";

/** Says "welcome", and then everything back. */
export const echo: Route = {
  subprotocol: "marketplace.echo.1",
  maxClients: 8,
  open(client) {
    client.send("welcome");
    client.onMessage((data) => client.send(data));
  },
};

/** A server with the echo at /echo, on a free port. */
export async function startEcho(
  options: WebOptions = {},
  surroundings: { readonly limits?: Partial<Limits>; readonly host?: WebHost; readonly route?: Partial<Route> } = {},
): Promise<RoutedServer> {
  const { route, ...rest } = surroundings;
  const server = await openWebServer(readWebOptions("startEcho", { port: 0, token, ...options }), rest);
  server.route("/echo", { ...echo, ...route });
  return server;
}

/** A host whose clock stands still until it is told. */
export class StillHost implements WebHost {
  readonly warnings: string[] = [];
  #now = 0;
  readonly #tasks = new Map<object, { readonly due: number; readonly task: () => void }>();

  after(milliseconds: number, task: () => void): () => void {
    const key = {};
    this.#tasks.set(key, { due: this.#now + milliseconds, task });
    return () => this.#tasks.delete(key);
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [key, { due, task }] of this.#tasks) {
      if (due > this.#now) continue;
      this.#tasks.delete(key);
      task();
    }
  }
}

/** The first frame, as JSON. */
export function hello(fields: object = { token }): Buffer {
  return frame(JSON.stringify({ type: "hello", protocol: 1, ...fields }));
}

/** A client that has done nothing wrong so far: right Host, no Origin, no hello yet. */
export function connectTo(port: number, lines: readonly string[] = []): Promise<RawWebSocket> {
  return RawWebSocket.open(port, "/echo", [`Host: 127.0.0.1:${port}`, ...lines]);
}

/** A client that was let in. */
export async function enter(port: number): Promise<RawWebSocket> {
  const client = await connectTo(port);
  client.send(hello());
  const heard = await client.next();
  if (heard.type !== "message") throw new Error(`expected to be let in, got ${JSON.stringify(heard)}`);
  return client;
}
