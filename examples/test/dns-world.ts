// The DNS in a world without sockets and real time: servers that answer, are silent or lie, and a resolver in the midst of them.
import {
  ANY,
  observePublishers,
  onDemand,
  publisher,
  quit,
  sendMessage,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpHandle,
  tcpListener,
  tcpListening,
  timerDriver,
  udpListener,
  udpPacket,
  udpRemoteAddress,
  udpHandle,
  wild,
  type ActionTree,
  type TcpHandle,
  type Term,
  type UdpHandle,
  type UdpRemoteAddress,
} from "@marketplace/runtime";
import { simulate } from "@marketplace/runtime/testing";
import { Cache } from "../dns/cache.ts";
import { frame } from "../dns/frames.ts";
import { encodeAnswer, encodeQuery, readQuery, readReply, type Query, type Reply } from "../dns/message.ts";
import { resolver } from "../dns/resolver.ts";
import { parseZoneFile } from "../dns/zone-file.ts";
import { Zones } from "../dns/zone.ts";

const PORT = 53;

/** A datagram that comes back. */
export interface Datagram {
  readonly bytes: Uint8Array;
  /** The server itself, if left out. */
  readonly host?: string;
  readonly port?: number;
}

/** What a server sends back for a query. */
export type Behaviour = (query: Query, bytes: Uint8Array) => readonly Datagram[];

/** A query that has arrived somewhere. */
export interface Seen {
  readonly server: string;
  readonly protocol: "udp" | "tcp";
  readonly name: string;
  readonly type: string;
  readonly id: number;
  readonly hasEdns: boolean;
  readonly handle: string;
}

/** What has become of a client's question. */
export interface Asked {
  reply: Reply | undefined;
  /** The length of the reply in bytes. */
  length?: number;
}

function client(name: string, type: string, number: number, asked: Asked): ActionTree<unknown> {
  const here = udpRemoteAddress("192.0.2.99", 1024 + (number % 60_000));
  const query = encodeQuery(number % 65_536, { name, type }, true);
  // A resolver's query does not ask for recursion; a client's does.
  query[2] = (query[2] as number) | 1;
  return [
    subscriber(udpPacket(udpListener(PORT), here, ANY), {
      onMessage: ({ body }) => {
        if (asked.reply !== undefined) throw new Error("a second reply came to one query");
        asked.reply = readReply(body as Uint8Array);
        asked.length = body.length;
      },
    }),
    sendMessage(udpPacket(here, udpListener(PORT), query)),
  ];
}

