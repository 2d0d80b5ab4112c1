import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6, type AddressInfo } from "node:net";
import type { Source } from "@marketplace/runtime";
import { EventQueue } from "../event-queue.ts";
import { checkHost, checkPort, failureOf, type Failure } from "../tcp/failure.ts";

/** One datagram that has come. */
export interface Datagram {
  readonly host: string;
  readonly port: number;
  readonly bytes: Uint8Array;
}

export type UdpEvent =
  /** Open, at this address. */
  | { readonly type: "open"; readonly host: string; readonly port: number }
  /** Not open, and never will be. */
  | ({ readonly type: "failed" } & Failure)
  /** All that have come since the last time. */
  | { readonly type: "arrived"; readonly datagrams: Datagram[] }
  /** A datagram could not be sent. */
  | { readonly type: "unsent"; readonly host: unknown; readonly port: unknown; readonly code: string };

/** Where a socket is bound. */
export interface Binding {
  readonly host: string;
  /** Not checked yet: terms are not typed when they arrive. */
  readonly port: unknown;
  /** Says whether a socket of the other family is opened too, when something is to be sent there. */
  readonly bothFamilies: boolean;
}

/** How many bytes may wait for a VM that is busy. A UDP socket cannot be told to wait: what comes beyond is lost, as datagrams may be. */
export const MOST_WAITING: number = 4 * 1024 * 1024;

/** A UDP socket as an event source; it opens when it is armed for the first time, and closes when it is disarmed. */
export class UdpSocketSource implements Source<UdpEvent> {
  readonly #binding: Binding;
  readonly #events = new EventQueue<UdpEvent>();
  #socket: Socket | null = null;
  /** Sends to addresses of the other family. */
  #other: Socket | null = null;
  #isReleased = false;
  #waiting = 0;
  #lost = 0;
  /** What the other socket is to send once it is bound waits inside of it; what is being sent at all is counted here. */
  #sending = 0;
  #closeWhenSent = false;

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  arm(deliver: (event: UdpEvent) => void): () => void {
    if (this.#socket === null) this.#open();
    this.#events.ask((event) => {
      if (event.type === "arrived") this.#waiting = 0;
      deliver(event);
    });
    return this.#release;
  }

  /** Send one datagram; what goes wrong with it is told as an event, and ends nothing. */
  send(host: unknown, port: unknown, bytes: Uint8Array | string): void {
    const unsent = (thrown: unknown): void => {
      if (!this.#isReleased) this.#events.push({ type: "unsent", host, port, code: failureOf(thrown).code });
    };
    try {
      checkHost(host);
      checkPort(port);
      this.#sending++;
      this.#socketFor(host).send(bytes, port, host, (error) => {
        this.#sending--;
        if (error !== null) unsent(error);
        if (this.#closeWhenSent && this.#sending === 0) this.#close();
      });
    } catch (thrown) {
      unsent(thrown);
    }
  }

  #open(): void {
    const { host, port } = this.#binding;
    try {
      checkPort(port);
      const socket = this.#create(isIPv6(host));
      this.#socket = socket;
      socket.on("listening", () => {
        if (this.#isReleased) return;
        const { address, port: bound } = socket.address() as AddressInfo;
        this.#events.push({ type: "open", host: address, port: bound });
      });
      socket.on("error", (error) => this.#events.push({ type: "failed", ...failureOf(error) }));
      socket.bind({ address: host, port, exclusive: true });
    } catch (thrown) {
      this.#events.push({ type: "failed", ...failureOf(thrown) });
    }
  }

  #create(ipv6: boolean): Socket {
    const socket = createSocket(ipv6 ? { type: "udp6", ipv6Only: true } : { type: "udp4" });
    socket.on("message", (bytes, from) => this.#arrived(bytes, from));
    return socket;
  }

  #socketFor(host: string): Socket {
    const socket = this.#socket as Socket;
    const { bothFamilies } = this.#binding;
    if (!bothFamilies || isIPv6(host) === isIPv6(this.#binding.host)) return socket;
    if (this.#other === null) {
      this.#other = this.#create(isIPv6(host));
      // Each datagram that cannot be sent has an event of its own.
      this.#other.on("error", () => {});
    }
    return this.#other;
  }

  #arrived(bytes: Uint8Array, { address: host, port }: RemoteInfo): void {
    if (this.#isReleased) return;
    if (this.#waiting + bytes.length > MOST_WAITING) return this.#lose();
    this.#waiting += bytes.length;
    const datagram = { host, port, bytes };
    const { last } = this.#events;
    if (last?.type === "arrived") last.datagrams.push(datagram);
    else this.#events.push({ type: "arrived", datagrams: [datagram] });
  }

  #lose(): void {
    this.#lost++;
    if (this.#lost > 1) return;
    const { host, port } = this.#binding;
    process.emitWarning(
      `udp ${host} port ${String(port)}: more than ${MOST_WAITING} bytes wait for a busy VM; datagrams are being lost`,
      { type: "UdpWarning", code: "UDP_DATAGRAMS_LOST" },
    );
  }

  readonly #release = (): void => {
    this.#events.withdraw();
    this.#isReleased = true;
    if (this.#sending === 0) this.#close();
    else this.#closeWhenSent = true;
  };

  #close(): void {
    for (const socket of [this.#socket, this.#other]) {
      try {
        socket?.close();
      } catch {
        // It never opened: there is nothing to close.
      }
    }
  }
}
