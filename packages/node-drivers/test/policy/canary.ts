import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { Log } from "../log.ts";
import { Outsider } from "../udp/people.ts";

/** A listener on every address of this machine that must not be reached, and says who has. */
export class Canary {
  readonly port: number;
  /** An address at which it can be reached. */
  readonly #host: string;
  /** Who has connected. */
  readonly #visitors = new Log<string>();

  private constructor(host: string, port: number) {
    this.#host = host === "::" ? "127.0.0.1" : host;
    this.port = port;
  }

  static async open(host = "::", port = 0): Promise<Canary> {
    const server = createServer();
    server.listen({ host, port });
    await once(server, "listening");
    const canary = new Canary(host, (server.address() as AddressInfo).port);
    server.on("connection", (socket) => {
      canary.#visitors.add(`${socket.remoteAddress} ${socket.remotePort} to ${socket.localAddress}`);
      socket.destroy();
    });
    onTestFinished(() => void server.close());
    return canary;
  }

  /** All who have connected so far, one of which is sure to come: connections are accepted in the order in which they were made. */
  async visitors(): Promise<readonly string[]> {
    const last = connect(this.port, this.#host);
    await once(last, "connect");
    const us = `${last.localAddress} ${last.localPort}`;
    last.destroy();
    const isUs = (visitor: string): boolean => visitor.replace("::ffff:", "").startsWith(`${us} `);
    return (await this.#visitors.until((all) => all.some(isUs))).filter((visitor) => !isUs(visitor));
  }
}

/** The same for datagrams: two sockets with one port, one for each version. */
export async function udpCanary(): Promise<readonly [four: Outsider, six: Outsider]> {
  const four = await Outsider.open("0.0.0.0");
  // A socket for all addresses of version 6 would take version 4 too, and the port with it.
  return [four, await Outsider.open("::1", four.port)];
}
