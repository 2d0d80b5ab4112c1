// What a server's reply means for a question; pure, so that what is believed can be read in one place.
import type { Reply } from "./message.ts";
import { canonical, isWithin } from "./names.ts";
import { targetOf, type Question, type ResourceRecord, type Soa } from "./records.ts";

/** A zone that others serve, and where. */
export interface Delegation {
  readonly zone: string;
  /** Seconds. */
  readonly ttl: number;
  /** The names of its servers, each with the addresses that came with the referral. */
  readonly servers: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

/** What does not exist, and for how long one may rely on it. */
export interface Negative {
  /** Is there nothing of that name at all, or just nothing of that type? */
  readonly isName: boolean;
  readonly soa: ResourceRecord | undefined;
}

export type Verdict =
  /** The records that answer, CNAME records before them; or CNAME records only, and it goes on at the name that the last of them has. */
  | { readonly type: "answer"; readonly records: readonly ResourceRecord[]; readonly negative?: Negative }
  | { readonly type: "referral"; readonly delegation: Delegation }
  /** This server does not help. */
  | { readonly type: "useless" }
  /** This server does not take EDNS. */
  | { readonly type: "no EDNS" };

/**
 * What a reply says, as far as the server is to be believed: of names in the zone that it was asked as a server of (RFC 5452, 6).
 *
 * @returns undefined if no server of that zone would send such a reply to this question
 */
export function verdict(reply: Reply, question: Question, zone: string): Verdict | undefined {
  switch (reply.rcode) {
    case "NOERROR":
    case "NXDOMAIN":
      break;
    case "FORMERR":
    case "NOTIMP":
      return { type: "no EDNS" };
    default:
      return { type: "useless" };
  }
  const chain: ResourceRecord[] = [];
  const seen = new Set<string>();
  let { name } = question;
  for (;;) {
    const own = reply.answers.filter((record) => canonical(record.name) === name);
    const found = own.filter(({ type }) => type === question.type);
    if (found.length > 0) return { type: "answer", records: [...chain, ...found] };
    const alias = own.find(({ type }) => type === "CNAME");
    if (alias === undefined) break;
    chain.push(alias);
    seen.add(name);
    name = canonical(targetOf(alias) as string);
    if (!isWithin(name, zone) || seen.has(name)) return { type: "answer", records: chain };
  }
  // Answers to something else.
  if (reply.answers.length > 0 && chain.length === 0) return undefined;

  const soa = reply.authorities.find(({ type }) => type === "SOA");
  if (soa !== undefined && !(isWithin(name, canonical(soa.name)) && isWithin(canonical(soa.name), zone)))
    return undefined;
  const delegation = delegationIn(reply, name, zone);
  if (delegation === null) return undefined;
  if (reply.rcode === "NOERROR" && soa === undefined && delegation !== undefined) {
    return chain.length > 0 ? { type: "answer", records: chain } : { type: "referral", delegation };
  }
  // A server of the zone itself says that there is nothing; others have nothing to say.
  if (soa === undefined && reply.isAuthoritative !== true) return { type: "useless" };
  return { type: "answer", records: chain, negative: { isName: reply.rcode === "NXDOMAIN", soa } };
}

/** @returns null if the reply delegates what the server cannot delegate */
function delegationIn(reply: Reply, name: string, zone: string): Delegation | null | undefined {
  const records = reply.authorities.filter(({ type }) => type === "NS");
  const [first] = records;
  if (first === undefined) return undefined;
  const cut = canonical(first.name);
  if (records.some((record) => canonical(record.name) !== cut) || !isWithin(cut, zone)) return null;
  // The zone's own servers beside an answer that there is nothing are no referral.
  if (cut === zone) return undefined;
  if (!isWithin(name, cut)) return null;
  const names = [...new Set(records.map((record) => canonical(targetOf(record) as string)))].slice(0, MOST_SERVERS);
  const servers = names.map((each) => ({
    name: each,
    addresses: isWithin(each, zone) ? addressesOf(reply.additionals, each) : [],
  }));
  return { zone: cut, ttl: Math.min(...records.map(({ ttl }) => ttl)), servers };
}

const MOST_SERVERS = 16;

/** The addresses of a host among records, IPv4 first. */
export function addressesOf(records: readonly ResourceRecord[], name: string): string[] {
  return ["A", "AAAA"].flatMap((type) =>
    records
      .filter((each) => each.type === type && canonical(each.name) === name)
      .map(({ data }) => (type === "AAAA" ? normalised(data as string) : (data as string))),
  );
}

/** An IPv6 address in the one form in which sockets tell where a datagram came from (RFC 5952). */
function normalised(address: string): string {
  return URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** For how many seconds something does not exist (RFC 2308, 5). */
export function negativeTtl(soa: ResourceRecord): number {
  return Math.min(soa.ttl, (soa.data as Soa).minimum);
}
