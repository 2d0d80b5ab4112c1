import type { Process } from "../../vm/process.ts";
import type { Vm } from "../../vm/vm.ts";

/** One VM of a scenario, whether it still lives or not. */
export interface Level {
  /** Where what is asked of the meta level is performed. */
  readonly container: Level;
  /** The VM, while it lives. */
  readonly vm: () => Vm | undefined;
}

/** The container of the scenario's own VM: nobody lives there. */
const OUTSIDE: Level = {
  get container(): Level {
    return OUTSIDE;
  },
  vm: () => undefined,
};

/** The level of the scenario's own VM. */
export function outermost(vm: () => Vm): Level {
  return { container: OUTSIDE, vm };
}

/** A process that has been booted. */
export interface Member {
  readonly name: string;
  readonly level: Level;
  /** The process, while it lives. */
  readonly process: () => Process | undefined;
}

/** Who has been booted in a scenario, in order. */
export class Cast {
  readonly #members: Member[] = [];

  /** A process has been booted. */
  join(name: string, level: Level, pid: number): void {
    this.#members.push({ name, level, process: () => level.vm()?.processes.get(pid) });
  }

  /**
   * A nested VM has been booted. Only its inner boot process runs then, and that is not told the PID of the VM process: so the
   * VM process is found by its debug name, which has to be its own.
   *
   * @param innerOf the VM that a VM process is
   * @returns the level inside
   */
  joinVm(name: string, level: Level, debugName: string, innerOf: (process: Process) => Vm | undefined): Level {
    const process = (): Process | undefined => {
      for (const each of level.vm()?.processes.values() ?? []) if (each.name === debugName) return each;
      return undefined;
    };
    this.#members.push({ name, level, process });
    return {
      container: level,
      vm: () => {
        const found = process();
        return found === undefined ? undefined : innerOf(found);
      },
    };
  }

  /** Whom a name stands for: the most recent that was given it, at one level if one is given. */
  find(name: string, level?: Level): Member | undefined {
    return this.#members.findLast((each) => each.name === name && (level === undefined || each.level === level));
  }

  /** The names of all that live, sorted. */
  alive(): string[] {
    return this.#members
      .filter((each) => each.process() !== undefined)
      .map((each) => each.name)
      .toSorted();
  }
}
