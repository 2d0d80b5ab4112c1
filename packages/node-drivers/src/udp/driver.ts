import {
  ANY,
  badArgument,
  checkOptions,
  deleteEndpoint,
  formatTerm,
  observePublishers,
  observeSubscribers,
  spawn,
  udpHandle,
  udpListener,
  udpPacket,
  type ActionTree,
  type Spawn,
  type Term,
  type Unchecked,
} from "@marketplace/runtime";
import { demand } from "../demand.ts";
import { checkAdmission, type Admission } from "../policy/admission.ts";
import { DemandTable } from "../demand-table.ts";
import { udpSocket } from "./socket.ts";
import { UdpSocketSource } from "./socket-source.ts";

export interface UdpOptions {
  /** The address that listeners bind: `127.0.0.1` if left out, so that only this machine can send. `0.0.0.0` or `::` is every interface. */
  readonly host?: string | undefined;
  /** Says what may be listened on and sent to, as `networkPolicy(rules).session()` does; left out, everything may. */
  readonly admit?: Admission | undefined;
}

/**
 * The driver that connects a VM to UDP. One for each VM, the ground VM or one with an `eventRelay`.
 *
 * - To serve, be a subscriber of `udpPacket(ANY, udpListener(port), ANY)` and a publisher of the reverse.
 * - To ask, be a publisher of `udpPacket(udpHandle(id), udpRemoteAddress(host, port), ANY)` and a subscriber of the reverse.
 *
 * The socket is open while there is any such endpoint; the driver's presence says that it is. `docs/udp.md` has the whole protocol.
 *
 * @returns the action that starts the driver's process
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function udpDriver(options: UdpOptions = {}): Spawn<Unchecked> {
  checkOptions("udpDriver: options", options, ["host", "admit"]);
  const { host = "127.0.0.1", admit } = options;
  if (typeof host !== "string" || host === "")
    throw badArgument("udpDriver: host", "a host name or an IP address", host);
  checkAdmission("udpDriver: admit", admit);
  return spawn(() => boot(host, admit), { name: "udp driver" });
}

function boot(host: string, admit: Admission | undefined): ActionTree<undefined> {
  const driver = {};
  const demands = new DemandTable<string>();
  let count = 0;

  const came = (local: Term): ActionTree<undefined> => {
    const listens = udpListener.isGround(local);
    if (!listens && !udpHandle.isGround(local)) return null;
    const id = `demand ${count + 1}`;
    if (!demands.came(local, id)) return null;
    count++;
    const socket = new UdpSocketSource(
      listens ? { host, port: local.port, bothFamilies: false } : { host: "0.0.0.0", port: 0, bothFamilies: true },
      admit,
    );
    const name = `udp ${formatTerm(local, { maxLength: 60 })}`;
    return [demand(socket, id), spawn(() => udpSocket(socket, local), { name })];
  };

  const went = (local: Term): ActionTree<undefined> => {
    const id = demands.went(local);
    return id !== undefined && deleteEndpoint(id);
  };

  const each = [udpHandle(ANY), udpListener(ANY)] as const;
  return [
    demand(driver, "driver"),
    each.map((local) => [
      observePublishers(udpPacket(local, ANY, ANY), {
        onPresence: ({ role: { topic } }) => came(topic.source),
        onAbsence: ({ role: { topic } }) => went(topic.source),
      }),
      observeSubscribers(udpPacket(ANY, local, ANY), {
        onPresence: ({ role: { topic } }) => came(topic.destination),
        onAbsence: ({ role: { topic } }) => went(topic.destination),
      }),
    ]),
  ];
}
