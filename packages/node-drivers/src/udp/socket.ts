import {
  ANY,
  deleteEndpoint,
  driverError,
  MarketplaceError,
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
  type Term,
  type UdpEnd,
  type UdpHandle,
  type UdpListener,
  type UdpPacket,
} from "@marketplace/runtime";
import { sourceEvents } from "../source-events.ts";
import { isUint8Array } from "node:util/types";
import { whileDemanded } from "../demand.ts";
import type { UdpEvent, UdpSocketSource } from "./socket-source.ts";

/** Is the socket open? */
type IsOpen = boolean;

/** The process of a UDP socket: it lasts as long as there is demand for the socket. Its presence says that the socket is open. */
export function udpSocket(socket: UdpSocketSource, local: UdpHandle | UdpListener): Step<IsOpen> {
  const failed = (destination: Term, code: string): ActionTree<IsOpen> =>
    sendFeedback(udpFailure(local, destination as UdpEnd, code));

  const send = ({ destination, body }: UdpPacket): ActionTree<IsOpen> => {
    // To another socket of this VM: those who use it have it already, as subscribers of the same message.
    if (udpHandle.isGround(destination) || udpListener.isGround(destination)) return null;
    if (!udpRemoteAddress.is(destination)) return failed(destination, "ERR_INVALID_ARG_VALUE");
    if (typeof body !== "string" && !isUint8Array(body)) return failed(destination, "ERR_INVALID_ARG_TYPE");
    socket.send(destination, body);
    return null;
  };

  const endpoints = (host: string, port: number): ActionTree<IsOpen> => [
    subscriber(udpPacket(local, ANY, ANY), { onMessage: send }),
    publisher(udpPacket(udpRemoteAddress(ANY, ANY), local, ANY)),
    subscriber(udpFailure(local, ANY, ANY)),
    udpListener.is(local) && publisher(udpListening(local, udpRemoteAddress(host, port))),
  ];

  const react = (event: UdpEvent, isOpen: IsOpen): Step<IsOpen> => {
    switch (event.type) {
      case "open":
        return transition(true, endpoints(event.host, event.port));
      case "failed": {
        const { code, message } = event.failure;
        if (isOpen) return quit({ reason: new MarketplaceError(code, message) });
        return [deleteEndpoint("socket"), publisher(udpError(local, driverError(code, message)))];
      }
      case "arrived":
        return event.datagrams.map(({ host, port, bytes }) =>
          sendMessage(udpPacket(udpRemoteAddress(host, port), local, bytes)),
        );
      case "unsent":
        return event.datagrams.map(({ destination, code }) => failed(destination, code));
    }
  };

  return transition<IsOpen>(
    false,
    whileDemanded<IsOpen>(socket, sourceEvents<UdpEvent, IsOpen>(socket, "socket", react), () => quit()),
  );
}
