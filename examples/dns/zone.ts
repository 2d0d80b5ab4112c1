// What an authoritative server answers from (RFC 1034, 4.3.2; wildcards: RFC 4592).
import { canonical, isWithin, parentOf, upTo } from "./names.ts";
import { bare, targetOf, type Answer, type Question, type ResourceRecord } from "./records.ts";
import type { ZoneFile } from "./zone-file.ts";

/** The records of a name, by type. A name that has none exists because of one below it. */
type Node = Map<string, ResourceRecord[]>;

/** A longer chain of CNAME records is cut: it helps nobody. */
const LONGEST_CHAIN = 16;

/** A zone, ready to be asked. */
class Zone {
  readonly origin: string;
  readonly #soa: ZoneFile["soa"];
  readonly #nodes = new Map<string, Node>();

  constructor({ origin, soa, records }: ZoneFile) {
    this.origin = origin;
    this.#soa = soa;
    for (const record of records) {
      for (const name of upTo(record.name, origin)) {
        if (!this.#nodes.has(name)) this.#nodes.set(name, new Map());
      }
      const node = this.#nodes.get(record.name) as Node;
      node.set(record.type, [...(node.get(record.type) ?? []), record]);
    }
  }

  answer(question: Question): Answer {
    const answers: ResourceRecord[] = [];
    const seen = new Set<string>();
    let name = question.name;
    for (;;) {
      const cut = this.#cutAbove(name, question.type);
      if (cut !== undefined) return this.#referral(answers, cut);
      const node = this.#find(name);
      if (node === undefined) return this.#negative("NXDOMAIN", answers);
      const own = (records: readonly ResourceRecord[]) => records.map((record) => ({ ...record, name }));
      const found = question.type === "ANY" ? [...node.values()].flat() : (node.get(question.type) ?? []);
      answers.push(...own(found));
      if (found.length > 0) return this.#positive(answers);
      const alias = node.get("CNAME");
      if (alias === undefined) return this.#negative("NOERROR", answers);
      answers.push(...own(alias));
      seen.add(name);
      name = canonical(targetOf(alias[0] as ResourceRecord) ?? ".");
      if (!isWithin(name, this.origin) || seen.has(name) || seen.size >= LONGEST_CHAIN) return this.#positive(answers);
    }
  }

  /** The NS records of the topmost delegation at or above a name. */
  #cutAbove(name: string, type: string): ResourceRecord[] | undefined {
    const names = [...upTo(name, this.origin)].slice(0, -1).toReversed();
    const cut = names.find((each) => this.#nodes.get(each)?.has("NS") === true);
    // What the parent says of a delegation is the parent's own affair.
    return cut === undefined || (cut === name && type === "DS") ? undefined : this.#nodes.get(cut)?.get("NS");
  }

  #find(name: string): Node | undefined {
    const node = this.#nodes.get(name);
    if (node !== undefined) return node;
    let encloser = parentOf(name);
    while (!this.#nodes.has(encloser)) encloser = parentOf(encloser);
    return this.#nodes.get(encloser === "." ? "*" : `*.${encloser}`);
  }

  #positive(answers: readonly ResourceRecord[]): Answer {
    const additionals = this.#addressesOf(answers);
    return { rcode: "NOERROR", isAuthoritative: true, answers, authorities: [], additionals };
  }

  #negative(rcode: "NOERROR" | "NXDOMAIN", answers: readonly ResourceRecord[]): Answer {
    const ttl = Math.min(this.#soa.ttl, this.#soa.data.minimum);
    return { rcode, isAuthoritative: true, answers, authorities: [{ ...this.#soa, ttl }], additionals: [] };
  }

  #referral(answers: readonly ResourceRecord[], authorities: readonly ResourceRecord[]): Answer {
    const isAuthoritative = answers.length > 0;
    return { rcode: "NOERROR", isAuthoritative, answers, authorities, additionals: this.#addressesOf(authorities) };
  }

  #addressesOf(records: readonly ResourceRecord[]): ResourceRecord[] {
    const hosts = records.filter(({ type }) => type !== "CNAME" && type !== "PTR").map(targetOf);
    const names = new Set(hosts.flatMap((host) => (host === undefined ? [] : [canonical(host)])));
    return [...names].flatMap((name) => {
      const node = this.#nodes.get(name);
      return [...(node?.get("A") ?? []), ...(node?.get("AAAA") ?? [])];
    });
  }
}

/** All zones of a server. */
export class Zones {
  readonly #zones = new Map<string, Zone>();

  /** @param files of different zones */
  constructor(files: readonly ZoneFile[]) {
    for (const file of files) this.#zones.set(file.origin, new Zone(file));
  }

  get origins(): string[] {
    return [...this.#zones.keys()];
  }

  answer(question: Question): Answer {
    if (["AXFR", "IXFR"].includes(question.type)) return bare("REFUSED");
    // The parent's side of a delegation answers for it, if it is here.
    const from = question.type === "DS" && question.name !== "." ? parentOf(question.name) : question.name;
    for (const name of upTo(from, ".")) {
      const zone = this.#zones.get(name);
      if (zone !== undefined) return zone.answer(question);
    }
    return bare("REFUSED");
  }
}
