// What a resolver remembers. Answers, which clients get, are kept apart from what only helps to find servers (RFC 2181, 5.4.1).
import { canonical, upTo } from "./names.ts";
import type { Question, ResourceRecord } from "./records.ts";
import { negativeTtl, type Delegation, type Negative } from "./verdict.ts";

/** Nothing is believed for longer, in seconds. */
const LONGEST = 86_400;
/** And nothing is held to be missing for longer (RFC 2308, 5). */
const LONGEST_NEGATIVE = 10_800;

/** What is known about a question. */
export interface Known {
  readonly records: readonly ResourceRecord[];
  /** There are none, and this is why. */
  readonly negative?: Negative;
}

interface Entry<T> {
  readonly value: T;
  /** Milliseconds on the cache's clock. */
  readonly until: number;
}

/** A map that forgets what is too old, and the oldest if it is full. */
class Forgetful<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #now: () => number;
  readonly #most: number;

  constructor(now: () => number, most: number) {
    this.#now = now;
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  set(key: string, value: T, seconds: number): void {
    this.#entries.delete(key);
    if (seconds <= 0) return;
    if (this.#entries.size >= this.#most) this.#entries.delete(this.#entries.keys().next().value as string);
    this.#entries.set(key, { value, until: this.#now() + seconds * 1000 });
  }

  /** @returns the value, and for how many whole seconds more it holds */
  get(key: string): readonly [T, number] | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const left = Math.ceil((entry.until - this.#now()) / 1000);
    if (left > 0) return [entry.value, left];
    this.#entries.delete(key);
    return undefined;
  }
}

export class Cache {
  readonly #known: Forgetful<Known>;
  readonly #delegations: Forgetful<Delegation>;
  /** Servers that did not answer. */
  readonly #silent: Forgetful<true>;

  /**
   * @param now a clock in milliseconds
   * @param most entries of each kind
   */
  constructor(now: () => number, most = 100_000) {
    this.#known = new Forgetful(now, most);
    this.#delegations = new Forgetful(now, most);
    this.#silent = new Forgetful(now, most);
  }

  /** Remember records of one name and type. */
  learn({ name, type }: Question, records: readonly ResourceRecord[]): void {
    const ttl = Math.min(LONGEST, ...records.map((record) => sane(record.ttl)));
    this.#known.set(keyOf(type, name), { records }, ttl);
  }

  /** Remember that there is nothing; without an SOA nobody says for how long, so not at all. */
  learnNothing({ name, type }: Question, negative: Negative): void {
    if (negative.soa === undefined) return;
    const ttl = Math.min(LONGEST_NEGATIVE, sane(negativeTtl(negative.soa)));
    this.#known.set(keyOf(negative.isName ? ANY_TYPE : type, name), { records: [], negative }, ttl);
  }

  /** What is known, with what is left of the times to live. */
  recall({ name, type }: Question): Known | undefined {
    for (const each of [type, ANY_TYPE]) {
      const found = this.#known.get(keyOf(each, name));
      if (found === undefined) continue;
      const [{ records, negative }, left] = found;
      if (negative === undefined) return { records: records.map((record) => ({ ...record, ttl: left })) };
      const soa = negative.soa === undefined ? undefined : { ...negative.soa, ttl: left };
      return { records: [], negative: { ...negative, soa } };
    }
    return undefined;
  }

  learnDelegation(delegation: Delegation): void {
    this.#delegations.set(delegation.zone, delegation, Math.min(LONGEST, sane(delegation.ttl)));
  }

  /** The delegation nearest to a name. */
  nearest(name: string): Delegation | undefined {
    for (const zone of upTo(canonical(name), ".")) {
      const found = this.#delegations.get(zone);
      if (found !== undefined) return found[0];
    }
    return undefined;
  }

  /** Forget where a zone is served: none of its servers helped. */
  forgetDelegation(zone: string): void {
    this.#delegations.set(zone, { zone, ttl: 0, servers: [] }, 0);
  }

  /** A server did not answer, or has answered again. */
  note(server: string, isSilent: boolean): void {
    this.#silent.set(server, true, isSilent ? SILENCE : 0);
  }

  isSilent(server: string): boolean {
    return this.#silent.get(server) !== undefined;
  }
}

/** How long a server that did not answer is asked after all others, in seconds. */
const SILENCE = 60;

/** In the place of a type: there is nothing of that name at all. */
const ANY_TYPE = "*";

function keyOf(type: string, name: string): string {
  return `${type} ${name}`;
}

/** RFC 2181, 8: what has the highest bit set is 0. */
function sane(ttl: number): number {
  return ttl > 0x7fff_ffff ? 0 : ttl;
}
