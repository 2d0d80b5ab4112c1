import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, deleteEndpoint, quit, spawn, spawnVm, yieldThen } from "../../src/dsl/processes.ts";
import { Brake } from "../../src/inspect/brake.ts";
import type { Entry } from "../../src/inspect/entry.ts";
import type { BreakpointKind } from "../../src/inspect/protocol.ts";
import { Recorder } from "../../src/inspect/recorder.ts";
import type { ActionTree, Boot } from "../../src/model/action.ts";
import type { Term } from "../../src/terms/term.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { Machine } from "../../src/vm/machine.ts";
import { atMost, bootAll, program } from "./program.ts";

/** A machine with a recorder and a brake. */
class Held {
  readonly recorder = new Recorder(1e9, () => 0);
  readonly brake: Brake;
  readonly machine: Machine;

  constructor(boot: Boot<unknown>) {
    this.brake = new Brake({ turnsOf: (vm) => this.recorder.turnsOf(vm), broke: () => {}, changed: () => {} });
    this.recorder.onFailure = (process) => this.brake.fails(process);
    this.machine = new Machine(boot, { tracer: this.recorder });
    this.machine.gate = this.brake;
  }

  /** @returns the events that this led to */
  run(most = Infinity): Entry[] {
    const before = this.recorder.ring.newest;
    this.machine.run(atMost(most));
    return this.since(before);
  }

  since(id: number): Entry[] {
    const entries: Entry[] = [];
    this.recorder.ring.forward(id + 1, (entry) => entries.push(entry) > 0);
    return entries;
  }

  get isIdle(): boolean {
    const { root, current } = this.machine;
    return !root.inRound && root.busy === 0 && current === root;
  }
}

function performed(entries: readonly Entry[]): (Entry & { readonly kind: "message" | "action" })[] {
  return entries.filter((entry) => entry.kind === "message" || entry.kind === "action");
}

const breakpoint = (pattern: Term, kind: BreakpointKind = "any") => ({ id: 1, pattern, kind });

describe("pause", () => {
  test("stop() holds the machine before the next action, however often it is asked to run", () => {
    const held = new Held(() => [sendMessage("a"), sendMessage("b")]);
    held.brake.stop();
    expect(performed(held.run())).toEqual([]);
    expect(performed(held.run())).toEqual([]);
    expect(held.brake.pause).toEqual({ why: "pause", next: { process: "0", action: "send-message", text: '"a"' } });
  });

  test("resume() lets it go on to the end", () => {
    const held = new Held(() => [sendMessage("a"), sendMessage("b")]);
    held.brake.stop();
    held.run();
    held.brake.resume();
    expect(performed(held.run())).toHaveLength(2);
    expect(held.brake.pause).toBeNull();
    expect(held.isIdle).toBe(true);
  });

  test("lift() lets it go on, and no breakpoint holds it any more", () => {
    const held = new Held(() => [sendMessage("a")]);
    held.brake.setBreakpoint(breakpoint("a"));
    held.brake.stop();
    held.run();
    held.brake.lift();
    expect(performed(held.run())).toHaveLength(1);
  });
});

