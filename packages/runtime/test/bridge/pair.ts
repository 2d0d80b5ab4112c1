import { acceptBridge, type AcceptOptions } from "../../src/bridge/accept.ts";
import { bridge, type BridgeOptions } from "../../src/bridge/bridge.ts";
import type { BridgeChannel } from "../../src/bridge/channel.ts";
import type { BridgeState } from "../../src/bridge/line.ts";
import { memoryChannel } from "../../src/bridge/memory-channel.ts";
import { subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { spawn } from "../../src/dsl/processes.ts";
import type { Action, ActionTree, Boot } from "../../src/model/action.ts";
import type { EndpointEvent } from "../../src/model/event.ts";
import { formatTerm } from "../../src/terms/format.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import type { Source } from "../../src/vm/event-source.ts";
import type { GroundVm } from "../../src/vm/ground-vm.ts";
import type { Warning } from "../../src/vm/warning.ts";

/** A process that does what a test tells it, when it tells it. */
export class Actor implements Source<number> {
  readonly #host: FakeHost;
  #orders: ActionTree<any>[] = [];
  #deliver: ((value: number) => void) | null = null;

  constructor(host: FakeHost) {
    this.#host = host;
  }

  get boot(): Action<any> {
    return spawn(() =>
      subscriber([this, ANY], { onMessage: ([, count]) => this.#orders.splice(0, count as number) }, { id: "orders" }),
    );
  }

  arm(deliver: (value: number) => void): () => void {
    this.#deliver = deliver;
    if (this.#orders.length > 0) this.#act();
    return () => void (this.#deliver = null);
  }

  /** Have it do this, and let everything happen that follows without time passing. */
  does(...actions: ActionTree<any>[]): void {
    this.#orders.push(...actions);
    this.#act();
    this.#host.settle();
  }

  #act(): void {
    const deliver = this.#deliver;
    this.#deliver = null;
    deliver?.(this.#orders.length);
  }
}

/** Handlers that note what they see. */
export function noting(
  log: string[],
  name: string,
): {
  onPresence: (event: EndpointEvent) => void;
  onAbsence: (event: EndpointEvent) => void;
  onMessage: (body: unknown) => void;
} {
  return {
    onPresence: ({ role }) => void log.push(`${name} + ${role.orientation} ${formatTerm(role.topic)}`),
    onAbsence: (event) =>
      void log.push(
        `${name} - ${event.role.orientation} ${formatTerm(event.role.topic)}` +
          (event.type === "absence" && event.reason !== undefined ? ` because ${formatTerm(event.reason)}` : ""),
      ),
    onMessage: (body) => void log.push(`${name}: ${formatTerm(body)}`),
  };
}

/** A bridged VM and its container, in one world. */
export interface Pair {
  readonly host: FakeHost;
  /** The ground VM with the sessions. */
  readonly outer: GroundVm;
  readonly inner: GroundVm;
  /** A process in the session's VM, made anew for each connection. */
  readonly there: () => Actor;
  /** A process in the bridged VM. */
  readonly here: Actor;
  /** The ends of the present connection. */
  readonly ends: () => readonly [BridgeChannel, BridgeChannel];
  readonly states: BridgeState[];
  readonly warnings: Warning[];
  /** How many sessions have ended. */
  readonly ended: () => number;
}

export interface PairOptions {
  readonly bridge?: BridgeOptions;
  readonly accept?: Partial<AcceptOptions>;
  /** Runs in the session beside the actor. */
  readonly session?: AcceptOptions["boot"];
  /** Runs in the bridged VM beside the actor. */
  readonly program?: Boot<any>;
  readonly random?: () => number;
  /** Between the bridge and the channel that it dials. */
  readonly through?: (
    near: BridgeChannel,
    far: BridgeChannel,
    host: FakeHost,
  ) => readonly [BridgeChannel, BridgeChannel];
  /** Does the dialling succeed? */
  readonly reachable?: () => boolean;
}

export function pair(options: PairOptions = {}): Pair {
  const host = new FakeHost(options.random);
  const warnings: Warning[] = [];
  const states: BridgeState[] = [];
  const onWarning = (warning: Warning): void => void warnings.push(warning);
  /** Keeps the container running while there is no session. */
  const idle = new Actor(host);
  const outer = groundVm(() => idle.boot, { host, onWarning });
  let there = new Actor(host);
  let ends!: readonly [BridgeChannel, BridgeChannel];
  let ended = 0;
  const dial = (): BridgeChannel => {
    if (options.reachable?.() === false) throw new Error("nobody answers");
    const [near, far] = memoryChannel(host);
    ends = options.through?.(near, far, host) ?? [near, far];
    there = new Actor(host);
    acceptBridge(outer, ends[1], {
      ...options.accept,
      boot: (flow) => [there.boot, options.session?.(flow) as ActionTree<any>],
      onEnd: () => void ended++,
    });
    return ends[0];
  };
  const here = new Actor(host);
  const inner = groundVm((pid) => [here.boot, options.program?.(pid) as ActionTree<any>], {
    host,
    onWarning,
    container: bridge(dial, { onState: (state: BridgeState) => void states.push(state), ...options.bridge }),
  });
  host.settle();
  return { host, outer, inner, there: () => there, here, ends: () => ends, states, warnings, ended: () => ended };
}
