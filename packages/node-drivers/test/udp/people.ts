import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  ANY,
  observePublishers,
  publisher,
  sendMessage,
  subscriber,
  udpError,
  udpFailure,
  udpListening,
  udpPacket,
  udpRemoteAddress,
  type ActionTree,
  type DriverError,
  type Step,
  type UdpEnd,
  type UdpHandle,
  type UdpListener,
  type UdpPacket,
  type UdpRemoteAddress,
} from "@marketplace/runtime";
import { onTestFinished } from "vitest";
import type { Log } from "../log.ts";

/**
 * The endpoints of one who sends from a socket and hears what comes to it. Logged are "open" and "absent" (with the reason's code) for the
 * driver's presence, and the text of each datagram.
 */
export function user(
  us: UdpHandle | UdpListener,
  log: Log<string>,
  onPacket: (packet: UdpPacket, text: string) => Step<any> = () => null,
  onOpen: () => Step<any> = () => null,
): ActionTree<any> {
  return [
    publisher(udpPacket(us, udpRemoteAddress(ANY, ANY), ANY), {
      onPresence: () => {
        log.add("open");
        return onOpen();
      },
      onAbsence: ({ reason }) =>
        void log.add(reason === undefined ? "absent" : `absent: ${(reason as { code?: string }).code}`),
    }),
    subscriber(udpPacket(ANY, us, ANY), {
      onMessage: (packet) => {
        const text = textOf(packet.body);
        log.add(text);
        return onPacket(packet, text);
      },
    }),
  ];
}

export function textOf(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString() : `string ${String(body)}`;
}

/** Answers each datagram of whoever it is with the same. */
export function echo(us: UdpListener, log: Log<string>): ActionTree<any> {
  return user(us, log, ({ source, body }) => sendMessage(udpPacket(us, source, body)));
}

/** Logs what is published about a socket: `HOST:PORT` when it is open, an error's code, "withdrawn" when either goes. */
export function watch(us: UdpHandle | UdpListener, log: Log<string>): ActionTree<any> {
  const onAbsence = (): void => log.add("withdrawn");
  return [
    observePublishers(udpListening(us as UdpListener, ANY), {
      onPresence: ({ role }) => {
        const { host, port } = role.topic.address as UdpRemoteAddress;
        log.add(`${host}:${port}`);
      },
      onAbsence,
    }),
    observePublishers(udpError(us, ANY), {
      onPresence: ({ role }) => void log.add((role.topic.error as DriverError).code),
      onAbsence,
    }),
  ];
}

/** Logs the destination and the code of what could not be sent. */
export function failures(us: UdpHandle | UdpListener, log: Log<string>): ActionTree<any> {
  return publisher(udpFailure(us, ANY, ANY), {
    onMessage: ({ destination, code }: { destination: UdpEnd; code: string }) =>
      void log.add(`${(destination as UdpRemoteAddress).host} ${code}`),
  });
}

/** The port of the first socket that opened, according to {@link watch}. */
export async function portOf(log: Log<string>): Promise<number> {
  const isOpen = (entry: string): boolean => /:\d+$/.test(entry);
  const entries = await log.until((all) => all.some(isOpen));
  return Number(entries.find(isOpen)?.replace(/^.*:/, ""));
}

/** A plain socket outside of the VM. */
export class Outsider {
  readonly socket: Socket;
  readonly port: number;
  readonly heard: { readonly bytes: Buffer; readonly port: number }[] = [];
  #look = (): void => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    this.port = socket.address().port;
    socket.on("message", (bytes, { port }) => {
      this.heard.push({ bytes, port });
      this.#look();
    });
  }

  static async open(host = "127.0.0.1", port = 0): Promise<Outsider> {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4").bind(port, host);
    await once(socket, "listening");
    onTestFinished(() => {
      try {
        socket.close();
      } catch {
        // The test has closed it.
      }
    });
    return new Outsider(socket);
  }

  /** Resolves once this many datagrams have come. */
  hears(count: number): Promise<Outsider["heard"]> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.heard.length >= count) resolve(this.heard);
      };
      this.#look();
    });
  }

  send(text: string | Uint8Array, port: number, host = "127.0.0.1"): Promise<void> {
    return new Promise((resolve, reject) =>
      this.socket.send(text, port, host, (error) => (error === null ? resolve() : reject(error))),
    );
  }
}

/** Whether nobody has this UDP port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    const bound = once(socket, "listening");
    socket.bind({ port, address: "127.0.0.1", exclusive: true });
    await bound;
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

/** Resolves once nobody has this UDP port of 127.0.0.1 any more. */
export async function becomesFree(port: number): Promise<void> {
  while (!(await isFree(port))) await new Promise((resolve) => setImmediate(resolve));
}
