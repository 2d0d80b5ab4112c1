import { badArgument } from "../terms/error.ts";
import type { Wire } from "./wire.ts";

/** Why a channel was closed, by whoever closed it. */
export interface Closing {
  /** As of a WebSocket: 1000 for an orderly end; 0 where the connection was lost. */
  readonly code: number;
  /** For people. */
  readonly reason: string;
}

/**
 * Carries frames to the other half of a bridge and back, each way in order, none twice. What it carries them over is its own affair. It
 * calls no listener from within {@link BridgeChannel.send}.
 */
export interface BridgeChannel {
  /** Send a frame; nothing comes of it once the channel is closed. */
  send(frame: Wire): void;
  /** What was sent before still arrives. */
  close(code?: number, reason?: string): void;
  /**
   * Says whom to tell of each frame that comes, and of how many bytes it was, where that is known: called once. What comes may be anything:
   * the listener checks it.
   */
  onMessage(listener: (frame: unknown, bytes?: number) => void): void;
  /** Says whom to tell, once, when the channel has closed, whoever closed it: called once. */
  onClose(listener: (closing: Closing) => void): void;
  /** Where it can be told, how many bytes have been sent and not yet taken by the network. */
  readonly unsent?: (() => number) | undefined;
  /** Where it can be done, have the other side wait with what it sends, or go on. */
  readonly pause?: (() => void) | undefined;
  readonly resume?: (() => void) | undefined;
}

/** @throws MarketplaceError `BAD_ARGUMENT` */
export function checkChannel(what: string, channel: BridgeChannel): BridgeChannel {
  for (const method of ["send", "close", "onMessage", "onClose"] as const) {
    if (typeof channel?.[method] !== "function")
      throw badArgument(`${what}: channel.${method}`, "a function", channel?.[method]);
  }
  return channel;
}
