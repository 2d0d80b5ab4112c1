// A VM on the other side of a bridge, in a process of its own: `bridged-program.ts URL TOKEN`. It prints the port of its echo server.
import { WebSocket } from "ws";
import { ANY, groundVm, publisher, sendMessage, spawn, subscriber, tcpChannel, tcpRelay } from "@marketplace/runtime";
import { bridge, webSocketDial } from "@marketplace/runtime/bridge";
import { nodeHost } from "../../src/host.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "../tcp/listening.ts";

const [url = "", token = ""] = process.argv.slice(2);
const log = new Log<string>();
groundVm(
  () => [
    tcpRelay("echo"),
    spawn(() => [
      watchListener(anyPort, log),
      listen(anyPort, (them) => [
        publisher(tcpChannel(anyPort, them, ANY)),
        subscriber(tcpChannel(them, anyPort, ANY), {
          onMessage: ({ subpacket }) => sendMessage(tcpChannel(anyPort, them, subpacket)),
        }),
      ]),
    ]),
  ],
  { host: nodeHost(), container: bridge(webSocketDial({ url, token, WebSocket })) },
);
process.stdout.write(`${await portOf(log)}\n`);
