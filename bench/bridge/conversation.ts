/** A conversation with the echo server, through a bridge of any kind. */
export interface Conversation {
  send(bytes: Uint8Array): void;
  /** From now on this listener is told how many bytes have come, and no longer the one before. */
  onBytes(listener: (length: number) => void): void;
}
