import type { ActionTree, Boot } from "../../src/model/action.ts";
import { spawn } from "../../src/dsl/processes.ts";
import { Machine } from "../../src/vm/machine.ts";
import type { Process } from "../../src/vm/process.ts";
import type { Warning } from "../../src/vm/warning.ts";

/** A machine whose processes a test plays by hand: each does what it is told and is never collected. */
export interface Stage {
  readonly machine: Machine;
  readonly warnings: Warning[];
  /** Let the process of this name return `actions` from one activation, and run until nothing is pending. */
  tell(name: string, actions: ActionTree<any> | (() => unknown)): void;
  process(name: string): Process | undefined;
}

export function stage(...names: string[]): Stage {
  const warnings: Warning[] = [];
  const idle: Boot<unknown> = () => undefined;
  const machine = new Machine(() => names.map((name) => ({ ...spawn(idle, { name }), pin: 1 })), {
    onWarning: (warning) => warnings.push(warning),
  });
  machine.runUntilIdle();
  const process = (name: string): Process | undefined =>
    [...machine.root.processes.values()].find((each) => each.name === name);
  return {
    machine,
    warnings,
    process,
    tell(name, actions) {
      const told = process(name);
      if (told === undefined) throw new Error(`no process ${name}`);
      machine.inject(told, typeof actions === "function" ? actions : () => actions);
      machine.runUntilIdle();
    },
  };
}
