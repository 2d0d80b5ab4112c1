import { timerDriver, type ActionTree, type Unchecked } from "@marketplace/runtime";
import type { Listening } from "../policy/admission.ts";
import type { LocalServer } from "../policy/never.ts";
import { tcpBareDriver, tcpDriver } from "../tcp/driver.ts";
import type { TcpFlow } from "../tcp/flow.ts";
import { udpDriver } from "../udp/driver.ts";
import type { BridgeSettings } from "./options.ts";

/** What the VM of a session has: drivers of its own, so that it meets nobody else's sockets, and all end with it. */
export function sessionBoot(
  session: number,
  settings: BridgeSettings,
  server: LocalServer,
  flow: TcpFlow,
): ActionTree<Unchecked> {
  const { policy, quota, tcp, listenHost: host, boot } = settings;
  const admit = policy.session({
    ...quota,
    forbidden: [server],
    onListening: (listening) => tell(settings, session, listening),
  });
  const driver = tcp === "credit" ? tcpDriver : tcpBareDriver;
  return [driver({ host, admit, flow }), udpDriver({ host, admit }), timerDriver(), boot(session)];
}

/** A fault of whoever is told is no fault of the session's. */
function tell({ onListening }: BridgeSettings, session: number, listening: Listening): void {
  try {
    onListening({ session, ...listening });
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.emitWarning(`serveBridge: onListening failed: ${why}`, { type: "BridgeWarning" });
  }
}
