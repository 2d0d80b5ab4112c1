import { BlockList, isIP } from "node:net";

/** One name under which a server can be addressed, as browsers write it. */
export interface Name {
  /** The value of `Host`. */
  readonly host: string;
  /** The origin of a page that the server serves under this name. */
  readonly origin: string;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** @param address an IP address; what is a name only looks like one (`127.evil.example`) is none */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** An entry of `allowedHosts`, taken apart: `{ name: "dev.example", port: 443 }`; the port is undefined if the entry has none. */
export interface HostEntry {
  readonly name: string;
  readonly port: number | undefined;
}

const hostEntry = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/;

/** @returns undefined where the text is no host in the form that a browser sends: lower case, addresses in their usual form */
export function parseHostEntry(text: string): HostEntry | undefined {
  const [, name, port] = hostEntry.exec(text) ?? [];
  // The URL parser knows the usual form of every address: it makes 127.0.0.1 of 127.1, 0x7f.1 and 2130706433.
  if (name === undefined || !URL.canParse(`http://${name}`) || new URL(`http://${name}`).hostname !== name)
    return undefined;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  return { name, port: port === undefined ? undefined : Number(port) };
}

/** @returns whether the text is an origin in the form that a browser sends: `https://dev.example`, and never `null` */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/**
 * The names of a server: those of the loopback address it is bound to, then those it was told.
 *
 * @param address the IP address it is bound to
 * @param port the port it is bound to, which entries without a port mean
 */
export function namesOf(address: string, port: number, allowed: readonly HostEntry[]): Name[] {
  const literal = isIP(address) === 6 ? new URL(`http://[${address}]`).hostname : address;
  const own = isLoopback(address) ? [literal] : [];
  if (literal === "127.0.0.1" || literal === "[::1]") own.push("localhost");
  return [...own.map((name) => nameAt(name, port)), ...allowed.map((entry) => nameAt(entry.name, entry.port ?? port))];
}

/** Browsers leave a scheme's own port out of `Host` and `Origin`. */
function nameAt(name: string, port: number): Name {
  if (port === 80) return { host: name, origin: `http://${name}` };
  if (port === 443) return { host: name, origin: `https://${name}` };
  return { host: `${name}:${port}`, origin: `http://${name}:${port}` };
}
