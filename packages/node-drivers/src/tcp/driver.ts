import {
  ANY,
  deleteEndpoint,
  formatTerm,
  isGround,
  observePublishers,
  observeSubscribers,
  spawn,
  tcpAddress,
  tcpChannel,
  tcpHandle,
  tcpListener,
  type ActionTree,
  type Role,
  type Spawn,
  type TcpListener,
  type Term,
  type Unchecked,
} from "@marketplace/runtime";
import { connectionOut } from "./connection.ts";
import type { Conversation } from "./conversation.ts";
import { demand } from "../demand.ts";
import { DemandTable } from "../demand-table.ts";
import { OnCredit, passOn, type Inward } from "./inward.ts";
import { ListenerSource } from "./listener-source.ts";
import { listening } from "./listener.ts";
import { checkMaxLine, checkTcpOptions, type TcpBareOptions, type TcpOptions, type TcpSettings } from "./options.ts";
import { SocketSource } from "./socket-source.ts";

/**
 * The driver that connects a VM to TCP, with no flow control but the sockets' own. One for each VM, the ground VM or one with an
 * `eventRelay`.
 *
 * - To connect, be a publisher of `tcpChannel(tcpHandle(id), tcpAddress(host, port), ANY)`, a subscriber of the reverse, or both: the
 *   driver connects, and its presence says that the connection is up.
 * - To listen, `observePublishers(tcpChannel(ANY, tcpListener(port), ANY))`: presence says who has connected.
 *
 * `docs/tcp.md` has the whole protocol.
 *
 * @returns the action that starts the driver's process
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function tcpBareDriver(options: TcpBareOptions = {}): Spawn<Unchecked> {
  const settings = checkTcpOptions("tcpBareDriver", options);
  return spawn(() => new TcpDriver(settings, passOn).boot(), { name: "tcp-bare driver" });
}

/**
 * The driver that connects a VM to TCP with flow control: as {@link tcpBareDriver}, but what the remote sends is delivered only as far as the
 * program has given credit for it.
 *
 * - `sendFeedback(tcpChannel(them, us, tcpCredit(n)))`: deliver n more bytes, or lines. It starts at 0.
 * - `sendFeedback(tcpChannel(them, us, tcpMode("lines")))`: cut what comes into lines, or into `"bytes"`. It sets the credit to 0.
 * - `tcpChannel(us, them, tcpCredit(n))` comes back as feedback when the socket has taken n more of the bytes that were sent.
 *
 * `docs/tcp.md` has the whole protocol.
 *
 * @returns the action that starts the driver's process
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function tcpDriver(options: TcpOptions = {}): Spawn<Unchecked> {
  const settings = checkTcpOptions("tcpDriver", options, ["maxLine"]);
  const maxLine = checkMaxLine("tcpDriver", options.maxLine);
  const onCredit = (conversation: Conversation): Inward => new OnCredit(conversation, maxLine);
  return spawn(() => new TcpDriver(settings, onCredit).boot(), { name: "tcp driver" });
}

/** What the network demands of TCP at the moment. */
class TcpDriver {
  readonly #settings: TcpSettings;
  readonly #inwardOf: (conversation: Conversation) => Inward;
  /** What is demanded, and the endpoint by which its process knows. */
  readonly #demands = new DemandTable<string>();
  #count = 0;

  constructor(settings: TcpSettings, inwardOf: (conversation: Conversation) => Inward) {
    this.#settings = settings;
    const { flow } = settings;
    this.#inwardOf = (conversation) => {
      const { socket, local, remote } = conversation;
      if (flow !== undefined) socket.paceBy((hold) => flow.begin(local, remote, hold));
      return inwardOf(conversation);
    };
  }

  boot(): ActionTree<undefined> {
    const handle = tcpHandle(ANY);
    const address = tcpAddress(ANY, ANY);
    return [
      demand(this, "driver"),
      observePublishers(tcpChannel(handle, address, ANY), {
        onPresence: ({ role: { topic } }) => this.#connectionCame(topic.source, topic.destination),
        onAbsence: ({ role: { topic } }) => this.#went([topic.source, topic.destination]),
      }),
      observeSubscribers(tcpChannel(address, handle, ANY), {
        onPresence: ({ role: { topic } }) => this.#connectionCame(topic.destination, topic.source),
        onAbsence: ({ role: { topic } }) => this.#went([topic.destination, topic.source]),
      }),
      // Who listens only observes, and those who observe are seen by those who watch everything.
      observeSubscribers(
        tcpChannel(ANY, tcpListener(ANY), ANY),
        {
          onPresence: ({ role }) => isListening(role) && this.#listenerCame(role.topic.destination as TcpListener),
          onAbsence: ({ role }) => isListening(role) && this.#went(role.topic.destination),
        },
        { interest: "everything" },
      ),
    ];
  }

  #connectionCame(local: Term, remote: Term): ActionTree<undefined> {
    if (!tcpHandle.isGround(local) || !tcpAddress.isGround(remote)) return null;
    return this.#came([local, remote], () => {
      const { host, port } = remote;
      const { limits, admit } = this.#settings;
      const socket = SocketSource.connecting(host, port, limits, admit);
      const name = `tcp to ${shown(host)} ${shown(port)}`;
      const conversation = { socket, local, remote };
      return [socket, spawn(() => connectionOut(conversation, this.#inwardOf(conversation)), { name })];
    });
  }

  #listenerCame(listener: TcpListener): ActionTree<undefined> {
    return this.#came(listener, () => {
      const server = new ListenerSource(listener.port, this.#settings);
      const name = `tcp listener ${shown(listener.port)}`;
      return [server, spawn(() => listening(server, listener, this, this.#inwardOf), { name })];
    });
  }

  /** One more endpoint demands `what`; the first one starts a process for it. */
  #came(what: Term, begin: () => readonly [of: object, process: Spawn<Unchecked>]): ActionTree<undefined> {
    const id = `demand ${this.#count + 1}`;
    if (!this.#demands.came(what, id)) return null;
    this.#count++;
    const [of, process] = begin();
    return [demand(of, id), process];
  }

  #went(what: Term): ActionTree<undefined> {
    const id = this.#demands.went(what);
    return id !== undefined && deleteEndpoint(id);
  }
}

/**
 * Does this observer listen? One who watches a single remote waits for the end of a conversation, and one whose port is a wildcard watches
 * all traffic: neither asks for a socket.
 */
function isListening({ interestType, topic }: Role<{ readonly source: Term; readonly destination: Term }>): boolean {
  const { source, destination } = topic;
  return interestType === "observer" && tcpListener.isGround(destination) && !isGround(source);
}

/** A host or a port in a name for people. */
function shown(term: unknown): string {
  return typeof term === "string" ? term : formatTerm(term, { maxLength: 40 });
}
