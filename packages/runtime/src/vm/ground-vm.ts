import type { Tracer } from "../inspect/tracer.ts";
import type { Boot, Pin, Quit, SendMessage, Spawn, SpawnVm, Unchecked } from "../model/action.ts";
import { GROUND } from "../model/ground.ts";
import { Sending } from "../model/sending.ts";
import { badArgument, MarketplaceError } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import type { Container, Inside, OuterAction } from "./container.ts";
import { EventSources, type Source, type SourceUser } from "./event-source.ts";
import type { Endpoint } from "./endpoint.ts";
import { endProcess } from "./actions/quit.ts";
import { defaultHost, type Host } from "./host.ts";
import { Machine, type RoundListener } from "./machine.ts";
import { INNER_ROUND, untraced } from "./pending-action.ts";
import type { Process } from "./process.ts";
import { Slice } from "./slice.ts";
import type { Vm } from "./vm.ts";
import { Warnings, type Warning } from "./warning.ts";

/** How long a VM that ends waits for what its drivers still have to flush, in milliseconds. */
const FLUSH_TIME = 1000;

/** The longest that a timer may run, in milliseconds. */
const LONG = 2 ** 31 - 1;

/** After how many rounds without a pause a VM is reported as busy. */
const MANY_ROUNDS = 100_000;

/** As much of an `AbortSignal` as is used; structural, because the runtime knows no DOM. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface GroundVmOptions {
  /** The world to run in; left out, it is made of what `globalThis` offers. */
  readonly host?: Host | undefined;
  /** Aborting it stops the VM. */
  readonly signal?: AbortSignalLike | undefined;
  /** Told of crashes (once for each distinct reason) and of a VM that is busy for ever; left out, they are printed. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
  /** Is told what happens from the first moment on; a debugger can also be attached later. */
  readonly tracer?: Tracer | undefined;
  /** What contains the VM: `bridge(dial)`. Left out, nothing does, and there is no meta level. */
  readonly container?: Container | undefined;
  /** Go on when there is nothing to do, until it is stopped? For a VM that has work from outside only, as by `perform` and `serveBridge`. */
  readonly linger?: boolean | undefined;
}

/** A running ground VM. */
export interface GroundVm extends AsyncDisposable {
  /** Settles when the VM has ended; rejects with what the boot function threw, if it did. */
  readonly ended: Promise<void>;
  /**
   * End all processes, in PID order, with this reason.
   *
   * @returns the same promise as `ended`, but it never rejects
   */
  stop(reason?: unknown): Promise<void>;
  /**
   * Have an action performed that no process asked for: it is the first thing that happens in the VM's next round.
   *
   * @throws MarketplaceError `VM_ENDED`, `BAD_ARGUMENT`
   */
  perform(action: SendMessage | Spawn<Unchecked> | SpawnVm<Unchecked>): void;
}

/** @throws MarketplaceError `BAD_ARGUMENT` where `vm` was not returned by `groundVm` */
export function groundOf(vm: GroundVm): Ground {
  const ground = (vm as { [GROUND]?: Ground } | null | undefined)?.[GROUND];
  if (ground === undefined) throw badArgument("vm", "what groundVm() returned", vm);
  return ground;
}

/**
 * Run a ground VM: the outermost one, which meets the outside world through event sources. It ends when nothing is pending and no
 * source is armed, or when it is stopped.
 *
 * @param boot the first process's first activation
 */
export function startGroundVm(boot: Boot<unknown>, options: GroundVmOptions): GroundVm {
  const ground = new Ground(boot, options);
  const vm: GroundVm = {
    ended: ground.ended,
    stop: (reason) => ground.stop(reason),
    perform: (action) => ground.perform(action),
    [Symbol.asyncDispose]: () => ground.stop(undefined),
  };
  Object.defineProperty(vm, GROUND, { value: ground });
  ground.start();
  return vm;
}

/** Where it is in its life; `leaving` if it ends by its own wish: it still hears that everybody outside has gone. */
type Phase = "running" | "leaving" | "stopping" | "over";

