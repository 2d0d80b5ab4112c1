import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { inspect } from "node:util";
import { badArgument, MarketplaceError } from "@marketplace/runtime";
import { nodeHost } from "../host.ts";
import { answerInWords, answerWithPage, refuseUpgrade } from "./answers.ts";
import { closeCodes, WebClient, type WebHost } from "./client.ts";
import { Door } from "./door.ts";
import { Gate } from "./gate.ts";
import { readSubprotocols } from "./hello.ts";
import { namesOf, type Name } from "./hosts.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import type { WebSettings } from "./options.ts";
import { ServedRoute, type Route } from "./route.ts";

/**
 * An HTTP server behind a gate: the files of one page, and WebSockets at certain paths. Every client needs the token; hostile
 * input closes the connection it came on and nothing else.
 */
export interface WebServer extends AsyncDisposable {
  /** Where the page is: `http://127.0.0.1:4000/`. The token is not in it. */
  readonly url: string;
  /** The port that it is bound to, also where 0 was asked for. */
  readonly port: number;
  /** The secret that a client has to know: base64url. */
  readonly token: string;
  /** Says goodbye to all clients and stops listening. Safe to call again. */
  close(): Promise<void>;
}

/** A server to which paths can be added: what every {@link WebServer} is to those who made it. */
export interface RoutedServer extends WebServer {
  /** The IP address that it is bound to. */
  readonly host: string;
  /**
   * Serves WebSockets at a path such as `/inspect`.
   *
   * @returns ends it: closes the clients of this path and admits no more
   * @throws MarketplaceError `BAD_ARGUMENT` where the path is served already
   */
  route(path: string, route: Route): () => void;
}

/**
 * @param caller the function that was given the server, for messages
 * @returns the server, to which paths can be added
 * @throws MarketplaceError `BAD_ARGUMENT` where it is none of ours
 */
export function routedServer(caller: string, server: WebServer): RoutedServer {
  if (server instanceof Listening) return server;
  throw badArgument(`${caller}: server`, "what serveInspector() returned, awaited", server);
}

/** What only tests set. */
export interface WebSurroundings {
  readonly limits?: Partial<Limits>;
  readonly host?: WebHost;
}

/**
 * Starts a server.
 *
 * @throws MarketplaceError in the promise, with Node's code (`EADDRINUSE`, `EACCES`, ...), where the port cannot be had
 */
export function openWebServer(
  settings: WebSettings,
  { limits, host = webHost }: WebSurroundings = {},
): Promise<RoutedServer> {
  return new Listening(settings, { ...defaultLimits, ...limits }, host).start();
}

