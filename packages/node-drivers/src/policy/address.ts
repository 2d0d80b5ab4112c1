import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** One IP address. */
export interface Address {
  readonly ip: Ip;
  /** As the system is to be told. It is written from what was read, so nobody can read anything else in it. */
  readonly text: string;
}

/**
 * Reads an address in a form that the system takes without asking anybody. One of version 4 that is written as one of version 6
 * (`::ffff:192.0.2.1`) is the same place, and becomes the same address.
 *
 * @returns undefined for anything else
 */
export function readAddress(text: string): Address | undefined {
  if (isIP(text) === 0) return undefined;
  const [written = "", zone] = text.split("%");
  const ip = readIp(written);
  // Elsewhere a zone means nothing.
  const isZoned = zone !== undefined && ip.kind() === "ipv6" && ip.range() === "linkLocal";
  return { ip, text: isZoned ? `${ip.toString()}%${zone}` : ip.toString() };
}

/** @param text an IP address without a zone */
function readIp(text: string): Ip {
  if (isIP(text) === 4) return ipaddr.IPv4.parse(text);
  // ipaddr.js takes ::192.0.2.1 for ::ffff:192.0.2.1. In the usual form, which the URL parser knows, there are no dots.
  const ip = ipaddr.IPv6.parse(new URL(`http://[${text}]`).hostname.slice(1, -1));
  return ip.isIPv4MappedAddress() ? ip.toIPv4Address() : ip;
}

const loopback4: Address = { ip: ipaddr.IPv4.parse("127.0.0.1"), text: "127.0.0.1" };
const loopback6: Address = { ip: ipaddr.IPv6.parse("::1"), text: "::1" };

/** Who connects to "any address" reaches this machine. */
export function asDestination(address: Address): Address {
  if (address.text === "0.0.0.0") return loopback4;
  return address.text === "::" ? loopback6 : address;
}

export function inRange(ip: Ip, [network, bits]: readonly [Ip, number]): boolean {
  return ip.kind() === network.kind() && ip.match(network, bits);
}

/** Is it one that anybody in the internet can have, and only one machine has? */
export function isPublic(ip: Ip): boolean {
  return ip.range() === "unicast" && (ip.kind() === "ipv4" || inRange(ip, global6));
}

/** Several machines can hear what is sent there. */
export function isForMany(ip: Ip): boolean {
  const range = ip.range();
  return range === "multicast" || range === "broadcast";
}

const global6 = ipaddr.parseCIDR("2000::/3");
