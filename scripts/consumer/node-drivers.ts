// An echo server and its client, in one ground VM that meets itself over a real socket.
// Prints: echo: hello
import { nodeHost, tcpBareDriver } from "@marketplace/node-drivers";
import {
  ANY,
  groundVm,
  observePublishers,
  publisher,
  sendMessage,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpHandle,
  tcpListener,
  tcpListening,
  type TcpAddress,
} from "@marketplace/runtime";

const listener = tcpListener(0);
const me = tcpHandle("client");

const server = spawn(() =>
  observePublishers(tcpChannel(ANY, listener, ANY), {
    onPresence: ({ role }) => {
      const them = role.topic.source;
      return (
        tcpAddress.is(them) && [
          publisher(tcpChannel(listener, them, ANY)),
          subscriber(tcpChannel(them, listener, ANY), {
            onMessage: ({ subpacket }) => sendMessage(tcpChannel(listener, them, subpacket)),
          }),
        ]
      );
    },
  }),
);

const client = (them: TcpAddress) => [
  publisher(tcpChannel(me, them, ANY), { onPresence: () => sendMessage(tcpChannel(me, them, "hello")) }),
  subscriber(tcpChannel(them, me, ANY), {
    onMessage: ({ subpacket }) => {
      if (subpacket instanceof Uint8Array) console.log(`echo: ${new TextDecoder().decode(subpacket)}`);
      void vm.stop();
    },
  }),
];

const connector = spawn(() =>
  observePublishers(tcpListening(listener, ANY), {
    onPresence: ({ role }) => {
      const address = role.topic.address;
      return tcpAddress.isGround(address) && spawn(() => client(address));
    },
  }),
);

const vm = groundVm(() => [tcpBareDriver({ host: "127.0.0.1" }), server, connector], { host: nodeHost() });
await vm.ended;
