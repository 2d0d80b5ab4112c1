import type { AddEndpoint, SendMessage, Unchecked } from "../model/action.ts";
import { Arrival } from "../model/event.ts";
import { complement, type Orientation, type Role } from "../model/role.ts";
import { driverError } from "../messages/driver.ts";
import { MarketplaceError } from "../terms/error.ts";
import { formatTerm } from "../terms/format.ts";
import type { RecordTable } from "../terms/record-table.ts";
import type { Term } from "../terms/term.ts";
import type { Container, Inside, OuterAction, OuterEvent } from "../vm/container.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import { Routing } from "../vm/routing/routing.ts";
import type { BridgeChannel } from "./channel.ts";
import {
  addItem,
  badFrame,
  deleteItem,
  itemsOf,
  pongItem,
  quitItem,
  readTell,
  sayItem,
  sendItem,
  type Tell,
} from "./frames.ts";
import { type BridgeState, type Dial, Line, type LineOptions } from "./line.ts";
import { Outgoing } from "./outgoing.ts";
import { type Template, templateOf } from "./template.ts";
import { MAX_FRAME, toWire, Vocabulary, wireSize } from "./wire.ts";

/** What an item has beside the term that it is about. */
const ROOM = 1024;

export interface NearOptions extends LineOptions {
  readonly records: RecordTable | undefined;
  readonly onState: ((state: BridgeState) => void) | undefined;
}

/** An endpoint that stands on the other side for one of ours. */
interface Proxy {
  readonly number: number;
  readonly target: Endpoint;
  readonly template: Template | null;
  /** Who is present for it, by how they look. */
  readonly peers: Map<string, Peers>;
}

/** Peers that look the same. */
interface Peers {
  readonly role: Role;
  count: number;
}

/**
 * The half of a bridge on the side of the VM inside: the VM's container. It tells the far half what the VM asks for, and gives the VM what
 * the far half tells. It remembers who is present, so that a loss of the connection is an absence of each of them.
 */
export class Near implements Container {
  readonly #options: NearOptions;
  readonly #line: Line;
  readonly #outgoing = new Outgoing();
  readonly #proxies = new Map<Endpoint, Proxy>();
  readonly #byNumber = new Map<number, Proxy>();
  /** Finds the endpoints of ours whose topic a message of ours matches. */
  readonly #routing = new Routing();
  readonly #found: Endpoint[] = [];
  #inbox: OuterEvent[] = [];
  #taken = 0;
  #numbers = 0;
  #vocabulary: Vocabulary;
  #inside!: Inside;
  #wasOpen = false;
  /** Was there a connection, and is there none? What is sent then is lost. What is sent before the first waits for it. */
  #isLost = false;
  /** Does the VM end by its own wish? Nothing else concerns it then. */
  #isLeaving = false;
  /** Will there be no connection any more? */
  #isOver = false;