/** A machine with a clock, event sources and an end. */
export class Ground implements SourceUser, RoundListener, Inside {
  readonly machine: Machine;
  readonly host: Host;
  readonly ended: Promise<void>;
  readonly sources: EventSources;
  readonly #warnings: Warnings;
  readonly #slice: Slice;
  readonly #signal: AbortSignalLike | undefined;
  readonly #lingers: boolean;
  readonly #onAbort = (): void => void this.stop(this.#signal?.reason);
  #resolve!: () => void;
  #reject!: (reason: unknown) => void;
  #phase: Phase = "running";
  #stopReason: unknown = undefined;
  /** Is the machine running further up the stack? */
  #running = false;
  /** Has the host been asked to give us another slice? */
  #deferred = false;
  /** Lets go of the timer that keeps the host from ending while a debugger holds the machine. */
  #release: (() => void) | null = null;
  /** Rounds since the VM was last idle or took a value from outside. */
  #rounds = 0;

  /** @param pin for tests: keeps the boot process */
  constructor(
    boot: Boot<unknown>,
    { host = defaultHost(), signal, onWarning, tracer = host.tracer?.(), container, linger = false }: GroundVmOptions,
    pin: Pin = 0,
  ) {
    this.host = host;
    this.#signal = signal;
    this.#lingers = linger;
    this.#warnings = new Warnings(host, onWarning);
    this.#slice = new Slice(() => host.monotonic());
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.sources = new EventSources(this, host);
    this.machine = new Machine(boot, {
      onWarning: (warning, once) => this.#warnings.warn(warning, once),
      tracer,
      container,
      pin,
    });
    this.machine.roundListener = this;
    this.machine.root.onEndpoint = (endpoint) => this.sources.endpointCame(endpoint);
    this.machine.root.onEndpointGone = (endpoint) => this.sources.endpointWent(endpoint);
  }

  /** Will nothing happen any more? */
  get isOver(): boolean {
    return this.#phase === "over";
  }

