import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NONE, type Entry } from "../../src/inspect/entry.ts";
import { Recorder } from "../../src/inspect/recorder.ts";
import { Machine } from "../../src/vm/machine.ts";
import { atMost, bootAll, program, type Script } from "./program.ts";

/** Run a program under a recorder. A program that goes on for ever is cut short. */
function record(scripts: readonly Script[]): { readonly entries: Entry[]; readonly ran: Map<string, number> } {
  const ran = new Map<string, number>();
  const recorder = new Recorder(1e9, () => 0);
  const count = (on: string): void => void ran.set(on, (ran.get(on) ?? 0) + 1);
  const machine = new Machine(bootAll(scripts, count), { tracer: recorder });
  machine.run(atMost(5000));
  const entries: Entry[] = [];
  recorder.ring.forward(1, (entry) => entries.push(entry) > 0);
  return { entries, ran };
}

/** What may cause what. */
const CAUSES: { readonly [kind: string]: readonly string[] } = {
  message: ["activation", "action"],
  action: ["activation", "action"],
  "endpoint-added": ["action"],
  "endpoint-replaced": ["action"],
  "endpoint-deleted": ["action"],
  presence: ["endpoint-added"],
  absence: ["endpoint-deleted"],
  spawn: ["action", "spawn"],
  exit: ["action", "activation", "spawn"],
};

const OCCASIONS: { readonly [on: string]: string } = {
  boot: "spawn",
  spawned: "spawn",
  yield: "action",
  message: "message",
  presence: "presence",
  absence: "absence",
};

describe("of a random program, with nested VMs, crashes and kills,", () => {
  test("the recorder tells every run of a handler", () => {
    fc.assert(
      fc.property(program, (scripts) => {
        const { entries, ran } = record(scripts);
        const told = new Map<string, number>();
        for (const entry of entries) if (entry.kind === "activation") told.set(entry.on, (told.get(entry.on) ?? 0) + 1);
        // An endpoint without handlers takes no part, and a boot of the ground VM is a boot like any other.
        expect(Object.fromEntries(told)).toEqual(Object.fromEntries(ran));
      }),
      { numRuns: 300 },
    );
  });

  test("each event but turns has a cause, of the right kind, back to the ground VM's boot", () => {
    fc.assert(
      fc.property(program, (scripts) => {
        const { entries } = record(scripts);
        const byId = new Map(entries.map((entry) => [entry.id, entry]));
        expect(entries.map(({ id }) => id)).toEqual(entries.map((_, i) => i + 1));
        for (const entry of entries) {
          if (entry.kind === "turn" || entry.id === 1) {
            expect(entry.cause).toBe(0);
            continue;
          }
          const cause = byId.get(entry.cause);
          const allowed = entry.kind === "activation" ? [OCCASIONS[entry.on]] : CAUSES[entry.kind];
          expect(allowed, `${entry.kind} ${entry.id} caused by ${entry.cause}`).toContain(cause?.kind);
          expect(entry.cause).toBeLessThan(entry.id);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("an activation for a message runs at an endpoint that the message reached", () => {
    fc.assert(
      fc.property(program, (scripts) => {
        const { entries } = record(scripts);
        const byId = new Map(entries.map((entry) => [entry.id, entry]));
        const standsFor = new Map<string, string>();
        for (const entry of entries) {
          if (entry.kind === "endpoint-added" && entry.node.for !== null)
            standsFor.set(entry.node.endpoint, entry.node.for);
          if (entry.kind !== "activation" || entry.on !== "message") continue;
          const message = byId.get(entry.cause);
          if (message?.kind !== "message") throw new Error("no message");
          const reached = message.to.flatMap((key) => {
            const chain: string[] = [];
            for (let at: string | undefined = key; at !== undefined; at = standsFor.get(at)) chain.push(at);
            return chain;
          });
          expect(reached).toContain(entry.endpoint);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("what an activation asked for is performed in its order, each action once, by its own process or not at all", () => {
    fc.assert(
      fc.property(program, (scripts) => {
        const { entries } = record(scripts);
        const asked = new Map<number, number>();
        for (const entry of entries) {
          if (entry.kind === "activation") asked.set(entry.id, entry.actions + (entry.value === NONE ? 0 : 1));
          if (entry.kind !== "message" && entry.kind !== "action") continue;
          const cause = entries[entry.cause - 1] as Entry;
          if (cause.kind !== "activation") continue;
          expect(entry.process).toBe(cause.process);
          const left = asked.get(cause.id) as number;
          expect(left).toBeGreaterThan(0);
          asked.set(cause.id, left - 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
