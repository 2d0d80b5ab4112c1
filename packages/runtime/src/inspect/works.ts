import type { Process } from "../vm/process.ts";
import type { Vm } from "../vm/vm.ts";
import type { EventId } from "./events.ts";

/** Where a VM is in its work. */
export interface Work {
  readonly vm: Vm;
  /** The turn's event, 0 until one of its actions is performed. */
  turn: EventId;
  /** Counts the turns. */
  turns: number;
  pending: number;
  /** Whose action it is, what asked for it, and its event. */
  actor: Process | null;
  cause: EventId;
  action: EventId;
  /** What is being delivered: a message, a pair, a spawn. */
  event: EventId;
  /** The endpoint's that came or goes. */
  subject: EventId;
}

/** The work of all VMs that have done any. */
export class Works {
  readonly #works = new Map<Vm, Work>();
  /** The one asked for last: mostly it is asked for again. */
  #lately: Work | null = null;

  of(vm: Vm): Work {
    const lately = this.#lately;
    if (lately !== null && lately.vm === vm) return lately;
    let work = this.#works.get(vm);
    if (work === undefined) {
      work = { vm, turn: 0, turns: 0, pending: 0, actor: null, cause: 0, action: 0, event: 0, subject: 0 };
      this.#works.set(vm, work);
    }
    this.#lately = work;
    return work;
  }

  /** A VM and what is in it are gone. */
  forget(vm: Vm): void {
    this.#works.delete(vm);
    if (this.#lately?.vm === vm) this.#lately = null;
    for (const process of vm.processes.values()) if (process.inner !== null) this.forget(process.inner);
  }
}