  start(): void {
    this.machine.container?.begin(this);
    if (this.#signal?.aborted === true) void this.stop(this.#signal.reason);
    else this.#signal?.addEventListener("abort", this.#onAbort);
    this.#run();
  }

  stop(reason: unknown): Promise<void> {
    if (this.#phase === "running" || this.#phase === "leaving") {
      this.#phase = "stopping";
      this.#stopReason = reason;
      this.machine.gate?.lift();
      this.wake();
    }
    return this.ended.catch(() => {});
  }

  warn(warning: Warning, once?: string): void {
    this.#warnings.warn(warning, once);
  }

  take(source: Source, value: Term): void {
    this.machine.root.outside.enqueue(new Sending([source, value], "publisher"));
    this.#rounds = 0;
    this.wake();
  }

  perform(action: SendMessage | Spawn<Unchecked> | SpawnVm<Unchecked>): void {
    if (!["send-message", "spawn", "spawn-vm"].includes(action?.type))
      throw badArgument("perform: action", "what sendMessage(), spawn() or spawnVm() returns", action);
    if (this.#phase !== "running")
      throw new MarketplaceError("VM_ENDED", "perform: expected a VM that runs; this one has ended");
    this.machine.root.outside.enqueue(action);
    this.wake();
  }

  /** Have a message sent from outside a VM, or one of its processes ended: the first thing that happens in the VM's next round. */
  request(vm: Vm, action: SendMessage | Quit): void {
    vm.outside.enqueue(action);
    // A VM in the middle of a round sees to the next one itself.
    for (let each = vm; each.self !== null && !each.inRound; each = each.self.vm) each.self.enqueue(INNER_ROUND);
    this.wake();
  }

  /** Go on, if there is anything to do and the machine is not at work already. */
  wake(): void {
    if (!this.#running && !this.#deferred) this.#run();
  }

  failed(_source: Source, reason: unknown, demandedBy: Iterable<Endpoint>): void {
    let demanded = false;
    for (const { process } of demandedBy) {
      demanded = true;
      process.crash(reason);
    }
    if (!demanded)
      this.warn({ code: "SOURCE_FAILED", message: "an event source threw when it was disarmed", reason }, "");
    this.wake();
  }

  roundBegins(): void {
    this.sources.roundBegins();
  }

  roundEnded(): void {
    const { container, root } = this.machine;
    if (container !== null && root.outbox.length > 0) this.#performOutside(container, root);
    if (this.#phase === "stopping") return this.#endAll();
    this.sources.roundEnded();
    if (container !== null) this.#takeOuterEvent(container, root);
    if (this.#phase === "leaving" && root.outside.next === null) this.#vanish(root);
    if (this.machine.root.busy === 0) this.#rounds = 0;
    else if (++this.#rounds === MANY_ROUNDS) this.#reportBusy();
  }

  /** What the round has asked for; up to where it asks for the end of the VM. */
  #performOutside(container: Container, root: Vm): void {
    const asked = root.outbox.map(untraced);
    root.outbox = [];
    const end = asked.findIndex(({ type }) => type === "quit");
    if (this.#phase !== "running") return;
    container.perform((end === -1 ? asked : asked.slice(0, end)) as OuterAction[]);
    if (end === -1) return;
    this.#phase = "leaving";
    this.#stopReason = (asked[end] as Quit).reason;
    container.leave(this.#stopReason);
  }

  /** As when a nested VM ends: what is in it ends with it, and nobody inside hears of that. */
  #vanish(root: Vm): void {
    for (const process of root.processes.values()) root.dropPending(process);
  }

  /** One event for each round, as for a nested VM. */
  #takeOuterEvent(container: Container, root: Vm): void {
    const event = container.take();
    if (event === null) return;
    this.#rounds = 0;
    root.outside.enqueue(event);
  }

  #run(): void {
    if (this.#phase === "over") return;
    this.#running = true;
    const { container, root } = this.machine;
    if (container !== null && root.busy === 0 && !root.inRound) this.#takeOuterEvent(container, root);
    this.#slice.begin();
    const outcome = this.machine.run(this.#slice.grant);
    container?.flush();
    this.#running = false;
    this.#release?.();
    this.#release = null;
    if (outcome === "slice-over") this.#defer();
    else if (outcome === "held") this.#release = this.host.after(LONG, () => {});
    else if (this.#phase !== "running" || !this.#isHeld()) this.#finish();
  }

  /** May anything still happen, although nothing is pending? */
  #isHeld(): boolean {
    const { bootFailure, container, root } = this.machine;
    if (this.#lingers && bootFailure === null) return true;
    return this.sources.armedCount > 0 || root.holders > 0 || container?.holds === true;
  }

  #defer(): void {
    this.#deferred = true;
    this.host.defer(() => {
      this.#deferred = false;
      this.#run();
    });
  }

  /** Between two rounds: the end of every process, in PID order. What they still ask for is lost with them. */
  #endAll(): void {
    const { root } = this.machine;
    this.machine.tracer?.stops(root, this.#stopReason);
    for (const process of root.processes.values()) {
      endProcess(process, this.#stopReason);
      while (root.deliveries.active || this.machine.current !== root) this.machine.step();
    }
    root.dropPending(root.outside);
    root.outbox = [];
  }

  #finish(): void {
    this.#phase = "over";
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.sources.disarmAll();
    const { bootFailure, container, tracer } = this.machine;
    const settle = (): void => {
      tracer?.ends(bootFailure);
      if (bootFailure === null) this.#resolve();
      else this.#reject(bootFailure.thrown);
    };
    const flushing = [...this.sources.flushing];
    if (container !== null) flushing.push(container.end(bootFailure === null ? this.#stopReason : bootFailure.thrown));
    if (flushing.length === 0) return settle();
    const cancel = this.host.after(FLUSH_TIME, settle);
    void Promise.all(flushing).then(cancel).then(settle);
  }

  #reportBusy(): void {
    const busy: string[] = [];
    const { root } = this.machine;
    for (const process of root.processes.values()) collectBusy(process, busy);
    this.warn({
      code: "VM_BUSY",
      message:
        `no pause in ${MANY_ROUNDS} rounds: timers and sockets still get their turn, but this looks like a loop. ` +
        `Busy: ${busy.slice(0, 10).join(", ")}${busy.length > 10 ? ` and ${busy.length - 10} more` : ""}`,
    });
  }
}

function collectBusy(process: Process, busy: string[]): void {
  if (process.inner !== null) {
    const before = busy.length;
    for (const each of process.inner.processes.values()) collectBusy(each, busy);
    if (busy.length > before) return;
  }
  if (process.scheduled) busy.push(process.vm.path(process));
}
