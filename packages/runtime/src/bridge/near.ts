import type { AddEndpoint, SendMessage, Unchecked } from "../model/action.ts";
import { type AbsenceEvent, Arrival, type PresenceEvent } from "../model/event.ts";
import { complement, type Orientation, type Role } from "../model/role.ts";
import { driverError } from "../messages/driver.ts";
import { tcpChannel } from "../messages/tcp.ts";
import { udpPacket } from "../messages/udp.ts";
import { MarketplaceError } from "../terms/error.ts";
import { formatTerm } from "../terms/format.ts";
import type { RecordTable } from "../terms/record-table.ts";
import type { Term } from "../terms/term.ts";
import type { Container, Inside, OuterAction, OuterEvent } from "../vm/container.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import type { BridgeChannel } from "./channel.ts";
import { amountOf, ByEnds, type Channel, channelOf, isSaid, piecesOf } from "./conversation.ts";
import {
  addItem,
  badFrame,
  deleteItem,
  hearItem,
  itemsOf,
  pongItem,
  quitItem,
  readTell,
  sayItem,
  sendItem,
  type Tell,
} from "./frames.ts";
import { type BridgeState, type Dial, Line, type LineOptions } from "./line.ts";
import { NearConversation } from "./near-conversation.ts";
import { Outgoing } from "./outgoing.ts";
import { Proxy } from "./proxy.ts";
import { MAX_FRAME, toWire, Vocabulary, wireSize } from "./wire.ts";

/** What an item has beside the term that it is about. */
const ROOM = 1024;

/** What may wait for credit in one conversation, in bytes: as much as a driver keeps unsent for one connection. */
const MOST_WAITING = 16 * 1024 * 1024;

/** So many items may wait for the first connection; messages beyond that are lost. */
const MOST_EARLY = 10_000;

/** So many events may wait for the VM before datagrams are lost. */
const MOST_EVENTS = 10_000;

/** How long what waits may take when the VM ends, in milliseconds: a little less than the VM waits for it. */
const LAST_FLUSH = 900;

export interface NearOptions extends LineOptions {
  readonly records: RecordTable | undefined;
  readonly onState: ((state: BridgeState) => void) | undefined;
}

