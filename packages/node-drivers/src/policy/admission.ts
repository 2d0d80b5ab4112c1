import { badArgument, MarketplaceError } from "@marketplace/runtime";
import { asDestination, readAddress, type Address } from "./address.ts";
import { endsOf } from "./embedded.ts";
import { readHost } from "./host.ts";
import { Lookups, type LookupNames } from "./lookups.ts";
import type { Never } from "./never.ts";
import { mayHave, type PolicyOp, type Rules } from "./rules.ts";
import type { Release, SessionQuota } from "./session-quota.ts";

/** So many addresses of one name are tried. */
const MOST_ADDRESSES = 8;

/** So many different warnings are given for one session: whoever causes them is a stranger. */
const MOST_WARNINGS = 16;

/** A listening socket that has been opened. */
export interface Listening {
  readonly protocol: "tcp" | "udp";
  /** The port that was asked for: 0 for any that is free. */
  readonly asked: number;
  /** The address it is bound to. */
  readonly host: string;
  readonly port: number;
}

/** At least one. */
export type Addresses = readonly [string, ...string[]];

const verbs: Readonly<Record<PolicyOp, string>> = {
  connect: "to connect to",
  listen: "to listen on",
  udp: "to send to",
};

/**
 * What the drivers of one session ask before they touch the network: whether they may, how many sockets there are, and which address is to be
 * used. It is made by `networkPolicy(...).session(...)`, and given to the drivers as their option `admit`.
 */
export class Admission {
  readonly #rules: Rules;
  readonly #never: Never;
  readonly #lookups: Lookups;
  readonly #quota: SessionQuota;
  readonly #onListening: (listening: Listening) => void;
  readonly #warned = new Set<string>();

  constructor(
    rules: Rules,
    never: Never,
    lookup: LookupNames,
    quota: SessionQuota,
    onListening: (listening: Listening) => void,
  ) {
    this.#rules = rules;
    this.#never = never;
    this.#lookups = new Lookups(lookup);
    this.#quota = quota;
    this.#onListening = onListening;
  }

  /** How many sockets the session has. */
  get sockets(): number {
    return this.#quota.inUse;
  }

  /**
   * The addresses that may be used for a host: these, and no others that a second look might bring up. One that is written out comes at
   * once, those of a name when they have been looked up.
   *
   * @returns them as the system is to be told them, the best first
   * @throws MarketplaceError `POLICY_DENIED`, whose message has the rule that is missing; `ERR_INVALID_ARG_VALUE`; `BRIDGE_LIMIT`. For names the
   * promise is rejected with these, or with what the look-up failed with.
   */
  addresses(op: PolicyOp, host: string, port: number): Addresses | Promise<Addresses> {
    const form = readHost(host);
    if (form.type === "address") {
      const address = op === "listen" ? form.address : asDestination(form.address);
      const refusal = this.#refusal(op, address, port, undefined);
      if (refusal !== undefined) throw this.#denied(op, refusal);
      return [address.text];
    }
    const { name } = form;
    const why = this.#never.whyName(name);
    if (why !== undefined) throw this.#denied(op, ruledOut(op, name, port, why));
    if (!this.#rules.mayAdmit(op, name, port)) throw this.#denied(op, missing(op, name, port));
    return this.#lookups.of(name).then((found) => this.#admitted(op, name, port, found));
  }

  /** May this address be used? It is one that the system has told us. */
  admits(op: PolicyOp, host: string, port: number): boolean {
    const address = readAddress(host);
    return address !== undefined && this.#refusal(op, address, port, undefined) === undefined;
  }

  /**
   * Counts a socket that is to be opened.
   *
   * @throws MarketplaceError `BRIDGE_LIMIT`
   */
  open(): Release {
    return this.#quota.open();
  }

  /**
   * Counts a connection that was made to us.
   *
   * @throws MarketplaceError `BRIDGE_LIMIT`
   */
  accept(): Release {
    return this.#quota.accept();
  }

  /** To be told of a listening socket, once it is open. */
  listens(listening: Listening): void {
    this.#onListening(listening);
  }

  #admitted(op: PolicyOp, name: string, port: number, found: readonly Address[]): Addresses {
    const addresses = op === "listen" ? found : found.map(asDestination);
    const refusals = addresses.map((address) => this.#refusal(op, address, port, name));
    const admitted = addresses.filter((_address, index) => refusals[index] === undefined).map(({ text }) => text);
    const [first, ...others] = admitted.slice(0, MOST_ADDRESSES);
    if (first === undefined) throw this.#denied(op, refusals[0] ?? missing(op, name, port));
    return [first, ...others];
  }

  /** @returns why the address may not be used, or undefined if it may */
  #refusal(op: PolicyOp, address: Address, port: number, name: string | undefined): string | undefined {
    const ends = endsOf(address);
    const asked = name ?? address.text;
    for (const ip of ends) {
      const why = this.#never.whyAddress(ip, port);
      if (why !== undefined) return ruledOut(op, ip.toString(), port, why, asked);
    }
    const refused = ends.find((ip) => !this.#rules.admits(op, ip, port, name));
    if (refused === undefined) return undefined;
    const text = refused.toString();
    return name !== undefined && mayHave(name, refused) ? missing(op, name, port) : missing(op, text, port, asked);
  }

  #denied(op: PolicyOp, message: string): MarketplaceError {
    // A datagram that cannot be sent is told with a code only.
    if (op === "udp" && this.#warned.size < MOST_WARNINGS && !this.#warned.has(message)) {
      this.#warned.add(message);
      process.emitWarning(message, { type: "PolicyWarning", code: "POLICY_DENIED" });
    }
    return new MarketplaceError("POLICY_DENIED", message);
  }
}

/** @param asked what was asked for */
function missing(op: PolicyOp, host: string, port: number, asked = host): string {
  return `${doing(op, host, port, asked)} needs a rule { op: "${op}", host: "${host}", ports: ${port} }`;
}

function ruledOut(op: PolicyOp, host: string, port: number, why: string, asked = host): string {
  return `${doing(op, host, port, asked)} is refused whatever the rules say: ${why}`;
}

function doing(op: PolicyOp, host: string, port: number, asked: string): string {
  return `${verbs[op]} ${asked === host ? host : `${asked}, which leads to ${host},`} port ${port}`;
}

/** @throws MarketplaceError `BAD_ARGUMENT` */
export function checkAdmission(what: string, admit: unknown): void {
  if (admit !== undefined && !(admit instanceof Admission)) {
    throw badArgument(what, "what networkPolicy(rules).session() returns", admit);
  }
}
