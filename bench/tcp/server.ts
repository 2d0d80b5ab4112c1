// An echo server in a process of its own: `server.ts ours` or `server.ts node:net`. It tells its parent the port.
import { createServer, type AddressInfo } from "node:net";
import {
  ANY,
  groundVm,
  observePublishers,
  publisher,
  quit,
  sendMessage,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpListener,
  tcpListening,
  type TcpAddress,
} from "@marketplace/runtime";
import { nodeHost, tcpBareDriver } from "@marketplace/node-drivers";

/** Which process this is is seen from outside, where its processor time is read. */
function ready(port: number): void {
  process.send?.(port);
}

function plain(): void {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("data", (bytes) => {
      if (!socket.write(bytes)) {
        socket.pause();
        socket.once("drain", () => socket.resume());
      }
    });
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1", () => ready((server.address() as AddressInfo).port));
}

function marketplace(): void {
  const us = tcpListener(0);
  const session = (them: TcpAddress) => [
    publisher(tcpChannel(us, them, ANY)),
    subscriber(tcpChannel(them, us, ANY), {
      onMessage: ({ subpacket }) => sendMessage(tcpChannel(us, them, subpacket)),
      onAbsence: () => quit(),
    }),
  ];
  groundVm(
    () => [
      tcpBareDriver(),
      spawn(() => [
        observePublishers(tcpListening(us, ANY), {
          onPresence: ({ role }) => {
            const { address } = role.topic;
            if (tcpAddress.isGround(address)) ready(address.port);
          },
        }),
        observePublishers(tcpChannel(ANY, us, ANY), {
          onPresence: ({ role }) => {
            const them = role.topic.source;
            return tcpAddress.isGround(them) && spawn(() => session(them));
          },
        }),
      ]),
    ],
    { host: nodeHost() },
  );
}

if (process.argv[2] === "ours") marketplace();
else plain();
process.on("disconnect", () => process.exit());
