import { isUint8Array } from "node:util/types";
import {
  ANY,
  deleteEndpoint,
  driverError,
  eof,
  formatTerm,
  isEof,
  MarketplaceError,
  publisher,
  quit,
  sendMessage,
  subscriber,
  tcpChannel,
  tcpError,
  transition,
  type ActionTree,
  type Step,
  type TcpAddress,
  type TcpHandle,
  type TcpListener,
  type Term,
} from "@marketplace/runtime";
import { whileDemanded } from "../demand.ts";
import type { SocketEvent, SocketSource } from "./socket-source.ts";

/** A socket, and what its two ends are called in the network. */
export interface Conversation {
  readonly socket: SocketSource;
  readonly local: TcpHandle | TcpListener;
  readonly remote: TcpAddress;
}

/** The participants that meet a connection's endpoints: those that send to the remote, and those that hear it. */
interface Users {
  readonly senders: number;
  readonly hearers: number;
}

const nobody: Users = { senders: 0, hearers: 0 };

/** The process of a connection that somebody here asked for: it lasts as long as that demand, for the socket itself. */
export function connectionOut(conversation: Conversation): Step<Users> {
  const { socket } = conversation;
  return transition(
    nobody,
    whileDemanded(
      socket,
      socketEvents(conversation, () => null),
      () => end(socket),
    ),
  );
}

/**
 * The process of a connection that was made to us: it lasts while the driver does, until all who used it have gone, or, if nobody has
 * used it yet, as long as its listener is in demand.
 */
export function connectionIn(conversation: Conversation, listener: object, driver: object): Step<Users> {
  const { socket } = conversation;
  const endIfUnused = (users: Users): ActionTree<Users> => users.senders + users.hearers === 0 && end(socket);
  return transition(
    nobody,
    whileDemanded(driver, whileDemanded(listener, socketEvents(conversation, endIfUnused), endIfUnused), () =>
      end(socket),
    ),
  );
}

/** Arms the socket, and does what its events ask for. */
function socketEvents(conversation: Conversation, onUserGone: (users: Users) => ActionTree<Users>): ActionTree<Users> {
  const { socket, local, remote } = conversation;
  const react = (event: SocketEvent): ActionTree<Users> => {
    switch (event.type) {
      case "connected":
        return !socket.isClosing && channelEndpoints(conversation, onUserGone);
      case "failed":
        return [deleteEndpoint("socket"), publisher(tcpError(local, remote, driverError(event.code, event.message)))];
      case "bytes":
        return sendMessage(tcpChannel(remote, local, event.bytes));
      case "ended":
        return sendMessage(tcpChannel(remote, local, eof));
      case "closed":
        return quit({ reason: event.reason });
    }
  };
  return subscriber([socket, ANY], { onMessage: ([, event]) => react(event as SocketEvent) }, { id: "socket" });
}

/** A connection that is up is present: as a subscriber of what is to be sent, and as a publisher of what comes. */
function channelEndpoints(
  { socket, local, remote }: Conversation,
  onUserGone: (users: Users) => ActionTree<Users>,
): ActionTree<Users> {
  const now = (senders: number, hearers: number): Users => {
    socket.want(hearers > 0);
    return { senders, hearers };
  };
  const gone = (users: Users): Step<Users> => transition(users, onUserGone(users));
  return [
    subscriber(
      tcpChannel(local, remote, ANY),
      {
        onPresence: (_event, { senders, hearers }: Users) => transition(now(senders + 1, hearers)),
        onAbsence: (_event, { senders, hearers }: Users) => gone(now(senders - 1, hearers)),
        onMessage: ({ subpacket }) => send(socket, subpacket),
      },
      { id: "out" },
    ),
    publisher(
      tcpChannel(remote, local, ANY),
      {
        onPresence: (_event, { senders, hearers }: Users) => transition(now(senders, hearers + 1)),
        onAbsence: (_event, { senders, hearers }: Users) => gone(now(senders, hearers - 1)),
      },
      { id: "in" },
    ),
  ];
}

function send(socket: SocketSource, subpacket: Term): void {
  if (isUint8Array(subpacket)) socket.write(subpacket);
  else if (typeof subpacket === "string") socket.write(Buffer.from(subpacket, "utf8"));
  else if (isEof(subpacket)) socket.end();
  else {
    // To skip it would be to corrupt the stream in silence.
    const message = `expected bytes, a string or EOF as subpacket, got ${formatTerm(subpacket, { maxLength: 80 })}`;
    socket.abort(new MarketplaceError("TCP_BAD_SUBPACKET", message));
  }
}

/** Nobody wants the connection any more: it is absent at once, and the process stays until the rest has been sent. */
function end(socket: SocketSource): ActionTree<Users> {
  if (!socket.isConnected) return quit();
  socket.close();
  return [deleteEndpoint("out"), deleteEndpoint("in")];
}
