import {
  ANY,
  observePublishers,
  publisher,
  quit,
  sendMessage,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpListener,
  type TcpAddress,
} from "@marketplace/runtime";

/** An echo server: the action that spawns it, in a VM that has a TCP driver. */
export function echo(port: number) {
  const us = tcpListener(port);

  // To look for publishers on connections to our port is the demand for which the driver listens; each one that it accepts appears.
  const server = () =>
    observePublishers(tcpChannel(ANY, us, ANY), {
      onPresence: ({ role }) => {
        const them = role.topic.source;
        return tcpAddress.isGround(them) && spawn(() => session(them));
      },
    });

  const session = (them: TcpAddress) => [
    publisher(tcpChannel(us, them, ANY)),
    subscriber(tcpChannel(them, us, ANY), {
      // The end of what they send comes as a message too: sent back, it closes our half of the connection.
      onMessage: ({ subpacket }) => sendMessage(tcpChannel(us, them, subpacket)),
      onAbsence: () => quit(),
    }),
  ];

  return spawn(server, { name: "echo" });
}
