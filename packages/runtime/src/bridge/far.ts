import { publisher, subscriber } from "../dsl/endpoints.ts";
import { sendMessage } from "../dsl/messages.ts";
import { deleteEndpoint } from "../dsl/processes.ts";
import { driverError } from "../messages/driver.ts";
import { tcpChannel } from "../messages/tcp.ts";
import { udpPacket } from "../messages/udp.ts";
import type { ActionTree, AddEndpoint, Unchecked } from "../model/action.ts";
import type { Orientation, Role } from "../model/role.ts";
import { MarketplaceError } from "../terms/error.ts";
import type { RecordTable } from "../terms/record-table.ts";
import type { Term } from "../terms/term.ts";
import { ANY } from "../terms/wildcard.ts";
import { amountOf, ByEnds, type Channel, channelOf, isSaid } from "./conversation.ts";
import { FarConversation } from "./far-conversation.ts";
import {
  absenceItem,
  type Ask,
  badFrame,
  creditItem,
  goneItem,
  itemsOf,
  messageItem,
  presenceItem,
  readAsk,
  sayItem,
  sayToItem,
  unsaidItem,
} from "./frames.ts";
import { Standing } from "./standing.ts";
import { MAX_FRAME, Vocabulary, type Wire, wireSize } from "./wire.ts";

/** What the far half needs of the process that it is the inside of. */
export interface FarUser {
  /** Tell the near half. @param size in bytes, where it is not small */
  tell(item: Wire, size?: number): void;
  /** Has the near half gone, so that nothing can be told any more? */
  isAlone(): boolean;
  /** Is the network so slow that datagrams are lost? */
  isCongested(): boolean;
  /** The VM on the other side has ended. @returns what the process does about it */
  quit(reason: unknown): ActionTree<Unchecked>;
}

/** As much of a TCP driver's option `flow` as is done here; the driver's own documentation tells what it means. */
export interface TcpFlow {
  begin(
    local: Term,
    remote: Term,
    hold: (isHeld: boolean) => void,
  ): { read(bytes: number): void; taken(bytes: number): void; end(): void };
}

/**
 * The half of a bridge on the side of the container: makes what the near half asks for into actions of a process, and tells the near half
 * what the endpoints of that process see. It runs nobody's code, and whatever comes from the other side is checked.
 */
export class Far implements TcpFlow {
  readonly #user: FarUser;
  readonly #vocabulary: Vocabulary;
  readonly #standing = new Map<number, Standing>();
  readonly #conversations = new ByEnds<FarConversation>();

  constructor(user: FarUser, records?: RecordTable) {
    this.#user = user;
    this.#vocabulary = new Vocabulary(records);
  }

  /**
   * @param frame what came over the channel: anything
   * @returns what the process is to do
   * @throws MarketplaceError `BAD_FRAME`; what came before in the frame is not done either
   */
  receive(frame: unknown): ActionTree<Unchecked> {
    const actions: ActionTree<Unchecked>[] = [];
    for (const item of itemsOf(frame)) actions.push(this.#do(readAsk(item, this.#vocabulary)));
    return actions;
  }

  begin(local: Term, remote: Term, hold: (isHeld: boolean) => void): ReturnType<TcpFlow["begin"]> {
    const conversation = this.#conversationOf(tcpChannel(local as never, remote as never, ANY));
    conversation?.begin(hold);
    return {
      read: (bytes) => conversation?.read(bytes),
      taken: (bytes) => conversation?.taken(bytes),
      end: () => {
        conversation?.end();
        this.#forgetIdle(conversation);
      },
    };
  }

  #do(ask: Ask): ActionTree<Unchecked> {
    switch (ask.type) {
      case "add":
        return this.#add(new Standing(ask.endpoint, ask.role, ask.hears));
      case "hear":
        this.#get(ask.endpoint).hears = true;
        return null;
      case "delete":
        return this.#delete(this.#get(ask.endpoint), ask.reason);
      case "say": {
        const { role, template } = this.#get(ask.endpoint);
        if (template?.size !== ask.parts.length) {
          throw badFrame("a message", `${template?.size ?? "no"} parts`, ask.parts.length);
        }
        return this.#send(role.orientation, template.message(ask.parts));
      }
      case "send":
        return this.#send(ask.orientation, ask.body);
      case "quit":
        return this.#user.quit(ask.reason);
      case "credit":
        this.#get(ask.endpoint).conversation?.credit(ask.bytes);
        return null;
      case "pong":
        return null;
    }
  }

