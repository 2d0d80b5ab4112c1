import ipaddr from "ipaddr.js";
import { asDestination, inRange, type Address, type Ip } from "./address.ts";

/** What a translator or a tunnel makes of an address. */
interface Form {
  readonly range: readonly [Ip, number];
  /** The IPv4 addresses in the sixteen bytes of one. */
  readonly within: (bytes: readonly number[]) => readonly (readonly number[])[];
}

const last = (bytes: readonly number[]): readonly number[][] => [bytes.slice(12)];

/** A packet to one of these goes to the IPv4 address, through a translator, and nowhere else. */
const translated: readonly Form[] = [
  // RFC 4291, 2.5.5.1, but for the unspecified and the loopback address.
  { range: ipaddr.parseCIDR("::/96"), within: last },
  // RFC 7915: IPv4-translated.
  { range: ipaddr.parseCIDR("::ffff:0:0:0/96"), within: last },
  // RFC 6052: NAT64.
  { range: ipaddr.parseCIDR("64:ff9b::/96"), within: last },
];

/** These are addresses of version 6, and a packet to one may end at an IPv4 address. */
const tunnelled: readonly Form[] = [
  // RFC 8215: NAT64 of one's own. Where the IPv4 address lies depends on the length of the prefix in use (RFC 6052, 2.2), which nobody tells us.
  {
    range: ipaddr.parseCIDR("64:ff9b:1::/48"),
    within: (bytes) => [
      [...bytes.slice(6, 8), ...bytes.slice(9, 11)],
      [...bytes.slice(7, 8), ...bytes.slice(9, 12)],
      bytes.slice(9, 13),
      bytes.slice(12),
    ],
  },
  // RFC 3056: 6to4.
  { range: ipaddr.parseCIDR("2002::/16"), within: (bytes) => [bytes.slice(2, 6)] },
  // RFC 4380: Teredo; the server, and the client with its bits turned.
  {
    range: ipaddr.parseCIDR("2001::/32"),
    within: (bytes) => [bytes.slice(4, 8), bytes.slice(12).map((byte) => byte ^ 0xff)],
  },
  // RFC 5214: ISATAP, behind any prefix. The bits that say "universal" and "group" may be set or not.
  {
    range: ipaddr.parseCIDR("::/0"),
    within: (bytes) => {
      const [high = 0, ...rest] = bytes.slice(8, 12);
      return (high & 0xfc) === 0 && rest.join() === "0,94,254" ? last(bytes) : [];
    },
  },
];

/**
 * Where a packet to an address may end: the address itself, the IPv4 addresses in it, or both. All of them count.
 *
 * @returns at least one address
 */
export function endsOf({ ip }: Address): readonly Ip[] {
  if (ip.kind() === "ipv4" || ip.range() === "loopback" || ip.range() === "unspecified") return [ip];
  const bytes = ip.toByteArray();
  const within = (forms: readonly Form[]): Ip[] =>
    forms
      .filter(({ range }) => inRange(ip, range))
      .flatMap((form) => form.within(bytes))
      .map((four) => asDestination(addressOf(new ipaddr.IPv4([...four]))).ip);
  const instead = within(translated);
  return instead.length > 0 ? instead : [ip, ...within(tunnelled)];
}

/** Does an address of this range always stand for another one? */
export function isTranslated(range: readonly [Ip, number]): boolean {
  return translated.some(
    (form) => range[1] >= form.range[1] && inRange(range[0], form.range) && endsElsewhere(range[0]),
  );
}

function endsElsewhere(ip: Ip): boolean {
  return endsOf(addressOf(ip)).every((end) => end.kind() !== ip.kind());
}

function addressOf(ip: Ip): Address {
  return { ip, text: ip.toString() };
}