/** A Node host whose timers keep no program alive. */
const webHost: WebHost = {
  ...nodeHost(),
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

class Listening implements RoutedServer {
  readonly token: string;
  readonly host: string;
  port = 0;
  readonly #settings: WebSettings;
  readonly #limits: Limits;
  readonly #host: WebHost;
  readonly #http: Server;
  readonly #routes = new Map<string, ServedRoute>();
  #gate!: Gate;
  #door!: Door;
  #name!: Name;
  #closed: Promise<void> | undefined;

  constructor(settings: WebSettings, limits: Limits, host: WebHost) {
    this.token = settings.token;
    this.host = settings.host;
    this.#settings = settings;
    this.#limits = limits;
    this.#host = host;
    this.#http = createServer({
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headerTime,
      requestTimeout: limits.headerTime,
      connectionsCheckingInterval: Math.min(1000, limits.headerTime),
      // The gate answers requests without Host, as it answers those with a wrong one.
      requireHostHeader: false,
    });
    this.#http.maxConnections = limits.connections;
    // Node drops headers beyond a number in silence, and one of them could be Origin. Their size is limited instead.
    this.#http.maxHeadersCount = 0;
    // Left to themselves the latter two would answer before anybody has looked at Host and Origin.
    for (const event of ["request", "checkContinue", "checkExpectation"]) {
      this.#http.on(event, (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
    }
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    if (!settings.linger) {
      this.#http.unref();
      this.#http.on("connection", (socket) => socket.unref());
    }
  }

  start(): Promise<RoutedServer> {
    const { host, port, caller } = this.#settings;
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        const code = error.code ?? "EUNKNOWN";
        const why =
          code === "EADDRINUSE" ? "is in use; pass another one, or 0 for any that is free" : `cannot be had (${code})`;
        reject(new MarketplaceError(code, `${caller}: port ${port} of ${host} ${why}`, { cause: error }));
      };
      this.#http.once("error", fail);
      this.#http.listen({ host, port, exclusive: true }, () => {
        this.#http.off("error", fail);
        this.#bound();
        resolve(this);
      });
    });
  }

  get url(): string {
    return `${this.#name.origin}/`;
  }

  route(path: string, route: Route): () => void {
    if (this.#routes.has(path)) throw badArgument("route: path", "one that is not served yet", path);
    const served = new ServedRoute(route, this.#limits);
    this.#routes.set(path, served);
    return () => {
      if (this.#routes.get(path) === served) this.#routes.delete(path);
      served.end();
    };
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#http.close(() => resolve());
      for (const served of this.#routes.values()) served.end();
      this.#routes.clear();
      this.#door.close(closeCodes.goingAway, "the server is being closed");
      // Does not touch WebSockets: those get their goodbye.
      this.#http.closeAllConnections();
    });
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The names of the server have its port in them, so the gate is made once the port is known, before a connection can come. */
  #bound(): void {
    const { host, allowedHosts, allowedOrigins } = this.#settings;
    this.port = (this.#http.address() as AddressInfo).port;
    // From here on an error concerns one connection that could not be accepted (no file handles left, say).
    this.#http.on("error", (reason) => this.#warn("a connection could not be accepted", reason));
    const names = namesOf(host, this.port, allowedHosts);
    this.#name = names[0] as Name;
    const hosts = names.map((name) => name.host);
    const origins = [...names.map((name) => name.origin), ...allowedOrigins];
    this.#gate = new Gate({ hosts, origins, token: this.token });
    this.#door = new Door(this.#gate, this.#limits, this.#host);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#gate.refuses(request.rawHeaders);
    if (refusal !== undefined) return answerInWords(response, 403, refusal);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return answerInWords(response, 405, "Only GET and HEAD are answered here.", { Allow: "GET, HEAD" });
    }
    const path = pathOf(request);
    if (path === undefined) return answerInWords(response, 400, "The request's target has to be a path.");
    if (this.#routes.has(path)) {
      const headers = { Upgrade: "websocket", Connection: "Upgrade, close" };
      return answerInWords(response, 426, "This path speaks WebSocket.", headers);
    }
    const { pageDirectory, pageMissing } = this.#settings;
    answerWithPage(request, response, pageDirectory, path, pageMissing).catch((reason: unknown) => {
      this.#warn(`the answer to ${JSON.stringify(path)} failed`, reason);
      response.destroy();
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refusal = this.#gate.refuses(request.rawHeaders);
    if (refusal !== undefined) return refuseUpgrade(socket, 403, refusal);
    const served = this.#routes.get(pathOf(request) ?? "");
    if (served === undefined) return refuseUpgrade(socket, 404, "No WebSocket is served at this path.");
    if (this.#door.isCrowded) return refuseUpgrade(socket, 503, "Too many clients that have not said hello.");
    served.upgrade(request, socket, head, (webSocket) => {
      const warn = (reason: unknown): void => this.#warn(`serving ${served.subprotocol} failed`, reason);
      const client = new WebClient(webSocket, socket, this.#limits, this.#host, warn);
      const said = readSubprotocols(request.headers["sec-websocket-protocol"], served.subprotocol);
      this.#door.receive(client, said, (hello) => served.enter(client, hello));
    });
  }

  /** Reports what harmed one connection. */
  #warn(what: string, reason: unknown): void {
    this.#host.warn(`marketplace: ${this.#settings.caller}: ${what}: ${inspect(reason)}`);
  }
}

/** @returns the path, undecoded; undefined for other forms of target, such as that of a proxy's request, which names a host */
function pathOf({ url = "" }: IncomingMessage): string | undefined {
  return url.startsWith("/") ? url.split("?", 1)[0] : undefined;
}
