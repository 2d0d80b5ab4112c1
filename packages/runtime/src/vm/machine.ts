import type { Gate, Tracer } from "../inspect/tracer.ts";
import type { Boot, Pin } from "../model/action.ts";
import type { Container } from "./container.ts";
import { enterForProcess } from "./nested-vm.ts";
import type { Process } from "./process.ts";
import { reasonText, type Warning } from "./warning.ts";
import { Vm } from "./vm.ts";

/** Why {@link Machine.run} came back. */
export type Outcome = "idle" | "slice-over" | "held";

/** Hears of the rounds of the ground VM. */
export interface RoundListener {
  roundBegins(): void;
  /** Anything may be made pending here. */
  roundEnded(): void;
}

export interface MachineOptions {
  readonly onWarning?: ((warning: Warning, once: string) => void) | undefined;
  /** Left out, nobody watches until somebody is put in its place. */
  readonly tracer?: Tracer | undefined;
  /** What contains the root; left out, nothing does. */
  readonly container?: Container | undefined;
  /** For tests: keeps the boot process. */
  readonly pin?: Pin | undefined;
}

/**
 * Runs a ground VM and all that is nested in it, one step after the other. It knows at each moment which VM goes on: the innermost
 * one that has work in hand.
 */
export class Machine {
  readonly root: Vm;
  readonly container: Container | null;
  /** The VM whose step is next. */
  current: Vm;
  /** What the root's boot threw, or how what it returned was malformed. */
  bootFailure: { readonly thrown: unknown } | null = null;
  roundListener: RoundListener | null = null;
  /** Who is told what happens, and who may hold the machine. */
  tracer: Tracer | null;
  gate: Gate | null = null;
  readonly #onWarning: (warning: Warning, once: string) => void;
  #booting = false;

  /** @param onWarning is told of each crash; `once` tells repeated ones from new ones */
  constructor(boot: Boot<unknown>, { onWarning, tracer, container, pin = 0 }: MachineOptions = {}) {
    this.#onWarning = onWarning ?? (() => {});
    this.tracer = tracer ?? null;
    this.container = container ?? null;
    this.root = new Vm(this, null);
    this.current = this.root;
    const process = this.root.newProcess("ground", pin);
    this.#booting = true;
    process.boot(boot);
    this.#booting = false;
  }

  /**
   * Go on until nothing is pending, a slice is over, or the gate holds the machine.
   *
   * @param grant tells how many actions may be performed before it is asked again; none when the slice is over
   */
  run(grant: () => number): Outcome {
    let granted = 0;
    for (;;) {
      const vm = this.current;
      if (vm.deliveries.active) {
        vm.deliveries.resume();
      } else if (vm.turnLeft > 0) {
        if (this.gate !== null && this.gate.stopsBefore(vm)) return "held";
        if (granted === 0 && (granted = grant()) === 0) return "slice-over";
        granted -= vm.performNext(this.gate === null ? granted : 1);
      } else if (!vm.nextTurn() && this.#turnRound(vm) && vm.busy === 0 && vm === this.root) {
        return "idle";
      }
    }
  }

  /** The smallest unit: go on with the deliveries of an action, perform the next one, or begin or end a turn or a round. */
  step(): void {
    const vm = this.current;
    if (vm.deliveries.active) vm.deliveries.resume();
    else if (vm.turnLeft > 0) vm.performNext(1);
    else if (!vm.nextTurn()) this.#turnRound(vm);
  }

  /** All turns have been taken: end the round, or begin one. @returns whether one has ended */
  #turnRound(vm: Vm): boolean {
    const listener = vm === this.root ? this.roundListener : null;
    if (!vm.inRound) {
      if (listener !== null) listener.roundBegins();
      vm.beginRound();
      return false;
    }
    vm.endRound();
    if (listener !== null) listener.roundEnded();
    return this.current === vm;
  }

  /** Run rounds, at least one, until nothing is pending in any VM. For tests: a program that is never idle never comes back. */
  runUntilIdle(): void {
    // What was injected into a nested VM gives it a round outside any of the root's; the root still has to collect what that left.
    while (this.current !== this.root) this.step();
    this.run(() => Infinity);
  }

  /**
   * Hand a step to a process as if one of its handlers had returned it; each VM around it then runs a round, as for an event of its
   * meta level. For tests.
   */
  inject(process: Process, make: () => unknown): void {
    enterForProcess(null, process, (each) => each.resume(make));
  }

  /** A process has thrown, or asked for what cannot be performed. A boot failure of the ground VM is told by its promise. */
  crashed(process: Process, reason: unknown): void {
    if (this.#booting) {
      this.bootFailure = { thrown: reason };
      return;
    }
    const { vm } = process;
    const path = vm.path(process);
    this.#onWarning(
      { code: "PROCESS_CRASHED", message: `${path} crashed: ${reasonText(reason)}`, process: path, reason },
      process.name ?? "",
    );
  }
}
