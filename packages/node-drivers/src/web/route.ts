import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { closeCodes, type WebClient } from "./client.ts";
import type { Hello } from "./hello.ts";
import type { Limits } from "./limits.ts";

/** What is served to WebSockets at one path. */
export interface Route {
  /** The name of the protocol spoken there, its version at the end: `marketplace.inspect.1`. */
  readonly subprotocol: string;
  /** How many clients are served at one time; more are closed with 4429. */
  readonly maxClients: number;
  /** Called with each client that knows the token, and its hello without that. It sets the client's listeners before it returns. */
  open(client: WebClient, hello: Hello): void;
  /** Called once, when the path is no longer served. */
  end?(): void;
}

/** A route with its clients. */
export class ServedRoute {
  readonly subprotocol: string;
  readonly #route: Route;
  readonly #sockets: WebSocketServer;
  readonly #clients = new Set<WebClient>();
  #ended = false;

  constructor(route: Route, limits: Limits) {
    this.subprotocol = route.subprotocol;
    this.#route = route;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytes,
      maxFragments: limits.fragments,
      // Never the token's: what is chosen here is sent back.
      handleProtocols: (offered) => (offered.has(route.subprotocol) ? route.subprotocol : false),
    });
  }

  /** Answers a request that has passed the gate; a malformed one by 400 or 405. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, onSocket: (webSocket: WebSocket) => void): void {
    this.#sockets.handleUpgrade(request, socket, head, onSocket);
  }

  /** Takes in a client whose token was right. */
  enter(client: WebClient, hello: Hello): void {
    const { maxClients } = this.#route;
    if (this.#ended) return client.close(closeCodes.goingAway, "this path is no longer served");
    if (this.#clients.size >= maxClients) {
      return client.close(closeCodes.tooManyClients, `${maxClients} clients are served already; close one of them`);
    }
    this.#clients.add(client);
    client.onClose(() => this.#clients.delete(client));
    client.attempt(() => this.#route.open(client, hello));
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const client of this.#clients) client.close(closeCodes.goingAway, "this path is no longer served");
    this.#route.end?.();
  }
}
