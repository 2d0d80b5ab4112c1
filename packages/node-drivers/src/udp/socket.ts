import {
  ANY,
  deleteEndpoint,
  driverError,
  formatTerm,
  publisher,
  quit,
  sendFeedback,
  sendMessage,
  subscriber,
  transition,
  udpError,
  udpFailure,
  udpHandle,
  udpListener,
  udpListening,
  udpPacket,
  udpRemoteAddress,
  type ActionTree,
  type Step,
  type UdpHandle,
  type UdpListener,
  type UdpPacket,
} from "@marketplace/runtime";
import { whileDemanded } from "../tcp/demand.ts";
import type { UdpEvent, UdpSocketSource } from "./socket-source.ts";

/** The process of a UDP socket: it lasts as long as there is demand for the socket. Its presence says that the socket is open. */
export function udpSocket(socket: UdpSocketSource, local: UdpHandle | UdpListener): ActionTree<undefined> {
  const send = ({ destination, body }: UdpPacket): Step<undefined> => {
    if (!udpRemoteAddress.is(destination)) {
      // To another socket of this VM: it has reached its subscribers already, as a message.
      return udpHandle.is(destination) || udpListener.is(destination)
        ? null
        : failed(destination, "ERR_INVALID_ARG_VALUE");
    }
    if (typeof body !== "string" && !(body instanceof Uint8Array)) return failed(destination, "ERR_INVALID_ARG_TYPE");
    socket.send(destination.host, destination.port, body);
    return undefined;
  };

  const failed = (destination: UdpPacket["destination"], code: string): ActionTree<undefined> =>
    sendFeedback(udpFailure(local, destination, code));

  const react = (event: UdpEvent): Step<undefined> => {
    switch (event.type) {
      case "open":
        return [
          subscriber(udpPacket(local, ANY, ANY), { onMessage: send }),
          publisher(udpPacket(udpRemoteAddress(ANY, ANY), local, ANY)),
          subscriber(udpFailure(local, ANY, ANY)),
          udpListener.is(local) &&
            publisher(udpListening(local as UdpListener, udpRemoteAddress(event.host, event.port))),
        ];
      case "failed":
        return [deleteEndpoint("socket"), publisher(udpError(local, driverError(event.code, event.message)))];
      case "arrived":
        return event.datagrams.map(({ host, port, bytes }) =>
          sendMessage(udpPacket(udpRemoteAddress(host, port), local, bytes)),
        );
      case "unsent":
        return failed(udpRemoteAddress(event.host as string, event.port as number), event.code);
    }
  };

  return whileDemanded(
    socket,
    subscriber([socket, ANY], { onMessage: ([, event]) => react(event as UdpEvent) }, { id: "socket" }),
    () => quit(),
  );
}
