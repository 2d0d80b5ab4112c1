import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { badArgument, checkOptions } from "@marketplace/runtime";
import { inRange, isForMany, isPublic, readAddress, type Ip } from "./address.ts";
import { isTranslated } from "./embedded.ts";
import { readHost } from "./host.ts";
import { readPorts, type Ports } from "./ports.ts";

/**
 * What a rule allows: to connect by TCP; to listen, by TCP or UDP; to send datagrams. Connections that come to a listener, and datagrams, need no
 * rule more.
 */
export type PolicyOp = "connect" | "listen" | "udp";

/** One thing that is allowed. */
export interface PolicyRule {
  readonly op: PolicyOp;
  /**
   * An IP address (`"192.0.2.1"`), a range of them (`"10.0.0.0/8"`), or a name (`"example.com"`). With `listen`, the address that is bound. A name
   * allows what it has for addresses, if they are public; `localhost`, if they are loopback addresses.
   */
  readonly host: string;
  /** A port (`80`), or a list of ports and ranges (`[80, 443, [8000, 8099]]`). */
  readonly ports: Ports;
}

const ops: readonly string[] = ["connect", "listen", "udp"] satisfies PolicyOp[];

type PortRanges = readonly (readonly [number, number])[];

/** The rules for one `op`. */
class RulesOfOp {
  readonly #names = new Map<string, PortRanges[]>();
  readonly #ranges: { readonly range: readonly [Ip, number]; readonly ports: PortRanges }[] = [];

  addName(name: string, ports: PortRanges): void {
    const before = this.#names.get(name);
    if (before === undefined) this.#names.set(name, [ports]);
    else before.push(ports);
  }

  addRange(range: readonly [Ip, number], ports: PortRanges): void {
    this.#ranges.push({ range, ports });
  }

  admitsAddress(ip: Ip, port: number): boolean {
    // Who writes 0.0.0.0/0 does not think of broadcasts.
    const isMeant = (network: Ip): boolean => !isForMany(ip) || network.range() === ip.range();
    return this.#ranges.some(({ range, ports }) => inRange(ip, range) && has(ports, port) && isMeant(range[0]));
  }

  admitsName(name: string, port: number): boolean {
    return this.#names.get(name)?.some((ports) => has(ports, port)) ?? false;
  }

  /** Is there any address that this port may have? */
  admitsSomeAddress(port: number): boolean {
    return this.#ranges.some(({ ports }) => has(ports, port));
  }
}

function has(ports: PortRanges, port: number): boolean {
  return ports.some(([from, to]) => from <= port && port <= to);
}

/** The rules, read once. What none of them allows is denied. */
export class Rules {
  readonly #ofOp: Readonly<Record<PolicyOp, RulesOfOp>> = {
    connect: new RulesOfOp(),
    listen: new RulesOfOp(),
    udp: new RulesOfOp(),
  };

  /** @throws MarketplaceError `BAD_ARGUMENT` */
  constructor(what: string, rules: readonly PolicyRule[]) {
    if (!Array.isArray(rules)) throw badArgument(what, "a list of rules", rules);
    for (const [index, rule] of rules.entries()) this.#add(`${what}[${index}]`, rule);
  }

  /**
   * @param ip where a packet may end
   * @param name by which it was found, if there is one
   */
  admits(op: PolicyOp, ip: Ip, port: number, name: string | undefined): boolean {
    const rules = this.#ofOp[op];
    if (rules.admitsAddress(ip, port)) return true;
    return name !== undefined && rules.admitsName(name, port) && mayHave(name, ip);
  }

  /** Can it be that a host of this name is allowed? Else it is not even looked up. */
  mayAdmit(op: PolicyOp, name: string, port: number): boolean {
    const rules = this.#ofOp[op];
    return rules.admitsName(name, port) || rules.admitsSomeAddress(port);
  }

  #add(what: string, rule: PolicyRule): void {
    checkOptions(what, rule, ["op", "host", "ports"]);
    const { op, host } = rule;
    if (!ops.includes(op)) throw badArgument(`${what}.op`, "connect, listen or udp", op);
    const ports = readPorts(rule.ports);
    if (ports === undefined) {
      const expected = "a port from 0 to 65535, or a list of ports and [from, to], such as [80, [8000, 8099]]";
      throw badArgument(`${what}.ports`, expected, rule.ports);
    }
    if (typeof host !== "string") throw badArgument(`${what}.host`, "a name, an IP address or a CIDR range", host);
    const range = readRange(`${what}.host`, op, host);
    if (range === undefined) this.#ofOp[op].addName(readName(`${what}.host`, host), ports);
    else this.#ofOp[op].addRange(range, ports);
  }
}

/** May a name that a rule allows lead there? Whoever runs the name's server says what addresses it has, and could name ours. */
export function mayHave(name: string, ip: Ip): boolean {
  const isLocal = name === "localhost" || name.endsWith(".localhost");
  return isLocal ? ip.range() === "loopback" : isPublic(ip);
}

/** @returns undefined where the host is neither an address nor a range */
function readRange(what: string, op: PolicyOp, host: string): readonly [Ip, number] | undefined {
  const [network = "", bits, ...rest] = host.split("/");
  if (isIP(network) === 0 && bits === undefined) return undefined;
  const isMapped = isIP(network) === 6 && readAddress(network)?.ip.kind() === "ipv4";
  const range = isMapped || rest.length > 0 ? undefined : cidr(network, bits);
  if (isMapped || (range !== undefined && isTranslated(range))) {
    throw badArgument(what, "the IPv4 address or range itself: that is what is checked", host);
  }
  if (range === undefined) {
    throw badArgument(what, "a CIDR range such as 10.0.0.0/8 or fd00::/8, all bits behind the prefix 0", host);
  }
  if (op !== "listen" && bits === undefined && range[0].range() === "unspecified") {
    throw badArgument(what, "127.0.0.1 or ::1, which is where who connects to this address comes", host);
  }
  return range;
}

function cidr(network: string, bits: string | undefined): readonly [Ip, number] | undefined {
  const ip = network.includes("%") ? undefined : readAddress(network)?.ip;
  if (ip === undefined) return undefined;
  const size = ip.kind() === "ipv4" ? 32 : 128;
  if (bits === undefined) return [ip, size];
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > size) return undefined;
  const start = ip.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  if (start.networkAddressFromCIDR(`${ip.toString()}/${bits}`).toString() !== ip.toString()) return undefined;
  return [ip, Number(bits)];
}

function readName(what: string, host: string): string {
  const expected = "a name such as example.com, an IP address in its usual form, or a CIDR range";
  const form = readHostOr(() => badArgument(what, expected, host), host);
  if (form.type === "address") throw badArgument(what, `${form.address.text}, which is what this says`, host);
  return form.name;
}

function readHostOr(error: () => Error, host: string): ReturnType<typeof readHost> {
  try {
    return readHost(host);
  } catch {
    throw error();
  }
}
