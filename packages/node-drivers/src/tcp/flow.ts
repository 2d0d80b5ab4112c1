import type { Term } from "@marketplace/runtime";

/**
 * Whoever carries conversations further than the VM, and holds for each of them what is on its way: such as a bridge. It says when a
 * connection is to be read, and hears what has been read from it and what has been written to it.
 */
export interface TcpFlow {
  /**
   * A conversation begins. It is not up yet, and may never be.
   *
   * @param local and
   * @param remote are its two ends, as in `tcpChannel(remote, local, bytes)`
   * @param hold stop reading from the connection, or go on
   */
  begin(local: Term, remote: Term, hold: (isHeld: boolean) => void): ConversationFlow;
}

/** What one conversation tells of itself. */
export interface ConversationFlow {
  /** So many bytes, 65,536 at most, have been read; they are on their way into the VM. */
  read(bytes: number): void;
  /** The system has taken so many more of the bytes that were sent. */
  taken(bytes: number): void;
  /** It is over; nothing more will be told. */
  end(): void;
}
