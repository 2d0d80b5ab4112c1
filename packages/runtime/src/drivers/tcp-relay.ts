import { tcpAddress, tcpChannel, tcpError, tcpHandle, tcpListener, tcpListening } from "../messages/tcp.ts";
import type { Spawn, Unchecked } from "../model/action.ts";
import { ANY } from "../terms/wildcard.ts";
import { relay, type RelayedRole } from "./relay.ts";

const address = tcpAddress(ANY, ANY);
const handle = tcpHandle(ANY);
const listener = tcpListener(ANY);

/** What a program does that connects and listens by a TCP driver. */
export const tcpRoles: readonly RelayedRole[] = [
  { orientation: "publisher", topic: tcpChannel(handle, address, ANY) },
  { orientation: "subscriber", topic: tcpChannel(address, handle, ANY) },
  { orientation: "publisher", topic: tcpChannel(listener, address, ANY) },
  // Who waits for connections says nothing about where they come from: an address here would be taken for one remote.
  { orientation: "subscriber", topic: tcpChannel(ANY, listener, ANY) },
  { orientation: "subscriber", topic: tcpListening(listener, ANY) },
  { orientation: "subscriber", topic: tcpError(ANY, ANY, ANY) },
];

/**
 * Lets the programs of a nested VM, or of one on the other side of a bridge, use the TCP driver of the VM that contains it. See {@link relay}.
 *
 * @param selfId names the relay for people
 * @returns the action that spawns it
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function tcpRelay(selfId: string): Spawn<Unchecked> {
  return relay(selfId, tcpRoles);
}
