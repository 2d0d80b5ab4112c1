import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv4, isIPv6 } from "node:net";
import type { Source, Term } from "@marketplace/runtime";
import { EventQueue } from "../event-queue.ts";
import { checkHost, checkPort, failureOf, type Failure } from "../failure.ts";
import type { Addresses, Admission } from "../policy/admission.ts";
import { Correspondents } from "../policy/correspondents.ts";
import type { PolicyOp } from "../policy/rules.ts";
import type { Release } from "../policy/session-quota.ts";
import { when } from "../when.ts";

/** One datagram that has come. */
export interface Datagram {
  readonly host: string;
  readonly port: number;
  readonly bytes: Uint8Array;
}

/** One datagram that could not be sent. */
export interface Unsent {
  readonly destination: Term;
  readonly code: string;
}

export type UdpEvent =
  /** Open, at this address. */
  | { readonly type: "open"; readonly host: string; readonly port: number }
  /** Not open, and never will be; or, after `open`, broken. */
  | { readonly type: "failed"; readonly failure: Failure }
  /** All that have come since the last time. */
  | { readonly type: "arrived"; readonly datagrams: Datagram[] }
  /** All that could not be sent since the last time. */
  | { readonly type: "unsent"; readonly datagrams: Unsent[] };

/** Where a socket is bound. */
export interface Binding {
  readonly host: string;
  /** Not checked yet: terms are not typed when they arrive. */
  readonly port: unknown;
  /** Says whether a socket of the other family is opened too, when something is to be sent there. */
  readonly bothFamilies: boolean;
}

/** Where a datagram is to go; not checked yet either. */
export interface Destination {
  readonly host: unknown;
  readonly port: unknown;
}

/**
 * How many bytes may wait, in each direction: for a VM that is busy, and for the system. A UDP socket cannot be told to wait, so what
 * comes beyond is lost, as datagrams may be; what is to be sent beyond fails with `ENOBUFS`.
 */
export const MOST_WAITING: number = 4 * 1024 * 1024;

/** What a datagram costs beside its bytes: empty ones are not free either. */
const OVERHEAD = 256;

/** A UDP socket as an event source; it opens when it is armed for the first time, and closes when it is disarmed. */
export class UdpSocketSource implements Source<UdpEvent> {
  readonly #binding: Binding;
  readonly #admit: Admission | undefined;
  /** Whom a handle may hear; undefined if it is everybody. */
  readonly #correspondents: Correspondents | undefined;
  readonly #events = new EventQueue<UdpEvent>();
  #isOpened = false;
  #socket: Socket | null = null;
  /** Is the socket one for version 6? */
  #isOfSix = false;
  /** Sends to addresses of the other family; asked for as soon as there is one to send to. */
  #other: Promise<Socket> | null = null;
  #isReleased = false;
  /** Ends our being counted. */
  #uncount: Release = () => {};
  /** The cost of what has arrived and waits. */
  #waiting = 0;
  #hasLost = false;
  /** The cost of what is on its way out. */
  #leaving = 0;
  /** Called when nothing is on its way out any more. */
  #onAllSent: (() => void) | null = null;

  /** @param admit says whether, and to which address */
  constructor(binding: Binding, admit?: Admission) {
    this.#binding = binding;
    this.#admit = admit;
    // A listener is open to all, as one for TCP is; who only asks is to hear who was asked.
    this.#correspondents = admit !== undefined && binding.bothFamilies ? new Correspondents(admit) : undefined;
  }

