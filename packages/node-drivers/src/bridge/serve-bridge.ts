import { ANY, badArgument, quit, spawn, subscriber, type GroundVm, type Source } from "@marketplace/runtime";
import { acceptBridge, PROTOCOL } from "@marketplace/runtime/bridge";
import { closeCodes, type WebClient } from "../web/client.ts";
import type { Hello } from "../web/hello.ts";
import { readWebOptions, type WebSettings } from "../web/options.ts";
import { openWebServer, routedServer, type RoutedServer } from "../web/server.ts";
import { channelOver } from "./client-channel.ts";
import { Congestion } from "./congestion.ts";
import { readBridgeOptions, type BridgeOptions, type BridgeSettings } from "./options.ts";
import { sessionBoot } from "./session.ts";

/** Where the bridge is on its server. */
const PATH = "/bridge";

/** A bridge that is being served. */
export interface BridgeServer extends AsyncDisposable {
  /** What clients dial: `ws://127.0.0.1:4000/bridge`. The token is not in it. */
  readonly url: string;
  /** The port of its server, also where 0 was asked for. */
  readonly port: number;
  /** The secret that a client has to know: base64url. */
  readonly token: string;
  /** How many sessions there are now. */
  readonly sessions: number;
  /**
   * Ends all sessions and admits no more; a server of its own stops listening, one that was there before goes on. Safe to call again. The end of the
   * VM does the same.
   */
  close(): Promise<void>;
}

/**
 * Lets VMs in browsers and in other processes reach the network through this one. Each client that knows the token gets a session: a VM of its own, nested
 * in `vm`, with drivers for TCP, UDP and timers, and its own limits. What the client's program does at its meta level is done there; when the client is
 * gone, so is all that it had. The VM goes on at least as long as the bridge is served.
 *
 * Who may connect, and what a session may do, is told in docs/security.md: with no options, whoever is on this machine and knows the token may do nothing.
 *
 * @param vm what `groundVm` returned
 * @returns the bridge, once it is being served
 * @throws MarketplaceError `BAD_ARGUMENT`, at the call; in the promise, `VM_ENDED`, and Node's code (`EADDRINUSE`, ...) where the port cannot be had
 */
export function serveBridge(vm: GroundVm, options: BridgeOptions = {}): Promise<BridgeServer> {
  const settings = readBridgeOptions("serveBridge", options);
  if (typeof vm?.perform !== "function") throw badArgument("serveBridge: vm", "what groundVm() returned", vm);
  if (options.server !== undefined) return serveOn(vm, settings, routedServer("serveBridge", options.server));
  return serveAlone(vm, settings, readWebOptions("serveBridge", { linger: true, ...options }));
}

async function serveOn(vm: GroundVm, settings: BridgeSettings, server: RoutedServer): Promise<BridgeServer> {
  return new ServedBridge(vm, settings, server, false);
}

async function serveAlone(vm: GroundVm, settings: BridgeSettings, web: WebSettings): Promise<BridgeServer> {
  const server = await openWebServer(web);
  try {
    return new ServedBridge(vm, settings, server, true);
  } catch (error) {
    await server.close();
    throw error;
  }
}

class ServedBridge implements BridgeServer, Source<"closed"> {
  readonly #vm: GroundVm;
  readonly #settings: BridgeSettings;
  readonly #server: RoutedServer;
  readonly #isOwn: boolean;
  readonly #unroute: () => void;
  #deliver: ((value: "closed") => void) | null = null;
  #numbers = 0;
  #sessions = 0;
  #isOver = false;
  #closed: Promise<void> = Promise.resolve();

  /** @param isOwn does nobody else use the server? */
  constructor(vm: GroundVm, settings: BridgeSettings, server: RoutedServer, isOwn: boolean) {
    this.#vm = vm;
    this.#settings = settings;
    this.#server = server;
    this.#isOwn = isOwn;
    this.#unroute = server.route(PATH, {
      subprotocol: PROTOCOL,
      maxClients: settings.maxSessions,
      open: (client, hello) => this.#open(client, hello),
      end: () => void this.close(),
    });
    try {
      // In the VM the bridge is a process that waits for its end: so the VM goes on, and its end is the end of the bridge.
      vm.perform(
        spawn(() => subscriber([this, ANY], { onMessage: () => quit() }), { name: `bridge at port ${server.port}` }),
      );
    } catch (error) {
      this.#unroute();
      throw error;
    }
  }

  get url(): string {
    return `${this.#server.url.replace(/^http/, "ws").replace(/\/$/, "")}${PATH}`;
  }

  get port(): number {
    return this.#server.port;
  }

  get token(): string {
    return this.#server.token;
  }

  get sessions(): number {
    return this.#sessions;
  }

  arm(deliver: (value: "closed") => void): () => void {
    this.#deliver = deliver;
    return () => void this.close();
  }

  close(): Promise<void> {
    if (this.#isOver) return this.#closed;
    this.#isOver = true;
    this.#unroute();
    this.#deliver?.("closed");
    if (this.#isOwn) this.#closed = this.#server.close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(client: WebClient, hello: Hello): void {
    if (hello.protocol !== 1) return client.close(closeCodes.badFrame, "protocol 1 is spoken here");
    const session = ++this.#numbers;
    const { heartbeat, limits } = this.#settings;
    const { host, port } = this.#server;
    const congestion = new Congestion(client);
    const channel = channelOver(client, () => congestion.sent());
    acceptBridge(this.#vm, channel, {
      boot: (flow) => sessionBoot(session, this.#settings, { host, port }, congestion.within(flow)),
      name: `bridge session ${session}`,
      limits,
      heartbeat,
      onEnd: () => this.#sessions--,
    });
    this.#sessions++;
  }
}