export class DnsWorld {
  /** The queries that came to servers, silent ones included, in order. */
  readonly seen: Seen[] = [];
  readonly #servers = new Map<string, { readonly udp: Behaviour; readonly tcp: Behaviour }>();
  readonly #clients: {
    deliver: ((action: () => ActionTree<unknown>) => void) | null;
    waiting: (() => ActionTree<unknown>)[];
  } = {
    deliver: null,
    waiting: [],
  };
  readonly simulation;
  #queries = 0;
  #randoms = 0;

  /** @param roots addresses of the servers of the root zone */
  constructor(roots: readonly string[]) {
    const clients = this.#clients;
    const source = {
      arm: (deliver: (action: () => ActionTree<unknown>) => void) => {
        clients.deliver = deliver;
        return () => (clients.deliver = null);
      },
    };
    this.simulation = simulate(() => [
      timerDriver(),
      spawn(() => this.#network(), { name: "network" }),
      spawn(() => subscriber([source, ANY], { onMessage: ([, action]) => (action as () => ActionTree<unknown>)() })),
      resolver(PORT, {
        cache: new Cache(() => this.simulation.host.monotonic()),
        roots,
        port: PORT,
        // Each id is used once: what a test counts as forged is.
        randomId: () => (this.#randoms++ * 7919 + 4242) % 65_536,
      }),
    ]);
    this.simulation.host.settle();
  }

  /** A name server for zone files: what a truncated answer leaves out is had by TCP. */
  serve(address: string, ...zones: readonly string[]): void {
    const files = zones.map((text, index) => parseZoneFile(text, `${address}#${index}`));
    const data = new Zones(files);
    this.behave(
      address,
      (query) => [{ bytes: encodeAnswer(query, data.answer(query)) }],
      (query) => [{ bytes: encodeAnswer(query, data.answer(query), { most: 65_535 }) }],
    );
  }

  /** A server that does as it pleases. */
  behave(address: string, udp: Behaviour, tcp: Behaviour = () => []): void {
    this.#servers.set(address, { udp, tcp });
  }

  /** Ask the resolver, as a client does by UDP. @returns where the reply will be, when it has come */
  ask(name: string, type: string): Asked {
    return this.askAll([[name, type]])[0] as Asked;
  }

  /** Several clients ask at the same time. */
  askAll(questions: readonly (readonly [name: string, type: string])[]): readonly Asked[] {
    const all = questions.map(([name, type]) => ({
      name,
      type,
      number: this.#queries++,
      asked: { reply: undefined } as Asked,
    }));
    this.#inject(() => all.map(({ name, type, number, asked }) => spawn(() => client(name, type, number, asked))));
    return all.map(({ asked }) => asked);
  }

  /** Something comes to the resolver's port. */
  send(bytes: Uint8Array): void {
    this.#inject(() => sendMessage(udpPacket(udpRemoteAddress("192.0.2.98", 5), udpListener(PORT), bytes)));
  }

  settle(): void {
    this.simulation.host.settle();
  }

  advance(milliseconds: number): void {
    this.simulation.host.advance(milliseconds);
  }

  #inject(action: () => ActionTree<unknown>): void {
    this.#clients.waiting.push(action);
    while (this.#clients.waiting.length > 0) {
      const { deliver, waiting } = this.#clients;
      if (deliver === null) throw new Error("nobody takes what comes from outside");
      this.#clients.deliver = null;
      deliver(waiting.shift() as () => ActionTree<unknown>);
      this.settle();
    }
  }

  /** Plays the drivers. */
  #network(): ActionTree<unknown> {
    return [
      publisher(tcpListening(tcpListener(PORT), tcpAddress("127.0.0.1", PORT))),
      onDemand(udpPacket(wild("here"), udpRemoteAddress(ANY, ANY), ANY), ({ source }) =>
        udpHandle.is(source) ? this.#socket(source) : quit(),
      ),
      onDemand(tcpChannel(wild("here"), tcpAddress(ANY, ANY), ANY), ({ source, destination }) =>
        tcpHandle.is(source) && tcpAddress.isGround(destination) ? this.#connection(source, destination.host) : quit(),
      ),
    ];
  }

  #socket(here: UdpHandle): ActionTree<unknown> {
    return [
      observePublishers(udpPacket(here, ANY, ANY), { onAbsence: () => quit() }),
      subscriber(udpPacket(here, ANY, ANY), {
        onMessage: ({ destination, body }) => {
          const { host } = destination as UdpRemoteAddress;
          return this.#react(host, "udp", body as Uint8Array, here.id).map(({ bytes, ...from }) =>
            sendMessage(udpPacket(udpRemoteAddress(from.host ?? host, from.port ?? PORT), here, bytes)),
          );
        },
      }),
    ];
  }

  #connection(here: TcpHandle, host: string): ActionTree<unknown> {
    const there = tcpAddress(host, PORT);
    return [
      observePublishers(tcpChannel(here, there, ANY), { onAbsence: () => quit() }),
      publisher(tcpChannel(there, here, ANY)),
      subscriber(tcpChannel(here, there, ANY), {
        onMessage: ({ subpacket }) =>
          this.#react(host, "tcp", (subpacket as Uint8Array).subarray(2), here.id).map(({ bytes }) =>
            sendMessage(tcpChannel(there, here, frame(bytes))),
          ),
      }),
    ];
  }

  #react(server: string, protocol: "udp" | "tcp", bytes: Uint8Array, handle: Term): readonly Datagram[] {
    const query = readQuery(bytes);
    if (query === null || query instanceof Uint8Array) throw new Error("a resolver's query has to be well-formed");
    const { name, type, id, size } = query;
    this.seen.push({ server, protocol, name, type, id, hasEdns: size !== undefined, handle: String(handle) });
    return this.#servers.get(server)?.[protocol](query, bytes) ?? [];
  }
}
