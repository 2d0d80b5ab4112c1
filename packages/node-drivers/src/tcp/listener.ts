import {
  ANY,
  deleteEndpoint,
  driverError,
  publisher,
  quit,
  spawn,
  tcpAddress,
  tcpError,
  tcpListening,
  type ActionTree,
  type TcpListener,
} from "@marketplace/runtime";
import { sourceEvents } from "../source-events.ts";
import { connectionIn } from "./connection.ts";
import type { Conversation } from "./conversation.ts";
import { whileDemanded } from "../demand.ts";
import type { Inward } from "./inward.ts";
import type { ListenerEvent, ListenerSource } from "./listener-source.ts";

/** The process of a listening socket: it lasts as long as there is demand for the socket, and starts a process for each connection. */
export function listening(
  server: ListenerSource,
  listener: TcpListener,
  driver: object,
  inwardOf: (conversation: Conversation) => Inward,
): ActionTree<undefined> {
  const react = (event: ListenerEvent): ActionTree<undefined> => {
    switch (event.type) {
      case "listening":
        return publisher(tcpListening(listener, tcpAddress(event.host, event.port)));
      case "failed":
        return [deleteEndpoint("server"), publisher(tcpError(listener, ANY, driverError(event.code, event.message)))];
      case "accepted":
        return event.connections.map(({ host, port, socket }) => {
          const conversation = { socket, local: listener, remote: tcpAddress(host, port) };
          return spawn(() => connectionIn(conversation, inwardOf(conversation), server, driver), {
            name: `tcp connection from ${host} port ${port}`,
          });
        });
    }
  };
  return whileDemanded(server, sourceEvents<ListenerEvent, undefined>(server, "server", react), () => quit());
}