  #get(endpoint: number): Standing {
    const standing = this.#standing.get(endpoint);
    if (standing === undefined) throw badFrame("an item", "the number of an endpoint that there is", endpoint);
    return standing;
  }

  #add(standing: Standing): AddEndpoint<Unchecked> {
    const { channel, number, role } = standing;
    if (this.#standing.has(number)) throw badFrame("an endpoint", "a number that is not in use", number);
    this.#standing.set(number, standing);
    const conversation = channel && this.#conversationOf(channel);
    standing.conversation = conversation;
    conversation?.standing.add(standing);
    const speaks = role.orientation === "publisher" ? conversation : undefined;
    const add = role.orientation === "publisher" ? publisher : subscriber;
    return add(
      role.topic,
      {
        onPresence: (event: { readonly role: Role }) => {
          speaks?.listenerCame();
          this.#tell(standing, () => presenceItem(number, event.role));
        },
        onAbsence: (event: { readonly role: Role; readonly reason: unknown }) => {
          speaks?.listenerWent();
          this.#tell(standing, () => absenceItem(number, event.role, event.reason));
        },
        onMessage: (body: Term) => this.#tellMessage(standing, body),
      },
      { id: number, interest: role.interestType },
    );
  }

  #delete(standing: Standing, reason: unknown): ActionTree<Unchecked> {
    const { conversation, number } = standing;
    this.#standing.delete(number);
    this.#user.tell(goneItem(number));
    conversation?.standing.delete(standing);
    this.#forgetIdle(conversation);
    return deleteEndpoint(number, reason);
  }

  #send(orientation: Orientation, body: Term): ActionTree<Unchecked> {
    const channel = orientation === "publisher" ? channelOf(body) : undefined;
    const conversation = channel && this.#conversations.get(channel);
    if (channel === undefined || conversation === undefined || !isSaid(channel)) return sendMessage(body, orientation);
    if (conversation.isOver) return null;
    return conversation.receive(amountOf(channel)) ? sendMessage(body, orientation) : this.#overrun(conversation);
  }

  /** The conversation ends, and nothing else. Its endpoints on the other side hear of that, and go as they like. */
  #overrun(conversation: FarConversation): ActionTree<Unchecked> {
    conversation.isOver = true;
    const reason = driverError("BRIDGE_OVERRUN", "more was sent over the bridge than there was credit for");
    return [...conversation.standing].map(({ number }) => deleteEndpoint(number, reason));
  }

  #conversationOf(channel: Channel): FarConversation | undefined {
    return this.#conversations.ensure(
      channel,
      () => new FarConversation(channel, (endpoint, bytes) => this.#user.tell(creditItem(endpoint, bytes))),
    );
  }

  #forgetIdle(conversation: FarConversation | undefined): void {
    if (conversation?.isIdle === true) this.#conversations.delete(conversation.ends);
  }

  #tellMessage(standing: Standing, body: Term): void {
    if (!standing.hears || (udpPacket.is(body) && this.#user.isCongested())) return;
    const channel = channelOf(body);
    const conversation = channel && this.#conversations.get(channel);
    this.#tell(standing, () => messageFor(standing, body, conversation, channel));
    if (conversation !== undefined) conversation.told(amountOf(channel as Channel));
  }

  /** What means nothing on the other side, or is too large for one frame, is told of and not told. */
  #tell(standing: Standing, item: () => Wire): void {
    // Deleted in the meantime.
    if (this.#standing.get(standing.number) !== standing || this.#user.isAlone()) return;
    let told: Wire;
    try {
      told = item();
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      return this.#user.tell(unsaidItem(standing.number, error.message));
    }
    const size = wireSize(told);
    if (size <= MAX_FRAME) this.#user.tell(told, size);
    else this.#user.tell(unsaidItem(standing.number, `it takes more than the ${MAX_FRAME} bytes of a frame`));
  }
}

/** As short as it can be told. */
function messageFor(
  { number, template }: Standing,
  body: Term,
  conversation: FarConversation | undefined,
  channel: Channel | undefined,
): Wire {
  if (conversation !== undefined && channel !== undefined && template?.size !== 1) {
    const speaker = conversation.speaker(channel.source);
    const parts = speaker?.template?.parts(body);
    if (speaker !== undefined && parts !== undefined) return sayToItem(number, speaker.number, parts);
  }
  const parts = template?.parts(body);
  return parts === undefined ? messageItem(number, body) : sayItem(number, parts);
}