  constructor(target: Dial | BridgeChannel, options: NearOptions) {
    this.#options = options;
    this.#vocabulary = new Vocabulary(options.records);
    this.#line = new Line(target, options, {
      opened: () => this.#opened(),
      frame: (frame) => this.#receive(frame),
      lost: (reason, isFinal) => this.#lost(reason, isFinal),
      stateIs: (state) => this.#options.onState?.(state),
    });
  }

  // What the VM does

  begin(inside: Inside): void {
    this.#inside = inside;
    this.#line.begin(inside.host);
  }

  check(action: AddEndpoint<Unchecked> | SendMessage): void {
    const [term, what] =
      action.type === "send-message" ? [action.body, "sendMessage: body"] : [action.role.topic, "endpoint: topic"];
    const size = wireSize(toWire(term, what));
    if (size <= MAX_FRAME - ROOM) return;
    throw new MarketplaceError(
      "FRAME_TOO_LARGE",
      `${what}: expected at most ${MAX_FRAME - ROOM} bytes to cross a bridge at once, got ${size}`,
    );
  }

  perform(actions: readonly OuterAction[]): void {
    for (const action of actions) {
      if (action.type === "add-proxy") this.#add(action.target);
      else if (action.type === "delete-proxy") this.#delete(action.target, action.reason);
      else if (!this.#isLost) this.#send(action.orientation, action.body);
    }
  }

  leave(reason: unknown): void {
    this.#isLeaving = true;
    this.#outgoing.add(quitItem(reason));
    this.#forgetPeers(reason);
  }

  take(): OuterEvent | null {
    const event = this.#inbox[this.#taken];
    if (event === undefined) return null;
    this.#taken++;
    if (this.#taken === this.#inbox.length) {
      this.#inbox = [];
      this.#taken = 0;
    }
    return event;
  }

  flush(): void {
    if (this.#line.isOpen) this.#outgoing.flush((frame) => this.#line.send(frame));
  }

  get holds(): boolean {
    return !this.#isOver && (this.#proxies.size > 0 || !this.#outgoing.isEmpty);
  }

  async end(reason: unknown): Promise<void> {
    this.#isOver = true;
    if (!this.#isLeaving) this.#outgoing.add(quitItem(reason));
    this.flush();
    this.#line.close();
  }

  #add(target: Endpoint): void {
    const proxy = { number: this.#numbers++, target, template: templateOf(target.role.topic), peers: new Map() };
    this.#proxies.set(target, proxy);
    this.#byNumber.set(proxy.number, proxy);
    this.#routing.add(target);
    if (!this.#isLost) this.#outgoing.add(addItem(proxy.number, target.role));
  }

  #delete(target: Endpoint, reason: unknown): void {
    const proxy = this.#proxies.get(target);
    if (proxy === undefined) return;
    this.#proxies.delete(target);
    this.#byNumber.delete(proxy.number);
    this.#routing.remove(target);
    if (!this.#isLost) this.#outgoing.add(deleteItem(proxy.number, reason));
  }

  #send(orientation: Orientation, body: Term): void {
    const speaker = this.#speakerOf(orientation, body);
    const parts = speaker?.template?.parts(body);
    this.#outgoing.add(
      speaker === undefined || parts === undefined ? sendItem(orientation, body) : sayItem(speaker.number, parts),
    );
  }

  /** The endpoint of ours whose topic says most of a message, if there is one. */
  #speakerOf(orientation: Orientation, body: Term): Proxy | undefined {
    const [any] = this.#proxies.keys();
    if (any === undefined) return undefined;
    const count = this.#routing.receivers(complement(orientation), body, any.process, this.#found);
    let best: Proxy | undefined;
    for (let i = 0; i < count; i++) {
      const proxy = this.#proxies.get(this.#found[i] as Endpoint) as Proxy;
      if (proxy.template !== null && proxy.template.size <= (best?.template?.size ?? Infinity)) best = proxy;
    }
    return best;
  }

  // What the other side does

  #opened(): void {
    this.#vocabulary = new Vocabulary(this.#options.records);
    this.#wasOpen = true;
    if (this.#isLost) {
      this.#isLost = false;
      for (const { number, target } of this.#proxies.values()) this.#outgoing.add(addItem(number, target.role));
    }
    this.flush();
  }

  #receive(frame: unknown): void {
    try {
      for (const item of itemsOf(frame)) this.#hear(readTell(item, this.#vocabulary));
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      this.#line.drop(4400, error.message);
    }
    if (this.#inbox.length > 0) this.#inside.wake();
  }

  #hear(tell: Tell): void {
    if (tell.type === "ping") {
      this.#line.expectWithin(tell.interval);
      return this.#line.send(pongItem(tell.ping));
    }
    if (tell.type === "ended") {
      return this.#line.drop(1000, tell.reason === undefined ? "the other side has ended" : formatTerm(tell.reason));
    }
    if (this.#isLeaving) return;
    const proxy = this.#byNumber.get(tell.endpoint);
    // Deleted in the meantime.
    if (proxy === undefined) {
      if (tell.endpoint < this.#numbers) return;
      throw badFrame("an item", "an endpoint that there is or was", tell.endpoint);
    }
    const { target } = proxy;
    const facing = complement(target.role.orientation);
    switch (tell.type) {
      case "presence":
        return this.#present(proxy, this.#facing(tell.role, facing));
      case "absence":
        return this.#absent(proxy, this.#facing(tell.role, facing), tell.reason);
      case "message":
        return this.#give({ type: "outer-event", target, event: new Arrival(facing, tell.body) });
      case "say":
        if (proxy.template?.size !== tell.parts.length) {
          throw badFrame("a message", `${proxy.template?.size ?? "no"} parts`, tell.parts.length);
        }
        return this.#give({ type: "outer-event", target, event: new Arrival(facing, proxy.template.fill(tell.parts)) });
      case "unsaid":
        return this.#inside.warn({
          code: "BRIDGE_UNSAID",
          message: `something could not cross the bridge: ${tell.why}`,
        });
      case "credit":
        return;
    }
  }

  #facing(role: Role, orientation: Orientation): Role {
    if (role.orientation === orientation) return role;
    throw badFrame("a peer", `a ${orientation}`, role.orientation);
  }

  #present({ peers, target }: Proxy, role: Role): void {
    const look = lookOf(role);
    const same = peers.get(look);
    if (same === undefined) peers.set(look, { role, count: 1 });
    else same.count++;
    this.#give({ type: "outer-event", target, event: { type: "presence", role } });
  }

  #absent({ peers, target }: Proxy, role: Role, reason: unknown): void {
    const look = lookOf(role);
    const same = peers.get(look);
    if (same === undefined) throw badFrame("an absence", "a peer that was present", formatTerm(role.topic));
    if (--same.count === 0) peers.delete(look);
    this.#give({ type: "outer-event", target, event: { type: "absence", role, reason } });
  }

  #lost(text: string, isFinal: boolean): void {
    if (isFinal) this.#isOver = true;
    if (isFinal || this.#wasOpen) {
      this.#isLost = true;
      this.#outgoing.clear();
    }
    const reason = driverError("BRIDGE_LOST", `the connection to the container was lost: ${text}`);
    this.#forgetPeers(reason);
    this.#inside.wake();
  }

  /** Each who is present becomes absent. */
  #forgetPeers(reason: unknown): void {
    for (const { peers, target } of this.#proxies.values()) {
      for (const { role, count } of peers.values()) {
        for (let i = 0; i < count; i++) {
          this.#give({ type: "outer-event", target, event: { type: "absence", role, reason } });
        }
      }
      peers.clear();
    }
  }

  #give(event: OuterEvent): void {
    this.#inbox.push(event);
  }
}

function lookOf({ orientation, interestType, topic }: Role): string {
  return `${orientation} ${interestType} ${formatTerm(topic)}`;
}
