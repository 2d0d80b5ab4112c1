import { expect, test } from "vitest";
import {
  ANY,
  atMetaLevel,
  observePublishers,
  onDemand,
  publisher,
  quit,
  sendMessage,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpListener,
  tcpListening,
  wild,
  type ActionTree,
} from "@marketplace/runtime";
import { Log } from "../log.ts";
import { dial } from "../tcp/remote.ts";
import { startBridge, startBridged } from "./world.ts";

/** An echo server whose TCP is at the meta level. It logs the port once it listens. */
function echo(log: Log<number>): ActionTree<any> {
  const us = tcpListener(0);
  return [
    spawn(() =>
      atMetaLevel(
        observePublishers(tcpListening(us, ANY), {
          onPresence: ({ role }) => {
            const { address } = role.topic;
            if (tcpAddress.isGround(address)) log.add(address.port);
          },
        }),
      ),
    ),
    spawn(() =>
      atMetaLevel(
        onDemand(tcpChannel(wild("them"), us, ANY), ({ source: them }) => [
          atMetaLevel(publisher(tcpChannel(us, them, ANY))),
          atMetaLevel(
            subscriber(tcpChannel(them, us, ANY), {
              onMessage: ({ subpacket }) => atMetaLevel(sendMessage(tcpChannel(us, them, subpacket))),
              onAbsence: () => quit(),
            }),
          ),
        ]),
      ),
    ),
  ];
}

test("an echo server in a VM behind a WebSocket serves TCP clients", async () => {
  const { server } = await startBridge();
  const ports = new Log<number>();
  startBridged(server, echo(ports));
  const [port] = await ports.until(({ length }) => length > 0);
  const remote = await dial(port as number);
  remote.socket.write("hello");
  await remote.hears("hello");
  expect(server.sessions).toBe(1);
});
