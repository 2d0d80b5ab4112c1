import { isUint8Array } from "node:util/types";
import {
  ANY,
  deleteEndpoint,
  driverError,
  formatTerm,
  isEof,
  MarketplaceError,
  publisher,
  quit,
  sendFeedback,
  subscriber,
  tcpChannel,
  tcpCredit,
  tcpError,
  transition,
  type ActionTree,
  type Step,
  type Term,
} from "@marketplace/runtime";
import { sourceEvents } from "../source-events.ts";
import { whileDemanded } from "../demand.ts";
import type { Conversation } from "./conversation.ts";
import type { Inward } from "./inward.ts";
import type { SocketEvent, SocketSource } from "./socket-source.ts";

/** The participants that meet a connection's endpoints: those that send to the remote, and those that hear it. */
interface Users {
  readonly senders: number;
  readonly hearers: number;
}

const nobody: Users = { senders: 0, hearers: 0 };

/** The process of a connection that somebody here asked for: it lasts as long as that demand, for the socket itself. */
export function connectionOut(conversation: Conversation, inward: Inward): Step<Users> {
  const { socket } = conversation;
  return transition(
    nobody,
    whileDemanded(
      socket,
      socketEvents(conversation, inward, () => null),
      () => end(socket),
    ),
  );
}

/**
 * The process of a connection that was made to us: it lasts while the driver does, until all who used it have gone, or, if nobody has
 * used it yet, as long as its listener is in demand.
 */
export function connectionIn(
  conversation: Conversation,
  inward: Inward,
  listener: object,
  driver: object,
): Step<Users> {
  const { socket } = conversation;
  const endIfUnused = (users: Users): ActionTree<Users> => users.senders + users.hearers === 0 && end(socket);
  return transition(
    nobody,
    whileDemanded(driver, whileDemanded(listener, socketEvents(conversation, inward, endIfUnused), endIfUnused), () =>
      end(socket),
    ),
  );
}

/** Arms the socket, and does what its events ask for. */
function socketEvents(
  conversation: Conversation,
  inward: Inward,
  onUserGone: (users: Users) => ActionTree<Users>,
): ActionTree<Users> {
  const { socket, local, remote } = conversation;
  const react = (event: SocketEvent): ActionTree<Users> => {
    if (isUint8Array(event)) return inward.bytes(event);
    switch (event.type) {
      case "connected":
        return !socket.isClosing && channelEndpoints(conversation, inward, onUserGone);
      case "failed":
        return [deleteEndpoint("socket"), publisher(tcpError(local, remote, driverError(event.code, event.message)))];
      case "ended":
        return inward.ended();
      case "taken":
        return sendFeedback(tcpChannel(local, remote, tcpCredit(event.bytes)));
      case "closed":
        return inward.closed(event.reason);
    }
  };
  return sourceEvents<SocketEvent, Users>(socket, "socket", react);
}

/** A connection that is up is present: as a subscriber of what is to be sent, and as a publisher of what comes. */
function channelEndpoints(
  { socket, local, remote }: Conversation,
  inward: Inward,
  onUserGone: (users: Users) => ActionTree<Users>,
): ActionTree<Users> {
  const users = (senders: number, hearers: number, others: ActionTree<Users> = null): Step<Users> => {
    const now = { senders, hearers };
    return transition(now, inward.heardBy(hearers), others);
  };
  return [
    subscriber(
      tcpChannel(local, remote, ANY),
      {
        onPresence: (_event, { senders, hearers }: Users) => users(senders + 1, hearers),
        onAbsence: (_event, { senders, hearers }: Users) =>
          users(senders - 1, hearers, onUserGone({ senders: senders - 1, hearers })),
        onMessage: ({ subpacket }) => send(socket, subpacket),
      },
      { id: "out" },
    ),
    publisher(
      tcpChannel(remote, local, ANY),
      {
        onPresence: (_event, { senders, hearers }: Users) => users(senders, hearers + 1),
        onAbsence: (_event, { senders, hearers }: Users) =>
          users(senders, hearers - 1, onUserGone({ senders, hearers: hearers - 1 })),
        onMessage: ({ subpacket }) => inward.feedback(subpacket),
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
  if (!socket.isConnected || socket.isOver) return quit();
  socket.close();
  return [deleteEndpoint("out"), deleteEndpoint("in")];
}
