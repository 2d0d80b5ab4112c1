import type { Term } from "../terms/term.ts";
import { checkTerm } from "../terms/term.ts";
import { badArgument, MarketplaceError } from "../terms/error.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Host } from "./host.ts";

/**
 * Something outside that yields values: a socket, a timer, a promise. A participant subscriber of `[source, pattern]` in the ground VM
 * arms it; each value reaches the network as the message `[source, value]` (semantics, rules 27 and 28).
 */
export interface Source<T = Term> {
  /**
   * Called when there is demand for one value: by the first subscriber, and after each value once the VM has dealt with it.
   *
   * @param deliver hands over one value, now or later; a second call for the same arming throws `SOURCE_NOT_ARMED`, one after
   * disarming does nothing
   * @param host the world that the ground VM runs in: its clock and timers
   * @returns called once when the last subscriber has gone, whether or not the value came; it may return a promise, for which
   * a VM that ends waits a little: the time to flush. A source that returns nothing says that it will never yield again
   */
  arm(deliver: (value: T) => void, host: Host): Disarm | void;
}

/** Releases what a source holds. */
export type Disarm = () => void | Promise<void>;

/** What the sources of a ground VM need of it. */
export interface SourceUser {
  /** A value has come. */
  take(source: Source, value: Term): void;
  /** A source does not work: `reason` is what it threw or why its value was refused. */
  failed(source: Source, reason: unknown, demandedBy: Iterable<Endpoint>): void;
}

interface Demand {
  readonly endpoints: Set<Endpoint>;
  disarm: Disarm;
  /** Waits for its value. */
  armed: boolean;
}

/** Arms the event sources that somebody in the ground VM subscribes to, and disarms them when the last subscriber goes. */
export class EventSources {
  readonly #user: SourceUser;
  readonly #host: Host;
  readonly #demands = new Map<Source, Demand>();
  /** Sources whose value was taken since the last round began, and those whose value the present round deals with. */
  #taken: Source[] = [];
  #dealtWith: Source[] = [];
  /** What sources are still flushing. */
  readonly #flushing = new Set<Promise<void>>();
  armedCount = 0;

  constructor(user: SourceUser, host: Host) {
    this.#user = user;
    this.#host = host;
  }

  get flushing(): Iterable<Promise<void>> {
    return this.#flushing;
  }

  endpointCame(endpoint: Endpoint): void {
    const source = sourceOf(endpoint);
    if (source === undefined) return;
    const demand = this.#demands.get(source);
    if (demand !== undefined) {
      demand.endpoints.add(endpoint);
      return;
    }
    const first: Demand = { endpoints: new Set([endpoint]), disarm: () => {}, armed: false };
    this.#demands.set(source, first);
    this.#arm(source, first);
  }

  endpointWent(endpoint: Endpoint): void {
    const source = sourceOf(endpoint);
    const demand = source === undefined ? undefined : this.#demands.get(source);
    if (source === undefined || demand === undefined) return;
    demand.endpoints.delete(endpoint);
    if (demand.endpoints.size === 0) this.#disarm(source, demand);
  }

  roundBegins(): void {
    if (this.#taken.length === 0) return;
    const dealtWith = this.#dealtWith;
    this.#dealtWith = this.#taken;
    this.#taken = dealtWith;
  }

  /** The values taken before this round have been dealt with: their sources are armed again. */
  roundEnded(): void {
    const again = this.#dealtWith;
    if (again.length === 0) return;
    this.#dealtWith = [];
    for (const source of again) {
      const demand = this.#demands.get(source);
      if (demand !== undefined && !demand.armed) this.#arm(source, demand);
    }
  }

  disarmAll(): void {
    for (const [source, demand] of this.#demands) this.#disarm(source, demand);
  }

  #arm(source: Source, demand: Demand): void {
    let delivered = false;
    demand.armed = true;
    this.armedCount++;
    try {
      const disarm = source.arm((value) => {
        if (delivered) throw notArmed();
        delivered = true;
        if (this.#demands.get(source) !== demand) return;
        demand.armed = false;
        this.armedCount--;
        try {
          checkTerm(value, "value of an event source");
        } catch (cause) {
          this.#user.failed(source, cause, demand.endpoints);
          return;
        }
        this.#taken.push(source);
        this.#user.take(source, value);
      }, this.#host);
      // Such as what setTimeout returns, or the promise of an async method.
      if (disarm !== undefined && typeof disarm !== "function") {
        throw badArgument("event source: arm() returned", "a function that disarms it, or nothing", disarm);
      }
      demand.disarm = disarm ?? (() => {});
      if (disarm === undefined && demand.armed) {
        demand.armed = false;
        this.armedCount--;
      }
    } catch (thrown) {
      if (demand.armed) this.armedCount--;
      demand.armed = false;
      this.#user.failed(source, thrown, demand.endpoints);
    }
  }

  #disarm(source: Source, demand: Demand): void {
    this.#demands.delete(source);
    if (demand.armed) this.armedCount--;
    let flushed: void | Promise<void>;
    try {
      flushed = demand.disarm();
    } catch (thrown) {
      this.#user.failed(source, thrown, []);
      return;
    }
    if (!(flushed instanceof Promise)) return;
    const settled = flushed.then(
      () => void this.#flushing.delete(settled),
      (thrown: unknown) => {
        this.#flushing.delete(settled);
        this.#user.failed(source, thrown, []);
      },
    );
    this.#flushing.add(settled);
  }
}

/** The source that an endpoint demands; a wildcard demands nothing. */
function sourceOf(endpoint: Endpoint): Source | undefined {
  const { orientation, interestType, topic } = endpoint.role;
  if (orientation !== "subscriber" || interestType !== "participant") return undefined;
  if (!Array.isArray(topic) || topic.length !== 2) return undefined;
  return isSource(topic[0]) ? topic[0] : undefined;
}

/** Whether something can stand as the source in a topic `[source, pattern]`. */
export function isSource(value: unknown): value is Source {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as { arm?: unknown }).arm === "function"
  );
}

function notArmed(): MarketplaceError {
  return new MarketplaceError(
    "SOURCE_NOT_ARMED",
    "deliver: expected one value for each time the source is armed; got a second one. Keep it until arm() is called again",
  );
}
