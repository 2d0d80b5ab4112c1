import {
  eof,
  formatTerm,
  MarketplaceError,
  quit,
  sendMessage,
  tcpChannel,
  tcpCredit,
  tcpMode,
  yieldThen,
  type ActionTree,
  type Term,
  type Unchecked,
} from "@marketplace/runtime";
import type { Conversation } from "./conversation.ts";
import { Inbox } from "../inbox.ts";

/** What a driver does with what the remote of a connection sends. Each method returns what the connection's process is to do. */
export interface Inward {
  /** So many participants hear the connection now. */
  heardBy(hearers: number): ActionTree<Unchecked>;
  bytes(bytes: Uint8Array): ActionTree<Unchecked>;
  /** The remote has ended its direction. */
  ended(): ActionTree<Unchecked>;
  /** The socket is closed. */
  closed(reason: Error | undefined): ActionTree<Unchecked>;
  /** Somebody who hears the connection says something upstream. */
  feedback(subpacket: Term): ActionTree<Unchecked>;
}

/** Without flow control: what comes is passed on, and read while somebody hears it. */
export function passOn({ socket, local, remote }: Conversation): Inward {
  return {
    heardBy(hearers) {
      socket.want(hearers > 0);
      return null;
    },
    bytes: (bytes) => sendMessage(tcpChannel(remote, local, bytes)),
    ended: () => sendMessage(tcpChannel(remote, local, eof)),
    closed: (reason) => quit({ reason }),
    feedback: () => null,
  };
}

/** With flow control: what comes is passed on as far as there is credit, and read only when there is some left. */
export class OnCredit implements Inward {
  readonly #conversation: Conversation;
  readonly #maxLine: number;
  readonly #inbox: Inbox;
  #hearers = 0;
  /** Is a delivery under way, with the next one to follow? */
  #isDelivering = false;
  #isClosed = false;

  constructor(conversation: Conversation, maxLine: number) {
    this.#conversation = conversation;
    this.#maxLine = maxLine;
    this.#inbox = new Inbox(maxLine);
    conversation.socket.tellTaken();
  }

  heardBy(hearers: number): ActionTree<Unchecked> {
    this.#hearers = hearers;
    return this.#goOn();
  }

  bytes(bytes: Uint8Array): ActionTree<Unchecked> {
    this.#inbox.add(bytes);
    return this.#goOn();
  }

  ended(): ActionTree<Unchecked> {
    this.#inbox.end();
    return this.#goOn();
  }

  closed(reason: Error | undefined): ActionTree<Unchecked> {
    // An orderly end takes nothing away from those who have not had all yet.
    if (reason !== undefined || this.#hearers === 0) return quit({ reason });
    this.#isClosed = true;
    return this.#goOn();
  }

  feedback(subpacket: Term): ActionTree<Unchecked> {
    if (tcpCredit.is(subpacket) && Number.isSafeInteger(subpacket.amount) && (subpacket.amount as number) >= 0) {
      this.#inbox.give(subpacket.amount as number);
    } else if (tcpMode.is(subpacket) && (subpacket.mode === "bytes" || subpacket.mode === "lines")) {
      this.#inbox.setMode(subpacket.mode);
    } else {
      const came = formatTerm(subpacket, { maxLength: 80 });
      return this.#break(
        "TCP_BAD_SUBPACKET",
        `expected tcpCredit(natural number) or tcpMode("bytes" or "lines") as feedback, got ${came}`,
      );
    }
    return this.#goOn();
  }

  #goOn(): ActionTree<Unchecked> {
    if (this.#isDelivering) return null;
    return this.#deliver();
  }

  readonly #deliver = (): ActionTree<Unchecked> => {
    const { socket, local, remote } = this.#conversation;
    const next = this.#hearers === 0 ? undefined : this.#inbox.take();
    socket.want(this.#hearers > 0 && this.#inbox.wantsMore);
    this.#isDelivering = next !== undefined && next.type !== "line-too-long";
    if (next === undefined) return this.#isClosed && (this.#hearers === 0 || this.#inbox.isEmpty) && quit();
    if (next.type === "line-too-long") {
      return this.#break("TCP_LINE_TOO_LONG", `the remote sent a line of more than ${this.#maxLine} bytes`);
    }
    // The next one goes a round later: in between, who heard this one can change the mode for what follows it.
    return [
      sendMessage(tcpChannel(remote, local, next.type === "end" ? eof : next.bytes)),
      yieldThen(() => yieldThen(this.#deliver)),
    ];
  };

  #break(code: string, message: string): ActionTree<Unchecked> {
    const reason = new MarketplaceError(code, message);
    if (this.#isClosed) return quit({ reason });
    this.#conversation.socket.abort(reason);
    return null;
  }
}