describe("step", () => {
  test("step() performs all actions of one turn and stops before those of the next", () => {
    const held = new Held(() => [
      spawn(() => [sendMessage("a1"), sendMessage("a2")]),
      spawn(() => [sendMessage("b1"), sendMessage("b2")]),
    ]);
    held.brake.stop();
    held.run();
    const steps = [1, 2, 3].map(() => {
      held.brake.step();
      return performed(held.run()).map((entry) => (entry.kind === "message" ? entry.value : entry.action));
    });
    expect(steps).toEqual([
      ["spawn", "spawn"],
      ["a1", "a2"],
      ["b1", "b2"],
    ]);
  });

  test("step() of a turn that has begun performs what is left of it", () => {
    const held = new Held(() => [sendMessage("a"), sendMessage("b"), sendMessage("c")]);
    held.brake.setBreakpoint(breakpoint("b"));
    held.run();
    held.brake.step();
    expect(performed(held.run()).map((entry) => (entry.kind === "message" ? entry.value : ""))).toEqual(["b", "c"]);
  });

  test("step() goes into a nested VM: its turns are steps of their own", () => {
    const held = new Held(() => [
      spawnVm(() => [spawn(() => sendMessage("inner")), atMetaLevel(sendMessage("outer"))]),
      spawn(() => sendMessage("beside")),
    ]);
    held.brake.stop();
    held.run();
    const steps: string[][] = [];
    while (!held.isIdle) {
      held.brake.step();
      steps.push(
        performed(held.run()).map(
          (entry) => `${entry.process} ${entry.kind === "message" ? String(entry.value) : entry.action}`,
        ),
      );
    }
    expect(steps).toEqual([
      ["0 spawn-vm", "0 spawn"],
      ["1.0 spawn", "1.0 at-meta-level"],
      ["2 beside"],
      ["1.1 inner"],
      ["1 outer"],
    ]);
  });

  test("step() of a VM that has nothing to do waits, and stops after the first turn that comes", () => {
    const held = new Held(() => [
      subscriber(ANY, { onMessage: () => [sendMessage("echo", "subscriber"), yieldThen(() => undefined)] }),
    ]);
    held.run();
    held.brake.step();
    expect(held.run()).toEqual([]);
    held.machine.root.outside.enqueue(sendMessage("hello"));
    expect(performed(held.run()).map(({ process }) => process)).toEqual(["outside"]);
    expect(held.brake.pause).toMatchObject({ why: "step", next: { process: "0" } });
  });

  test("stepping through a random program, each step is of one turn, and all together do what the program does unwatched", () => {
    fc.assert(
      fc.property(program, (scripts) => {
        const free = new Held(bootAll(scripts, () => {}));
        free.run(300);
        fc.pre(free.isIdle);
        const held = new Held(bootAll(scripts, () => {}));
        held.brake.stop();
        held.run();
        while (!held.isIdle) {
          held.brake.step();
          const turns = new Set(performed(held.run()).map(({ turn }) => turn));
          expect(turns.size).toBeLessThanOrEqual(1);
        }
        expect(held.since(0).map(outline)).toEqual(free.since(0).map(outline));
      }),
      { numRuns: 100 },
    );
  });
});

function outline(entry: Entry): object {
  return {
    kind: entry.kind,
    id: entry.id,
    cause: entry.cause,
    ...("process" in entry ? { process: entry.process } : {}),
  };
}

