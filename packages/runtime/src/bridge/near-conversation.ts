import { equalTerms, type Term } from "../terms/term.ts";
import { type Channel, WINDOW } from "./conversation.ts";
import { creditItem } from "./frames.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Proxy } from "./proxy.ts";
import { ReceivingWindow, SendingWindow } from "./window.ts";
import type { Wire } from "./wire.ts";

/** What waits for credit, in its turn. */
interface Waiting {
  readonly item: () => Wire;
  readonly bytes: number;
}

/** What may come beyond the credit before it is held against the far side: it learns of what was read only when it has been passed on. */
const GRACE = WINDOW / 2;

/**
 * A conversation as the near half knows it. What the VM sends beyond the credit waits here, and behind it the coming and going of the
 * conversation's endpoints; what the VM has dealt with is credit for the far half, unless too much waits.
 */
export class NearConversation {
  readonly ends: Channel;
  readonly #outgoing: Outgoing;
  readonly #sending = new SendingWindow();
  readonly #receiving = new ReceivingWindow();
  readonly #proxies = new Set<Proxy>();
  #waiting: Waiting[] = [];
  #passed = 0;
  #waitingBytes = 0;
  /** Nothing of it crosses any more. */
  isOver = false;

  constructor(ends: Channel, outgoing: Outgoing) {
    this.ends = ends;
    this.#outgoing = outgoing;
  }

  get proxies(): Iterable<Proxy> {
    return this.#proxies;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Does it concern nobody any more? */
  get isIdle(): boolean {
    return this.#proxies.size === 0 && this.#waiting.length === 0;
  }

  enter(proxy: Proxy, item: () => Wire): void {
    this.#proxies.add(proxy);
    this.pass(() => {
      proxy.isStanding = true;
      return item();
    }, 0);
  }

  leave(proxy: Proxy, item: () => Wire): void {
    this.#proxies.delete(proxy);
    this.pass(item, 0);
  }

  /** Send an item of so many bytes, now or in its turn. */
  pass(item: () => Wire, bytes: number): void {
    if (this.isOver) return;
    if (this.#waiting.length > 0 || !this.#sending.fits(bytes)) {
      this.#waiting.push({ item, bytes });
      this.#waitingBytes += bytes;
    } else {
      this.#sending.add(bytes);
      this.#outgoing.add(item());
    }
  }

  /** The far half has given credit. */
  credit(bytes: number): void {
    this.#sending.credit(bytes);
    for (;;) {
      const next = this.#waiting[this.#passed];
      if (next === undefined || !this.#sending.fits(next.bytes)) break;
      this.#passed++;
      this.#waitingBytes -= next.bytes;
      this.#sending.add(next.bytes);
      this.#outgoing.add(next.item());
      if (this.#passed === this.#waiting.length) {
        this.#waiting = [];
        this.#passed = 0;
      }
    }
    this.#giveCredit();
  }

  /** @returns whether the far half had credit for it */
  receive(bytes: number): boolean {
    return this.#receiving.receive(bytes, GRACE);
  }

  /** The VM has dealt with so many bytes. */
  dealtWith(bytes: number): void {
    this.#receiving.dealtWith(bytes);
    this.#giveCredit();
  }

  /** Nothing more of it. */
  end(): void {
    this.isOver = true;
    this.#waiting = [];
    this.#passed = 0;
    this.#waitingBytes = 0;
  }

  /** An endpoint of ours that stands on the other side and says just what is said from one end to the other. */
  speaker(source: Term): Proxy | undefined {
    for (const proxy of this.#proxies) if (speaks(proxy, source)) return proxy;
    return undefined;
  }

  #giveCredit(): void {
    // Who does not get rid of what he says is not listened to.
    if (this.isOver || this.#waitingBytes > WINDOW) return;
    for (const { number, isStanding } of this.#proxies) {
      if (!isStanding) continue;
      const due = this.#receiving.takeCredit();
      if (due > 0) this.#outgoing.add(creditItem(number, due));
      return;
    }
  }
}

function speaks({ target, template, channel }: Proxy, source: Term): boolean {
  if (target.role.orientation !== "publisher" || template?.size !== 1 || channel === undefined) return false;
  return channel.source === source || equalTerms(channel.source, source);
}
