import { domainToASCII } from "node:url";
import { formatTerm, MarketplaceError } from "@marketplace/runtime";
import { readAddress, type Address } from "./address.ts";

/** What a host in a `tcpAddress` or `udpRemoteAddress` is: an address, or a name that has to be looked up. */
export type HostForm =
  | { readonly type: "address"; readonly address: Address }
  /** In lower case and ASCII, without a dot at the end. */
  | { readonly type: "name"; readonly name: string };

/** No name has these, and some readers of names give them a meaning. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const foreign = /[\u0000-\u0020\u007f%:[\]/\\?#@<>^|]/;

const dnsName = /^(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;

/**
 * Reads a host as far as that is possible without asking anybody. Numbers are read here, in every notation (`127.1`, `0x7f.1`,
 * `2130706433`, also in characters of other scripts), so that it does not matter how the system would read them.
 *
 * @throws MarketplaceError `ERR_INVALID_ARG_VALUE`
 */
export function readHost(text: string): HostForm {
  const literal = readAddress(text);
  if (literal !== undefined) return { type: "address", address: literal };
  // Longer than any name, and not worth the work.
  if (text.length > 1024 || foreign.test(text)) throw noHost(text);
  const ascii = domainToASCII(text).replace(/\.$/, "");
  const number = readAddress(ascii);
  if (number !== undefined) return { type: "address", address: number };
  if (!dnsName.test(ascii)) throw noHost(text);
  return { type: "name", name: ascii };
}

function noHost(text: string): MarketplaceError {
  return new MarketplaceError(
    "ERR_INVALID_ARG_VALUE",
    `expected a host name or an IP address, got ${formatTerm(text, { maxLength: 80 })}`,
  );
}
