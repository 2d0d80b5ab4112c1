/** Finds the answer to any question by asking the servers of the DNS from the roots down, and remembers it. */
import { isIP } from "node:net";
import { nodeHost, tcpBareDriver, udpDriver } from "@marketplace/node-drivers";
import { timerDriver } from "@marketplace/runtime";
import { Cache } from "../dns/cache.ts";
import { resolver } from "../dns/resolver.ts";
import { serve } from "../serve.ts";

/** IPv4 addresses of the servers of the root zone, a to m, as IANA publishes them. */
const ROOTS = [
  "198.41.0.4",
  "170.247.170.2",
  "192.33.4.12",
  "199.7.91.13",
  "192.203.230.10",
  "192.5.5.241",
  "192.112.36.4",
  "198.97.190.53",
  "192.36.148.17",
  "192.58.128.30",
  "193.0.14.129",
  "199.7.83.42",
  "202.12.27.33",
];

interface Root {
  readonly address: string;
  readonly port: number | undefined;
}

/** `127.0.0.1`, `127.0.0.1:5300`, `::1` or `[::1]:5300`. */
function readRoot(text: string): Root {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^[\]:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? text;
  if (isIP(address) === 0) throw new Error(`--root: expected ADDRESS or ADDRESS:PORT, came ${JSON.stringify(text)}`);
  return { address, port: port === undefined ? undefined : readPort("--root", port) };
}

function readPort(option: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    throw new Error(`${option}: expected a port, 1 to 65535, came ${JSON.stringify(text)}`);
  }
  return port;
}

/** The port of all servers: that of the roots, which has to be one. */
function upstreamPort(roots: readonly Root[], given: string | undefined): number {
  if (given !== undefined) return readPort("--upstream-port", given);
  const ports = new Set(roots.map((root) => root.port ?? 53));
  const [port = 53, ...others] = ports;
  if (others.length > 0) throw new Error("--root: expected the same port everywhere, as all servers are asked there");
  return port;
}

const clock = nodeHost();

await serve({
  name: "dns-resolver",
  port: 5301,
  options: {
    root: "ADDRESS[:PORT] (the servers of the root zone; may be given several times)",
    "upstream-port": "PORT (that of the root; the port of all servers)",
  },
  drivers: (host) => [tcpBareDriver({ host }), udpDriver({ host }), timerDriver()],
  program: (port, { root = [], "upstream-port": upstream = [] }) => {
    const roots = (root.length === 0 ? ROOTS : root).map(readRoot);
    return resolver(port, {
      cache: new Cache(() => clock.monotonic()),
      roots: roots.map(({ address }) => address),
      port: upstreamPort(roots, upstream.at(-1)),
      randomId: () => crypto.getRandomValues(new Uint16Array(1))[0] as number,
    });
  },
  hints: (_join, { host, port }, protocol) => (protocol === "udp" ? [`Ask it: dig @${host} -p ${port} NAME TYPE`] : []),
});
