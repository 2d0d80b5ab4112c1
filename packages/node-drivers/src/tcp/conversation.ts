import type { TcpAddress, TcpHandle, TcpListener } from "@marketplace/runtime";
import type { SocketSource } from "./socket-source.ts";

/** A socket, and what its two ends are called in the network. */
export interface Conversation {
  readonly socket: SocketSource;
  readonly local: TcpHandle | TcpListener;
  readonly remote: TcpAddress;
}
