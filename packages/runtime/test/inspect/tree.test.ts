import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Recorder } from "../../src/inspect/recorder.ts";
import { stateAt } from "../../src/inspect/state-at.ts";
import { DROPPED } from "../../src/inspect/entry.ts";
import type { Gate } from "../../src/inspect/tracer.ts";
import { Machine } from "../../src/vm/machine.ts";
import type { Process } from "../../src/vm/process.ts";
import type { Vm } from "../../src/vm/vm.ts";
import { liveTree, type Shape } from "./live-tree.ts";
import { atMost, bootAll, program } from "./program.ts";

/** Called at the border of each action: nothing is half done then. */
class Borders implements Gate {
  readonly #visit: () => void;

  constructor(visit: () => void) {
    this.#visit = visit;
  }

  stopsBefore(): boolean {
    this.#visit();
    return false;
  }

  lift(): void {}
}

/** The tree that a recorder's events lead to. */
function recordedTree({ tree, ring }: Recorder): Shape {
  const copy = tree.copy();
  ring.forward(ring.floor + 1, (entry) => {
    copy.apply(entry);
    return true;
  });
  return Object.fromEntries(
    [...copy.processes].map(({ process, vm, endpoints }) => {
      const shown = [...endpoints.values()].map(
        (each) => `${each.level} ${each.endpoint}${each.for === null ? "" : ` for ${each.for}`}`,
      );
      return [process, { vm, endpoints: shown.toSorted() }];
    }),
  );
}

describe("of a random program, at the border of every action,", () => {
  test("the tree that the events lead to is the one that the VM has", () => {
    fc.assert(
      fc.property(program, (scripts) => {
        const recorder = new Recorder(1e9, () => 0);
        const machine = new Machine(
          bootAll(scripts, () => {}),
          { tracer: recorder },
        );
        machine.gate = new Borders(() => expect(recordedTree(recorder)).toEqual(liveTree(machine.root)));
        machine.run(atMost(2000));
        expect(recordedTree(recorder)).toEqual(liveTree(machine.root));
      }),
      { numRuns: 150 },
    );
  });

  test("that holds for a recorder that came late, and for one that keeps next to nothing", () => {
    fc.assert(
      fc.property(program, fc.nat(30), fc.constantFrom(1000, 100_000), (scripts, late, budget) => {
        const machine = new Machine(bootAll(scripts, () => {}));
        let recorder: Recorder | undefined;
        let borders = 0;
        machine.gate = new Borders(() => {
          if (borders++ === late) {
            recorder = new Recorder(budget, () => 0);
            recorder.begin(machine.root);
            machine.tracer = recorder;
          }
          if (recorder !== undefined) expect(recordedTree(recorder)).toEqual(liveTree(machine.root));
        });
        machine.run(atMost(2000));
      }),
      { numRuns: 150 },
    );
  });

  test("stateAt finds the state that each process had then, whenever the recorder came", () => {
    fc.assert(
      fc.property(program, fc.nat(20), (scripts, late) => {
        const machine = new Machine(bootAll(scripts, () => {}));
        const seen: { readonly path: string; readonly at: number; readonly state: unknown }[] = [];
        let recorder: Recorder | undefined;
        let borders = 0;
        machine.gate = new Borders(() => {
          if (borders++ === late) {
            recorder = new Recorder(1e9, () => 0);
            recorder.begin(machine.root);
            machine.tracer = recorder;
          }
          if (recorder === undefined) return;
          const at = recorder.ring.newest;
          visitAll(machine.root, "", (path, { state }) => seen.push({ path, at, state }));
        });
        machine.run(atMost(2000));
        for (const { path, at, state } of seen) {
          const found = stateAt(recorder as Recorder, machine.root, path, at);
          expect(found).not.toBe(DROPPED);
          // What ended along with its VM is no longer known to anybody, unless it changed while it was recorded.
          if (found !== undefined && found !== DROPPED) expect(found.state, `${path} at ${at}`).toBe(state);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function visitAll(vm: Vm, prefix: string, each: (path: string, process: Process) => void): void {
  for (const process of vm.processes.values()) {
    each(`${prefix}${process.pid}`, process);
    if (process.inner !== null) visitAll(process.inner, `${prefix}${process.pid}.`, each);
  }
}
