import {
  ANY,
  observePublishers,
  spawn,
  tcpAddress,
  tcpListener,
  tcpListening,
  timerDriver,
  udpListener,
  udpListening,
  udpRemoteAddress,
  type ActionTree,
  type Spawn,
  type Unchecked,
} from "@marketplace/runtime";
import type { LocalServer } from "../policy/never.ts";
import { tcpBareDriver, tcpDriver } from "../tcp/driver.ts";
import type { TcpFlow } from "../tcp/flow.ts";
import { udpDriver } from "../udp/driver.ts";
import type { BridgeSettings, SessionListener } from "./options.ts";

/** What the VM of a session has: drivers of its own, so that it meets nobody else's sockets, and all end with it. */
export function sessionBoot(
  session: number,
  settings: BridgeSettings,
  server: LocalServer,
  flow: TcpFlow,
): ActionTree<Unchecked> {
  const { policy, quota, tcp, listenHost: host, boot, onListening } = settings;
  const admit = policy.session({ ...quota, forbidden: [server] });
  const driver = tcp === "credit" ? tcpDriver : tcpBareDriver;
  return [
    driver({ host, admit, flow }),
    udpDriver({ host, admit }),
    timerDriver(),
    tellListeners((listener) => onListening({ session, ...listener })),
    boot(session),
  ];
}

/** Tells of each listening socket that is opened. */
function tellListeners(tell: (listener: Omit<SessionListener, "session">) => void): Spawn<Unchecked> {
  return spawn(
    () => [
      observePublishers(tcpListening(tcpListener(ANY), tcpAddress(ANY, ANY)), {
        onPresence: ({ role: { topic } }) => {
          const { listener, address } = topic;
          if (!tcpListener.isGround(listener) || !tcpAddress.isGround(address)) return;
          tell({ protocol: "tcp", asked: listener.port, host: address.host, port: address.port });
        },
      }),
      observePublishers(udpListening(udpListener(ANY), udpRemoteAddress(ANY, ANY)), {
        onPresence: ({ role: { topic } }) => {
          const { listener, address } = topic;
          if (!udpListener.isGround(listener) || !udpRemoteAddress.isGround(address)) return;
          tell({ protocol: "udp", asked: listener.port, host: address.host, port: address.port });
        },
      }),
    ],
    { name: "listeners" },
  );
}
