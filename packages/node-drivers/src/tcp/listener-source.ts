import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Source } from "@marketplace/runtime";
import { EventQueue } from "../event-queue.ts";
import { checkPort, failureOf, type Failure } from "../failure.ts";
import type { Release } from "../policy/session-quota.ts";
import { when } from "../when.ts";
import type { TcpSettings } from "./options.ts";
import { SocketSource } from "./socket-source.ts";

/** A connection that somebody has made to us, and who. */
export interface Accepted {
  readonly host: string;
  readonly port: number;
  readonly socket: SocketSource;
}

export type ListenerEvent =
  /** Open, at this address. */
  | { readonly type: "listening"; readonly host: string; readonly port: number }
  /** Not open, and never will be. */
  | ({ readonly type: "failed" } & Failure)
  /** All that have connected since the last time. */
  | { readonly type: "accepted"; readonly connections: Accepted[] };

/** A listening socket as an event source; it opens when it is armed for the first time, and closes when it is disarmed. */
export class ListenerSource implements Source<ListenerEvent> {
  readonly #port: unknown;
  readonly #settings: Pick<TcpSettings, "host" | "limits" | "admit">;
  #server: Server | null = null;
  /** Ends our being counted. */
  #uncount: Release = () => {};
  #isReleased = false;
  readonly #events = new EventQueue<ListenerEvent>();
  /** Connections that no process owns yet: ours to destroy. */
  readonly #unowned = new Set<SocketSource>();
  /** The remote ends of the connections that are up. */
  readonly #names = new Set<string>();
  readonly #warned = new Set<string>();

  constructor(port: unknown, settings: Pick<TcpSettings, "host" | "limits" | "admit">) {
    this.#port = port;
    this.#settings = settings;
  }

  arm(deliver: (event: ListenerEvent) => void): () => void {
    if (this.#server === null) this.#listen();
    this.#events.ask(deliver);
    return this.#release;
  }

  #listen(): void {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    this.#server = server;
    server.on("listening", () => {
      // The demand may have gone while the name of the host was looked up; Node 20.11 opens the socket all the same.
      if (this.#isReleased) return void server.close();
      const { address: host, port } = server.address() as AddressInfo;
      this.#events.push({ type: "listening", host, port });
      this.#settings.admit?.listens({ protocol: "tcp", asked: this.#port as number, host, port });
    });
    const failed = (error: unknown): void => this.#events.push({ type: "failed", ...failureOf(error) });
    server.on("error", (error) => {
      if (server.listening) this.#warn(error);
      else failed(error);
    });
    server.on("connection", (socket) => this.#accept(socket));
    try {
      const port = this.#port;
      checkPort(port);
      const listen = (host: string): void => {
        if (!this.#isReleased) server.listen({ host, port });
      };
      when(this.#address(port), listen, failed);
    } catch (thrown) {
      failed(thrown);
    }
  }

  #address(port: number): string | Promise<string> {
    const { host, admit } = this.#settings;
    if (admit === undefined) return host;
    this.#uncount = admit.open();
    const addresses = admit.addresses("listen", host, port);
    return addresses instanceof Promise ? addresses.then(([first]) => first) : addresses[0];
  }

  #accept(socket: Socket): void {
    const { remoteAddress: host, remotePort: port } = socket;
    // Gone before we could look at it.
    if (host === undefined || port === undefined) return void socket.destroy();
    const name = `${host} ${port}`;
    // A listener on several addresses can be reached twice from one remote port; two conversations of one name would mix.
    if (this.#names.has(name)) return void socket.resetAndDestroy();
    try {
      const uncount = this.#settings.admit?.accept();
      if (uncount !== undefined) socket.once("close", uncount);
    } catch (thrown) {
      socket.resetAndDestroy();
      return this.#warn(thrown);
    }
    this.#names.add(name);
    socket.once("close", () => this.#names.delete(name));
    const source = SocketSource.accepted(socket, this.#settings.limits, () => this.#unowned.delete(source));
    this.#unowned.add(source);
    const connection = { host, port, socket: source };
    const { last } = this.#events;
    if (last?.type === "accepted") last.connections.push(connection);
    else this.#events.push({ type: "accepted", connections: [connection] });
  }

  /** The system could not accept a connection. The listener goes on, and whoever runs the program hears of each kind of failure once. */
  #warn(error: unknown): void {
    const { code, message } = failureOf(error);
    if (this.#warned.has(code)) return;
    this.#warned.add(code);
    process.emitWarning(`tcp listener ${String(this.#port)}: a connection was lost: ${message}`, {
      type: "TcpWarning",
      code,
    });
  }

  readonly #release = (): void => {
    this.#events.withdraw();
    this.#isReleased = true;
    this.#uncount();
    this.#server?.close();
    for (const socket of this.#unowned) socket.abort();
    this.#unowned.clear();
  };
}
