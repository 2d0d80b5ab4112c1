import {
  udpError,
  udpFailure,
  udpHandle,
  udpListener,
  udpListening,
  udpPacket,
  udpRemoteAddress,
} from "../messages/udp.ts";
import type { Spawn, Unchecked } from "../model/action.ts";
import { ANY } from "../terms/wildcard.ts";
import { relay, type RelayedRole } from "./relay.ts";

const remote = udpRemoteAddress(ANY, ANY);
const handle = udpHandle(ANY);
const listener = udpListener(ANY);

/** What a program does that sends and receives by a UDP driver. */
export const udpRoles: readonly RelayedRole[] = [
  { orientation: "publisher", topic: udpPacket(handle, remote, ANY) },
  { orientation: "publisher", topic: udpPacket(listener, remote, ANY) },
  { orientation: "subscriber", topic: udpPacket(remote, handle, ANY) },
  { orientation: "subscriber", topic: udpPacket(remote, listener, ANY) },
  { orientation: "publisher", topic: udpFailure(ANY, ANY, ANY) },
  { orientation: "subscriber", topic: udpListening(listener, ANY) },
  { orientation: "subscriber", topic: udpError(ANY, ANY) },
];

/**
 * Lets the programs of a nested VM, or of one on the other side of a bridge, use the UDP driver of the VM that contains it. See {@link relay}.
 *
 * @param selfId names the relay for people
 * @returns the action that spawns it
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function udpRelay(selfId: string): Spawn<Unchecked> {
  return relay(selfId, udpRoles);
}
