import type { EndpointKey, EventId, StreamItem, Taken, TermJson } from "@marketplace/runtime/inspect";

/** Two endpoints that meet, or met: from the `presence` event to the `absence` event. */
export interface Pair {
  readonly publisher: EndpointKey;
  readonly subscriber: EndpointKey;
  /** What their topics have in common. */
  readonly topic: TermJson;
  /** To which of the two the other is visible. */
  readonly publisherSees: boolean;
  readonly subscriberSees: boolean;
  readonly from: EventId;
  readonly fromTime: number;
  readonly until: EventId | null;
  readonly untilTime: number | null;
  readonly reason: Taken | null;
}

type Open = { -readonly [Key in keyof Pair]: Pair[Key] };

/** How many pairs that have parted are kept. */
const MOST_PARTED = 20_000;

/** Who meets whom, as far as `presence` events have told: pairs that met before the first event that is known are not here. */
export class Pairs {
  /** In the order in which they met. */
  readonly all: readonly Pair[] = [];
  /** Goes up at every change. */
  changes = 0;
  readonly #open = new Map<string, Open>();
  #parted = 0;

  /** The pairs that meet now. */
  get present(): Iterable<Pair> {
    return this.#open.values();
  }

  get presentCount(): number {
    return this.#open.size;
  }

  apply(item: StreamItem): void {
    if (item.kind === "presence") this.#meet(item);
    else if (item.kind === "absence") this.#part(item);
    else return;
    this.changes++;
  }

  #meet(item: StreamItem & { readonly kind: "presence" }): void {
    const { publisher, subscriber, topic, publisherSees, subscriberSees, id, t } = item;
    const pair: Open = {
      publisher,
      subscriber,
      topic,
      publisherSees,
      subscriberSees,
      from: id,
      fromTime: t,
      until: null,
      untilTime: null,
      reason: null,
    };
    this.#open.set(`${publisher} ${subscriber}`, pair);
    (this.all as Open[]).push(pair);
  }

  #part(item: StreamItem & { readonly kind: "absence" }): void {
    const { publisher, subscriber, topic, publisherSees, subscriberSees, id, t, reason } = item;
    const key = `${publisher} ${subscriber}`;
    const pair = this.#open.get(key);
    if (pair === undefined) {
      // They met before what is known.
      const parted = { publisher, subscriber, topic, publisherSees, subscriberSees, from: 0, fromTime: 0 };
      (this.all as Open[]).push({ ...parted, until: id, untilTime: t, reason });
    } else {
      this.#open.delete(key);
      pair.until = id;
      pair.untilTime = t;
      pair.reason = reason;
    }
    if (++this.#parted > MOST_PARTED * 2) this.#forget();
  }

  #forget(): void {
    let excess = this.#parted - MOST_PARTED;
    const all = this.all as Open[];
    const kept = all.filter((pair) => pair.until === null || excess-- <= 0);
    all.splice(0, all.length);
    for (const pair of kept) all.push(pair);
    this.#parted = MOST_PARTED;
  }
}

/** Did they meet just after this event? `null` asks for now. */
export function meetsAt(pair: Pair, at: EventId | null): boolean {
  if (at === null) return pair.until === null;
  return pair.from <= at && (pair.until === null || pair.until > at);
}