describe("breakpoints", () => {
  const stops = (actions: ActionTree<any>, pattern: Term, kind: BreakpointKind): Held => {
    const held = new Held(() => [
      spawn(() => subscriber(["topic", ANY], {}, { id: "s" })),
      spawn(() => yieldThen(() => actions)),
    ]);
    held.brake.setBreakpoint(breakpoint(pattern, kind));
    held.run();
    return held;
  };

  test("setBreakpoint(message) stops before a matching message is sent, whether or not anybody would get it", () => {
    for (const body of [
      ["topic", 1],
      ["elsewhere", 1],
    ] as const) {
      const held = stops([sendMessage("other"), sendMessage(body)], [body[0], ANY], "message");
      expect(held.brake.pause).toMatchObject({
        why: "breakpoint",
        breakpoint: 1,
        next: { process: "2", action: "send-message" },
      });
      expect(held.since(0).filter(({ kind }) => kind === "message")).toHaveLength(1);
    }
  });

  test("setBreakpoint(presence) stops before the endpoint is added that would be seen", () => {
    const held = stops(publisher(["topic", 1]), ["topic", 1], "presence");
    expect(held.brake.pause).toMatchObject({ why: "breakpoint", next: { process: "2", action: "add-endpoint" } });
    expect(held.since(0).filter(({ kind }) => kind === "presence")).toHaveLength(0);
  });

  test("setBreakpoint(presence) lets an endpoint come that meets nobody, or meets on other topics", () => {
    expect(stops(publisher(["nobody", 1]), ANY, "presence").brake.pause).toBeNull();
    expect(stops(publisher(["topic", 1]), ["topic", 2], "presence").brake.pause).toBeNull();
  });

  test("setBreakpoint(absence) stops before an endpoint is deleted, before its process quits, and before it is killed", () => {
    const ends: readonly [string, ActionTree<any>][] = [
      ["delete-endpoint", [publisher(["topic", 1], {}, { id: "p" }), deleteEndpoint("p")]],
      ["quit", [publisher(["topic", 1]), yieldThen(() => quit())]],
      ["quit", [publisher(["topic", 1]), yieldThen(() => quit({ pid: 1 }))]],
      [
        "quit",
        [
          publisher(["topic", 1]),
          yieldThen(() => {
            throw new Error("crash");
          }),
        ],
      ],
    ];
    for (const [action, actions] of ends) {
      const held = stops(actions, ["topic", ANY], "absence");
      expect(held.brake.pause).toMatchObject({ why: "breakpoint", next: { process: "2", action } });
      expect(held.since(0).filter(({ kind }) => kind === "absence")).toHaveLength(0);
    }
  });

  test("setBreakpoint() of one kind lets events of the others pass", () => {
    expect(
      stops([publisher(["topic", 1]), sendMessage(["topic", 1])], ["topic", ANY], "absence").brake.pause,
    ).toBeNull();
    expect(stops([sendMessage(["topic", 1])], ["topic", ANY], "presence").brake.pause).toBeNull();
  });

  test("a process that ends because its action fails is stopped after, since nobody could foresee it", () => {
    const clash = [publisher(["topic", 1], {}, { id: "p" }), publisher(["other"], {}, { id: "p" }), quit()];
    const held = stops([clash, spawn(() => sendMessage("next"))], ["topic", ANY], "absence");
    expect(held.since(0).filter(({ kind }) => kind === "absence")).toHaveLength(1);
    expect(held.brake.isPaused).toBe(true);
  });

  test("resume() passes the action at which it stopped, and stops at the next", () => {
    const held = stops([sendMessage(["topic", 1]), sendMessage(["topic", 2])], ["topic", ANY], "message");
    held.brake.resume();
    held.run();
    expect(held.brake.pause).toMatchObject({ why: "breakpoint", next: { text: '["topic", 2]' } });
    held.brake.resume();
    held.run();
    expect(held.brake.pause).toBeNull();
  });

  test("a breakpoint stops what an inner process asked of the meta level where it is done, in the container", () => {
    const held = new Held(() => [subscriber("out"), spawnVm(() => atMetaLevel(sendMessage("out")))]);
    held.brake.setBreakpoint(breakpoint("out", "message"));
    held.run();
    expect(held.brake.pause).toMatchObject({ why: "breakpoint", next: { process: "1", action: "send-message" } });
  });

  test("clearBreakpoint() lets pass what it would have stopped", () => {
    const held = new Held(() => sendMessage("a"));
    held.brake.setBreakpoint(breakpoint("a"));
    expect(held.brake.clearBreakpoint(1)).toBe(true);
    expect(held.brake.clearBreakpoint(1)).toBe(false);
    held.run();
    expect(held.brake.pause).toBeNull();
  });

  test("in a random program no matching message or presence happens before the machine has stopped for it", () => {
    fc.assert(
      fc.property(program, fc.constantFrom<BreakpointKind>("message", "presence"), (scripts, kind) => {
        const held = new Held(bootAll(scripts, () => {}));
        held.brake.setBreakpoint(breakpoint(["t", 1], kind));
        for (let stopped = 0; stopped < 50 && !held.isIdle; stopped++) {
          const entries = held.run(200).filter((entry) => entry.kind === kind);
          const matching = entries.filter((entry) =>
            entry.kind === "message" ? sameTopic(entry.value) : entry.kind === "presence" && sameTopic(entry.topic),
          );
          // Each stop lets one action pass; one endpoint may meet several.
          if (stopped === 0) expect(matching).toEqual([]);
          else
            expect(
              new Set(matching.map(({ cause, kind: of, id }) => (of === "message" ? id : cause))).size,
            ).toBeLessThanOrEqual(1);
          if (held.brake.pause === null) break;
          held.brake.resume();
        }
      }),
      { numRuns: 100 },
    );
  });
});

function sameTopic(term: unknown): boolean {
  return JSON.stringify(term) === '["t",1]';
}
