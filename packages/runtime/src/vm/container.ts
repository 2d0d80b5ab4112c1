import type { AddEndpoint, SendMessage, Unchecked } from "../model/action.ts";
import type { AbsenceEvent, Arrival, PresenceEvent } from "../model/event.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Host } from "./host.ts";
import type { AddProxy, DeleteProxy } from "./pending-action.ts";
import type { Warning } from "./warning.ts";

/** What a ground VM asks of its container: endpoints that stand there for its own, and messages. */
export type OuterAction = AddProxy | DeleteProxy | SendMessage;

/** An event of the container for an endpoint that a process of the ground VM has there. */
export interface OuterEvent {
  readonly type: "outer-event";
  readonly target: Endpoint;
  readonly event: Arrival | PresenceEvent | AbsenceEvent;
}

/** What a container may ask of the ground VM inside it. */
export interface Inside {
  readonly host: Host;
  /** There is an event to {@link Container.take}. */
  wake(): void;
  warn(warning: Warning): void;
}

/**
 * Where a ground VM's meta level is, if it has one: somewhere else, in reach of messages only. What is asked of it is performed there in
 * order, and its events come back in order; but neither waits for the other.
 */
export interface Container {
  /** The VM is about to begin. */
  begin(inside: Inside): void;
  /**
   * Can this be performed there at all? Asked when a process wants it, so that who asks is who hears of it.
   *
   * @throws MarketplaceError `NOT_TRANSFERABLE` and others
   */
  check(action: AddEndpoint<Unchecked> | SendMessage): void;
  /** What one round of the VM has asked for, in order; each has been checked. */
  perform(actions: readonly OuterAction[]): void;
  /** An endpoint that stands there for one inside has other handlers now; `endpoint` is the one inside that has them. */
  replaced(endpoint: Endpoint): void;
  /**
   * The VM ends by its own wish. What was present for its endpoints there becomes absent, which it still hears of; nothing else is to
   * come, and nothing it asks for is performed any more.
   */
  leave(reason: unknown): void;
  /** The next event for the VM. Its call says that the VM has dealt with the one before, and with what followed from it. */
  take(): OuterEvent | null;
  /** The VM pauses: nothing more will be performed for now. */
  flush(): void;
  /** Does anything that is there, or on its way there, keep the VM from ending? */
  readonly holds: boolean;
  /**
   * The VM has ended.
   *
   * @returns when what is on its way has left
   */
  end(reason: unknown): Promise<void>;
}
