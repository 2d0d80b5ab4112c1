import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";
import { badArgument, checkOptions } from "@marketplace/runtime";
import { inRange, readAddress, type Ip } from "./address.ts";
import { isPort } from "./ports.ts";

/** A port of a server on this machine. */
export interface LocalServer {
  /** The IP address that it is bound to. */
  readonly host: string;
  readonly port: number;
}

/**
 * Where clouds tell a machine its secrets, without asking who wants to know: Amazon, Google, Microsoft, Oracle, Alibaba, Tencent, Scaleway, OpenStack.
 * Nearly all of it is in the link-local range of version 4, which is of little other use; so that is refused as a whole.
 */
const metadata: readonly (readonly [Ip, number])[] = [
  "169.254.0.0/16",
  "100.100.100.200/32",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "fd00:ec2::/32",
  "fd20:ce::/32",
  "fd00:42::42/128",
  "fe80::a9fe:0/112",
].map((text) => ipaddr.parseCIDR(text));

/** Their names; they are not even looked up. */
const metadataNames: ReadonlySet<string> = new Set([
  "instance-data",
  "instance-data.ec2.internal",
  "metadata",
  "metadata.goog",
  "metadata.google.internal",
  "metadata.platformequinix.com",
  "metadata.tencentyun.com",
]);

/** What is refused whatever the rules say. */
export class Never {
  readonly #servers: readonly { readonly ip: Ip | undefined; readonly port: number }[];

  /** @throws MarketplaceError `BAD_ARGUMENT` */
  constructor(what: string, servers: readonly LocalServer[]) {
    if (!Array.isArray(servers)) throw badArgument(what, "a list of { host, port }", servers);
    this.#servers = servers.map((server: LocalServer, index) => {
      checkOptions(`${what}[${index}]`, server, ["host", "port"]);
      const { host, port } = server;
      const address = typeof host === "string" ? readAddress(host) : undefined;
      if (address === undefined) throw badArgument(`${what}[${index}].host`, "an IP address", host);
      if (!isPort(port)) throw badArgument(`${what}[${index}].port`, "a port from 0 to 65535", port);
      return { ip: address.ip, port };
    });
  }

  /** @returns why this is never allowed, or undefined if it may be */
  whyAddress(ip: Ip, port: number): string | undefined {
    if (metadata.some((range) => inRange(ip, range))) return "a cloud may tell its secrets there";
    const isOwn = this.#servers.some(
      (server) => server.port === port && (server.ip?.toString() === ip.toString() || isOfThisMachine(ip)),
    );
    return isOwn ? "it is a port of the server that carries this session" : undefined;
  }

  /** @returns why this name is never allowed, or undefined if it may be */
  whyName(name: string): string | undefined {
    return metadataNames.has(name) ? "a cloud may tell its secrets there" : undefined;
  }
}

/** Whichever of this machine's addresses the server is bound to: the way to it may lead over another. */
function isOfThisMachine(ip: Ip): boolean {
  const range = ip.range();
  if (range === "loopback" || range === "unspecified") return true;
  const text = ip.toString();
  // Asked anew, because networks come and go.
  return Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => readAddress(address)?.ip.toString() === text),
  );
}