  arm(deliver: (event: UdpEvent) => void): () => void | Promise<void> {
    if (!this.#isOpened) this.#open();
    this.#events.ask((event) => {
      if (event.type === "arrived") this.#waiting = 0;
      deliver(event);
    });
    return this.#release;
  }

  /**
   * Send one datagram; what goes wrong with it is told as an event, and ends nothing.
   *
   * @param body must not be changed afterwards; a string goes as its UTF-8 bytes
   */
  send(destination: Destination & Term, body: Uint8Array | string): void {
    const { host, port } = destination;
    const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
    try {
      checkHost(host);
      checkPort(port);
    } catch (thrown) {
      return this.#unsent(destination, thrown);
    }
    const cost = bytes.length + OVERHEAD;
    if (this.#leaving + cost > MOST_WAITING) return this.#fail(destination, "ENOBUFS");
    this.#leaving += cost;
    const sent = (error?: unknown): void => {
      this.#leaving -= cost;
      if (error !== undefined && error !== null) this.#unsent(destination, error);
      if (this.#leaving === 0) this.#onAllSent?.();
    };
    const to = (address: string): void => {
      const through = (socket: Socket): void => {
        try {
          this.#correspondents?.add(address, port);
          socket.send(bytes, port, this.#reachable(address), sent);
        } catch (thrown) {
          sent(thrown);
        }
      };
      if (this.#isOfOtherFamily(address)) this.#otherSocket(address).then(through, sent);
      else through(this.#socket as Socket);
    };
    try {
      when(this.#addressFor("udp", host, port), to, sent);
    } catch (thrown) {
      sent(thrown);
    }
  }

  /** The host itself, or, if there is a policy, that address of it which has been checked and fits best. */
  #addressFor(op: PolicyOp, host: string, port: number): string | Promise<string> {
    if (this.#admit === undefined) return host;
    const best = (addresses: Addresses): string =>
      addresses.find((address) => isIPv6(address) === this.#isOfSix) ?? addresses[0];
    const addresses = this.#admit.addresses(op, host, port);
    return addresses instanceof Promise ? addresses.then(best) : best(addresses);
  }

  #open(): void {
    this.#isOpened = true;
    const { host, port, bothFamilies } = this.#binding;
    const failed = (thrown: unknown): void => this.#events.push({ type: "failed", failure: failureOf(thrown) });
    try {
      checkPort(port);
      if (this.#admit !== undefined) this.#uncount = this.#admit.open();
      const bind = (address: string): void => {
        if (this.#isReleased) return;
        const socket = this.#create(address);
        this.#socket = socket;
        this.#isOfSix = isIPv6(address);
        socket.on("listening", () => {
          if (this.#isReleased) return;
          const { address: bound, port: at } = socket.address();
          this.#events.push({ type: "open", host: bound, port: at });
          if (!bothFamilies) this.#admit?.listens({ protocol: "udp", asked: port, host: bound, port: at });
        });
        socket.on("error", failed);
        socket.bind({ address, port, exclusive: true });
      };
      // What a handle is bound to is nobody's choice.
      when(bothFamilies ? host : this.#addressFor("listen", host, port), bind, failed);
    } catch (thrown) {
      failed(thrown);
    }
  }

  #create(host: string): Socket {
    // A socket for all addresses of version 6 takes version 4 too, as a TCP listener does; beside one for version 4 it must not.
    const socket = createSocket(
      isIPv6(host) ? { type: "udp6", ipv6Only: this.#binding.bothFamilies } : { type: "udp4" },
    );
    socket.on("message", (bytes, from) => this.#arrived(bytes, from));
    return socket;
  }

  #isOfOtherFamily(host: string): boolean {
    return this.#binding.bothFamilies && isIPv6(host) !== this.#isOfSix;
  }

  #otherSocket(host: string): Promise<Socket> {
    this.#other ??= new Promise<Socket>((resolve, reject) => {
      const any = isIPv6(host) ? "::" : "0.0.0.0";
      const uncount = this.#admit?.open();
      const socket = this.#create(any);
      if (uncount !== undefined) socket.once("close", uncount);
      socket.on("error", (error) => {
        // If it could not be bound: the next datagram is another attempt.
        this.#other = null;
        reject(error);
        socket.close();
      });
      socket.bind({ address: any, port: 0, exclusive: true }, () => resolve(socket));
    });
    return this.#other;
  }

  /** The address as this socket's family writes it. */
  #reachable(host: string): string {
    return this.#isOfSix && isIPv4(host) ? `::ffff:${host}` : host;
  }

  #arrived(bytes: Uint8Array, { address: host, port }: RemoteInfo): void {
    if (this.#isReleased || this.#correspondents?.has(host, port) === false) return;
    const cost = bytes.length + OVERHEAD;
    if (this.#waiting + cost > MOST_WAITING) return this.#lose();
    this.#waiting += cost;
    const datagram = { host, port, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    const { last } = this.#events;
    if (last?.type === "arrived") last.datagrams.push(datagram);
    else this.#events.push({ type: "arrived", datagrams: [datagram] });
  }

  #lose(): void {
    if (this.#hasLost) return;
    this.#hasLost = true;
    const { host, port } = this.#binding;
    process.emitWarning(
      `udp ${host} port ${String(port)}: more than ${MOST_WAITING} bytes wait for a busy VM; datagrams are being lost`,
      { type: "UdpWarning", code: "UDP_DATAGRAMS_LOST" },
    );
  }

  #unsent(destination: Term, thrown: unknown): void {
    this.#fail(destination, failureOf(thrown).code);
  }

  #fail(destination: Term, code: string): void {
    if (this.#isReleased) return;
    const { last } = this.#events;
    if (last?.type === "unsent") last.datagrams.push({ destination, code });
    else this.#events.push({ type: "unsent", datagrams: [{ destination, code }] });
  }

  /** Nobody owns the socket any more. What is on its way out still goes. */
  readonly #release = (): void | Promise<void> => {
    this.#events.withdraw();
    this.#isReleased = true;
    if (this.#leaving === 0) return this.#close();
    return new Promise((resolve) => {
      this.#onAllSent = () => {
        this.#onAllSent = null;
        this.#close();
        resolve();
      };
    });
  };

  #close(): void {
    this.#uncount();
    const close = (socket: Socket | null): void => {
      try {
        socket?.close();
      } catch {
        // It has been closed.
      }
    };
    close(this.#socket);
    this.#other?.then(close, () => {});
  }
}
