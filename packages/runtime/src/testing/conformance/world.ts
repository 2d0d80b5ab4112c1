import type { Action, Boot, Pin } from "../../model/action.ts";
import { Machine } from "../../vm/machine.ts";
import type { Process } from "../../vm/process.ts";
import type { Vm } from "../../vm/vm.ts";

/** A VM inside another, as a scenario has it. */
export interface Nesting {
  /** Of the process that it is in its container: no other process there has it. */
  readonly name: string;
  readonly container: () => Vm | undefined;
  /** Keeps the inner boot process. */
  readonly pin: Pin;
  /** Of the first process inside. */
  readonly boot: Boot<unknown>;
}

/** In what the VMs of a scenario run. */
export interface World {
  /** The scenario's own VM; there is one from {@link World.boot} on. */
  readonly root: Vm;
  boot(boot: Boot<unknown>): void;
  /** Let a process do something. */
  inject(process: Process, make: () => unknown): void;
  /** An action of the container that makes a VM in it. */
  nest(nesting: Nesting): Action<unknown>;
  /** The VM that a process stands for in its container. */
  innerOf(process: Process): Vm | undefined;
}

/** All VMs in one machine, as the ground VM and those nested in it. */
export class OneMachine implements World {
  #machine!: Machine;

  get root(): Vm {
    return this.#machine.root;
  }

  boot(boot: Boot<unknown>): void {
    this.#machine = new Machine(boot, { onWarning: () => {} });
  }

  inject(process: Process, make: () => unknown): void {
    this.#machine.inject(process, make);
  }

  runUntilIdle(): void {
    this.#machine.runUntilIdle();
  }

  nest({ name, pin, boot }: Nesting): Action<unknown> {
    return { type: "spawn-vm", name, pin, boot };
  }

  innerOf(process: Process): Vm | undefined {
    return process.inner ?? undefined;
  }
}
