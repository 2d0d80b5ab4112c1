import { lookup } from "node:dns/promises";
import { MarketplaceError } from "@marketplace/runtime";
import { readAddress, type Address } from "./address.ts";
import { limit } from "./session-quota.ts";

/**
 * Looks a name up.
 *
 * @param name in lower case and ASCII, without a dot at the end
 * @returns its addresses, the best first; a rejection with a `code` says that there are none
 */
export type LookupNames = (name: string) => Promise<readonly string[]>;

/** As Node does for sockets: by the system. */
export const systemLookup: LookupNames = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address);

/** The system looks few names up at a time, for all of the program. One session must not keep it busy. */
const MOST_AT_A_TIME = 32;

/** The names that a session has looked up at the moment. Who asks for one that is on its way shares the answer; nothing is kept after that. */
export class Lookups {
  readonly #lookup: LookupNames;
  readonly #underWay = new Map<string, Promise<readonly Address[]>>();

  constructor(lookupNames: LookupNames) {
    this.#lookup = lookupNames;
  }

  /**
   * @returns at least one address
   * @throws MarketplaceError `BRIDGE_LIMIT`
   */
  of(name: string): Promise<readonly Address[]> {
    const before = this.#underWay.get(name);
    if (before !== undefined) return before;
    if (this.#underWay.size >= MOST_AT_A_TIME) throw limit(`${MOST_AT_A_TIME} names are being looked up already`);
    const found = this.#ask(name).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, found);
    return found;
  }

  async #ask(name: string): Promise<readonly Address[]> {
    const found = (await this.#lookup(name)).map(readAddress).filter((address) => address !== undefined);
    if (found.length === 0) throw new MarketplaceError("ENOTFOUND", `${name} has no address`);
    return found;
  }
}
