import fc from "fast-check";
import { expect, test } from "vitest";
import { subscriber } from "../../src/dsl/endpoints.ts";
import { spawn } from "../../src/dsl/processes.ts";
import { groundOf } from "../../src/vm/ground-vm.ts";
import { liveTree, toldTree } from "./live-tree.ts";
import { bootOf, script } from "./program.ts";
import { Room } from "./room.ts";
import { Viewer } from "./viewer.ts";

/** What happens between two looks at a viewer's tree. */
const moment = fc.oneof(
  { weight: 4, arbitrary: fc.record({ happens: fc.constant("spawn" as const), script: script(2) }) },
  { weight: 2, arbitrary: fc.constant({ happens: "acknowledge" as const }) },
  { weight: 2, arbitrary: fc.constant({ happens: "flush" as const }) },
  { weight: 1, arbitrary: fc.record({ happens: fc.constant("snapshot" as const), history: fc.nat(200) }) },
);

test("whatever a viewer asks for, however slowly it acknowledges and however little is kept, it arrives at the tree that the VM has", () => {
  fc.assert(
    fc.property(
      fc.array(moment, { maxLength: 25 }),
      fc.nat(100),
      fc.constantFrom(65_536, 1e9),
      (moments, history, budget) => {
        const next = { script: [[]] as Parameters<typeof bootOf>[0] };
        const spawner = (): unknown =>
          subscriber(["said", "go"], { onMessage: () => spawn(bootOf(next.script, () => {})) });
        const room = new Room([spawner as never]);
        const viewer = Viewer.attach(room.vm, room.host, { history }, { control: true, budget });
        viewer.acknowledges = false;
        let request = 1000;
        for (const each of moments) {
          if (each.happens === "spawn") {
            next.script = each.script;
            room.give("go");
          } else if (each.happens === "acknowledge") viewer.acknowledge();
          else if (each.happens === "flush") viewer.flush();
          else
            viewer.raw(
              JSON.stringify({ type: "request", request: request++, command: "snapshot", history: each.history }),
            );
        }
        viewer.acknowledges = true;
        viewer.acknowledge();
        viewer.flush();
        expect(viewer.failed).toBeUndefined();
        expect(viewer.at).toBe(viewer.status.buffer.newest);
        expect(toldTree(viewer.processes, viewer.sinceSnapshot)).toEqual(liveTree(groundOf(room.vm).machine.root));
      },
    ),
    { numRuns: 150 },
  );
});
