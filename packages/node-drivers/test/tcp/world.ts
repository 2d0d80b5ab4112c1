import {
  ANY,
  publisher,
  subscriber,
  tcpChannel,
  type ActionTree,
  type GroundVm,
  type Host,
  type Step,
  type TcpAddress,
  type TcpHandle,
  type TcpListener,
} from "@marketplace/runtime";
import { tcpBareDriver } from "../../src/tcp/driver.ts";
import type { TcpBareOptions } from "../../src/tcp/options.ts";
import { startGround } from "../ground.ts";
import type { Log } from "../log.ts";

/** A ground VM on Node with the driver in it; see {@link startGround}. */
export function startWorld(app: ActionTree<any>, options?: TcpBareOptions, host?: Host): GroundVm {
  return startGround([tcpBareDriver(options), app], host);
}

/**
 * The endpoints of one who hears and may speak. What happens is logged: "sendable" and "present" when the connection comes, its bytes as
 * text or "EOF", "absent" with the reason's code when it goes.
 */
export function conversation(
  us: TcpHandle | TcpListener,
  them: TcpAddress,
  log: Log<string>,
  onText: (text: string) => Step<any> = () => null,
): ActionTree<any> {
  return [
    publisher(tcpChannel(us, them, ANY), { onPresence: () => void log.add("sendable") }),
    subscriber(tcpChannel(them, us, ANY), {
      onPresence: () => void log.add("present"),
      onAbsence: ({ reason }) => void log.add(absence(reason)),
      onMessage: ({ subpacket }) => {
        const text = textOf(subpacket);
        log.add(text);
        return onText(text);
      },
    }),
  ];
}

export function absence(reason: unknown): string {
  return reason === undefined ? "absent" : `absent: ${(reason as { code?: string }).code ?? String(reason)}`;
}

export function textOf(subpacket: unknown): string {
  return subpacket instanceof Uint8Array ? Buffer.from(subpacket).toString() : "EOF";
}