/** An event for the VM, and what it weighs in a conversation. */
interface Given extends OuterEvent {
  readonly conversation: NearConversation | undefined;
  readonly bytes: number;
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
  /** Those who want no messages, by the endpoint whose handlers say so. */
  readonly #deaf = new Map<Endpoint, Proxy>();
  readonly #conversations = new ByEnds<NearConversation>();
  #inbox: Given[] = [];
  #taken = 0;
  /** The event that the VM was given last. */
  #last: Given | null = null;
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
  /** Told when nothing waits any more. */
  #onDrained: (() => void) | null = null;

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
      action.type === "send-message"
        ? [withoutPayload(action.body), "sendMessage: body"]
        : [action.role.topic, "endpoint: topic"];
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
      else if (!this.#isLost && (this.#wasOpen || this.#outgoing.size < MOST_EARLY))
        this.#send(action.orientation, action.body);
    }
  }

  replaced(endpoint: Endpoint): void {
    const proxy = this.#deaf.get(endpoint);
    if (proxy === undefined || endpoint.onMessage === undefined) return;
    this.#deaf.delete(endpoint);
    if (proxy.isStanding) this.#outgoing.add(hearItem(proxy.number));
  }

  leave(reason: unknown): void {
    this.#isLeaving = true;
    for (const proxy of this.#proxies.values()) this.#forgetPeers(proxy, reason);
  }

  take(): OuterEvent | null {
    this.#last?.conversation?.dealtWith(this.#last.bytes);
    const event = this.#inbox[this.#taken] ?? null;
    this.#last = event;
    if (event === null) return null;
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
    return !this.#isOver && (this.#proxies.size > 0 || this.#waits);
  }

  async end(reason: unknown): Promise<void> {
    this.#isLeaving = true;
    this.flush();
    if (this.#line.isOpen && this.#waits) await this.#drained();
    this.#isOver = true;
    this.#outgoing.add(quitItem(reason));
    this.flush();
    this.#line.close();
  }

  /** Is there anything on its way that has not left? */
  get #waits(): boolean {
    if (!this.#outgoing.isEmpty) return true;
    for (const conversation of this.#conversations.values()) if (conversation.hasWaiting) return true;
    return false;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#inside.host.after(LAST_FLUSH, resolve);
      this.#onDrained = () => {
        cancel();
        resolve();
      };
    });
  }

  #add(target: Endpoint): void {
    const proxy = new Proxy(this.#numbers++, target);
    this.#proxies.set(target, proxy);
    this.#byNumber.set(proxy.number, proxy);
    const listener = innermost(target);
    if (listener.onMessage === undefined) this.#deaf.set(listener, proxy);
    if (!this.#isLost) this.#stand(proxy);
  }

  #stand(proxy: Proxy): void {
    const { channel, number, target } = proxy;
    const item = () => addItem(number, target.role, !this.#deaf.has(innermost(target)));
    proxy.conversation =
      channel && this.#conversations.ensure(channel, () => new NearConversation(channel, this.#outgoing));
    if (proxy.conversation === undefined) {
      proxy.isStanding = true;
      this.#outgoing.add(item());
    } else {
      proxy.conversation.enter(proxy, item);
    }
  }

  #delete(target: Endpoint, reason: unknown): void {
    const proxy = this.#proxies.get(target);
    if (proxy === undefined) return;
    this.#proxies.delete(target);
    this.#deaf.delete(innermost(target));
    const { conversation } = proxy;
    // Where the far half knows of it, or is going to, it may use its number until it says otherwise.
    if (this.#isLost || (conversation?.isOver === true && !proxy.isStanding)) this.#byNumber.delete(proxy.number);
    if (this.#isLost) return;
    if (conversation === undefined) return this.#outgoing.add(deleteItem(proxy.number, reason));
    conversation.leave(proxy, () => deleteItem(proxy.number, reason));
    this.#forgetIdle(conversation);
  }

  #send(orientation: Orientation, body: Term): void {
    const channel = orientation === "publisher" ? channelOf(body) : undefined;
    if (channel === undefined || !isSaid(channel)) return this.#outgoing.add(sendItem(orientation, body));
    const conversation = this.#conversations.get(channel);
    if (conversation === undefined) {
      for (const piece of piecesOf(channel)) this.#outgoing.add(sendItem(orientation, piece));
      return;
    }
    const speaker = conversation.speaker(channel.source);
    for (const piece of piecesOf(channel)) {
      conversation.pass(
        () => (speaker === undefined ? sendItem(orientation, piece) : sayItem(speaker.number, [piece.subpacket])),
        amountOf(piece),
      );
    }
    if (conversation.waitingBytes > MOST_WAITING) {
      const message = `${conversation.waitingBytes} bytes wait to cross the bridge, and ${MOST_WAITING} may`;
      this.#end(conversation, "TCP_UNSENT_LIMIT", message);
    }
  }

  // What the other side does

  #opened(): void {
    this.#vocabulary = new Vocabulary(this.#options.records);
    this.#wasOpen = true;
    if (this.#isLost) {
      this.#isLost = false;
      for (const proxy of this.#proxies.values()) this.#stand(proxy);
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
    this.flush();
    if (this.#onDrained !== null && !this.#waits) this.#onDrained();
    if (this.#inbox.length > 0 || !this.holds) this.#inside.wake();
  }

  #hear(tell: Tell): void {
    if (tell.type === "ping") {
      this.#line.expectWithin(tell.interval);
      return this.#line.send(pongItem(tell.ping));
    }
    if (tell.type === "ended") {
      return this.#line.drop(1000, tell.reason === undefined ? "the other side has ended" : formatTerm(tell.reason));
    }
    const proxy = this.#byNumber.get(tell.endpoint);
    if (proxy === undefined) throw badFrame("an item", "the number of an endpoint that there is", tell.endpoint);
    if (tell.type === "gone") return void this.#byNumber.delete(tell.endpoint);
    if (tell.type === "credit") {
      if (proxy.conversation === undefined) throw badFrame("credit", "an endpoint of a conversation", tell.endpoint);
      proxy.conversation.credit(tell.bytes);
      return this.#forgetIdle(proxy.conversation);
    }
    if (this.#isLeaving || proxy.conversation?.isOver === true) return;
    this.#tell(proxy, tell);
  }

  #tell(proxy: Proxy, tell: Exclude<Tell, { type: "ping" | "ended" | "credit" | "gone" }>): void {
    switch (tell.type) {
      case "presence":
        proxy.present(checkFacing(proxy, tell.role));
        return this.#give(proxy, { type: "presence", role: tell.role });
      case "absence":
        if (!proxy.absent(checkFacing(proxy, tell.role)))
          throw badFrame("an absence", "a peer that was present", formatTerm(tell.role.topic));
        return this.#give(proxy, { type: "absence", role: tell.role, reason: tell.reason });
      case "message":
        return this.#giveMessage(proxy, tell.body);
      case "say":
        return this.#giveMessage(proxy, filled(proxy, tell.parts));
      case "sayTo": {
        const as = this.#byNumber.get(tell.as);
        if (as === undefined) throw badFrame("a message", "the number of an endpoint that there is", tell.as);
        return this.#giveMessage(proxy, filled(as, tell.parts));
      }
      case "unsaid":
        return this.#inside.warn({
          code: "BRIDGE_UNSAID",
          message: `something on ${formatTerm(proxy.target.role.topic, { maxLength: 200 })} could not cross the bridge: ${tell.why}`,
        });
    }
  }

  #give({ target }: Proxy, event: PresenceEvent | AbsenceEvent): void {
    this.#inbox.push({ type: "outer-event", target, event, conversation: undefined, bytes: 0 });
  }

  #giveMessage({ target }: Proxy, body: Term): void {
    if (this.#inbox.length >= MOST_EVENTS && udpPacket.is(body)) return;
    const event = new Arrival(complement(target.role.orientation), body);
    const channel = channelOf(body);
    const conversation = channel && this.#conversations.get(channel);
    const bytes = conversation === undefined ? 0 : amountOf(channel as Channel);
    this.#inbox.push({ type: "outer-event", target, event, conversation, bytes });
    if (conversation?.receive(bytes) === false) {
      this.#end(conversation, "BRIDGE_OVERRUN", "the other side has sent more than there was credit for");
    }
  }

  #lost(text: string, isFinal: boolean): void {
    if (isFinal) this.#isOver = true;
    if (isFinal || this.#wasOpen) {
      this.#isLost = true;
      this.#outgoing.clear();
      for (const conversation of this.#conversations.values()) conversation.end();
      this.#conversations.clear();
    }
    const reason = driverError("BRIDGE_LOST", `the connection to the container was lost: ${text}`);
    this.#byNumber.clear();
    for (const proxy of this.#proxies.values()) {
      this.#byNumber.set(proxy.number, proxy);
      proxy.isStanding = false;
      this.#forgetPeers(proxy, reason);
    }
    this.#onDrained?.();
    this.#inside.wake();
  }

  /** One conversation ends, and nothing else: nobody is present in it any more, and its endpoints go on the other side. */
  #end(conversation: NearConversation, code: string, message: string): void {
    const reason = driverError(code, message);
    conversation.end();
    for (const proxy of conversation.proxies) {
      this.#forgetPeers(proxy, reason);
      if (proxy.isStanding) this.#outgoing.add(deleteItem(proxy.number, reason));
    }
  }

  /** Each who is present becomes absent. */
  #forgetPeers(proxy: Proxy, reason: unknown): void {
    for (const role of proxy.takePeers()) this.#give(proxy, { type: "absence", role, reason });
  }

  #forgetIdle(conversation: NearConversation): void {
    if (conversation.isIdle) this.#conversations.delete(conversation.ends);
  }
}

/** The endpoint whose handlers hear what comes for this one: in a VM inside, or in one inside of that. */
function innermost(target: Endpoint): Endpoint {
  return target.target === null ? target : innermost(target.target);
}

function checkFacing({ target }: Proxy, role: Role): Role {
  const facing = complement(target.role.orientation);
  if (role.orientation === facing) return role;
  throw badFrame("a peer", `a ${facing}`, role.orientation);
}

function filled({ template }: Proxy, parts: readonly Term[]): Term {
  if (template?.size === parts.length) return template.message(parts);
  throw badFrame("a message", `${template?.size ?? "no"} parts`, parts.length);
}

/** What is said on a connection is cut to pieces, so its size does not matter. */
function withoutPayload(body: Term): Term {
  const channel = channelOf(body);
  if (channel === undefined || !(channel.subpacket instanceof Uint8Array || typeof channel.subpacket === "string"))
    return body;
  return tcpChannel(channel.source as never, channel.destination as never, "");
}
