import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spawn } from "../../src/dsl/processes.ts";
import type { Action, ActionTree } from "../../src/model/action.ts";
import type { EndpointEvent } from "../../src/model/event.ts";
import { complement, isVisible, type InterestType, type Orientation } from "../../src/model/role.ts";
import { transition } from "../../src/model/transition.ts";
import { isWild, ANY } from "../../src/terms/wildcard.ts";
import type { Term } from "../../src/terms/term.ts";
import { intersection } from "../../src/terms/unify.ts";
import { Machine } from "../../src/vm/machine.ts";

// Random programs. Each endpoint's topic is [key, the publisher's name, the subscriber's name], its own name filled in and the
// other's left open: so what two endpoints have in common tells who met whom.

const PROCESSES = 4;

type Op =
  | {
      readonly op: "add";
      readonly slot: number;
      readonly orientation: Orientation;
      readonly interest: InterestType;
      readonly key: number;
      readonly reaction: readonly Op[];
    }
  | { readonly op: "delete"; readonly slot: number }
  | { readonly op: "send"; readonly key: number }
  | { readonly op: "quit" }
  | { readonly op: "kill"; readonly who: number }
  | { readonly op: "throw" }
  | { readonly op: "spawn"; readonly do: readonly Op[] }
  | { readonly op: "yield"; readonly do: readonly Op[] };

interface Step {
  readonly who: number;
  readonly do: readonly Op[];
}

const opsOf = (depth: number): fc.Arbitrary<readonly Op[]> => {
  const add = fc.record({
    op: fc.constant("add" as const),
    slot: fc.nat(3),
    orientation: fc.constantFrom<Orientation>("publisher", "subscriber"),
    interest: fc.constantFrom<InterestType>("participant", "participant", "observer", "everything"),
    key: fc.nat(2),
    reaction: depth === 0 ? fc.constant<readonly Op[]>([]) : opsOf(0),
  });
  const nested: fc.Arbitrary<readonly Op[]> = depth === 0 ? fc.constant<readonly Op[]>([]) : opsOf(depth - 1);
  return fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<Op>[]>(
      { weight: 6, arbitrary: add },
      { weight: 3, arbitrary: fc.record({ op: fc.constant("delete" as const), slot: fc.nat(3) }) },
      { weight: 3, arbitrary: fc.record({ op: fc.constant("send" as const), key: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.constant({ op: "quit" as const }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant("kill" as const), who: fc.nat(8) }) },
      { weight: 1, arbitrary: fc.constant({ op: "throw" as const }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant("spawn" as const), do: nested }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant("yield" as const), do: nested }) },
    ),
    { maxLength: 5 },
  );
};
const programs = fc.array(fc.record({ who: fc.nat(8), do: opsOf(2) }), { maxLength: 12 }) as fc.Arbitrary<Step[]>;

interface Seen {
  readonly listener: string;
  readonly event: EndpointEvent["type"];
  readonly peer: string;
  readonly reason: unknown;
}

/** Runs a program and keeps the diary of what each endpoint was told. */
class Run {
  readonly diary: Seen[] = [];
  readonly machine: Machine;
  #names = 0;
  /** Reactions are cut off, so that every program ends. */
  #budget = 300;

  constructor(steps: readonly Step[]) {
    this.machine = new Machine(() =>
      Array.from({ length: PROCESSES }, () => ({ ...spawn(() => transition(0)), pin: 1 as const })),
    );
    this.machine.runUntilIdle();
    for (const { who, do: ops } of steps) {
      const process = this.machine.root.processes.get(who);
      if (process === undefined) continue;
      this.machine.inject(process, () => this.#actions(ops, who));
      this.machine.runUntilIdle();
    }
  }

  #actions(ops: readonly Op[], pid: number): ActionTree<unknown> {
    return ops.map((op) => this.#action(op, pid));
  }

  #action(op: Op, pid: number): Action<unknown> | null {
    if (this.#budget-- <= 0) return null;
    switch (op.op) {
      case "add": {
        const name = `${pid}/${op.slot}/${this.#names++}`;
        const topic: Term = op.orientation === "publisher" ? [op.key, name, ANY] : [op.key, ANY, name];
        const tell = (event: EndpointEvent): ActionTree<unknown> => {
          const [, publisher, subscriber] = event.role.topic as readonly Term[];
          const peer = String(op.orientation === "publisher" ? subscriber : publisher);
          this.diary.push({
            listener: name,
            event: event.type,
            peer,
            reason: event.type === "absence" ? event.reason : null,
          });
          return this.#actions(op.reaction, pid);
        };
        return {
          type: "add-endpoint",
          id: name,
          role: { orientation: op.orientation, topic, interestType: op.interest },
          handlers: { onPresence: tell, onAbsence: tell, onMessage: (_body, _state, event) => tell(event) },
        };
      }
      case "delete": {
        const mine = [...(this.machine.root.processes.get(pid)?.endpoints ?? [])];
        return {
          type: "delete-endpoint",
          id: (mine[op.slot % Math.max(1, mine.length)]?.id ?? "none") as string,
          reason: "deleted",
        };
      }
      case "send":
        return { type: "send-message", body: [op.key, `from ${pid}`, "all"], orientation: "publisher" };
      case "quit":
        return { type: "quit", pid: undefined, reason: `quit ${pid}` };
      case "kill":
        return { type: "quit", pid: op.who, reason: `killed by ${pid}` };
      case "throw":
        throw new Error(`thrown in ${pid}`);
      case "spawn":
        return spawn((child) => this.#actions(op.do, child));
      case "yield":
        return { type: "yield", continuation: () => this.#actions(op.do, pid) };
    }
  }

  /** For each endpoint whom it sees now, from the diary: presences less absences. */
  balance(): Map<string, number> {
    const balance = new Map<string, number>();
    const alive = new Set(this.endpoints().map((endpoint) => endpoint.id as string));
    for (const { listener, event, peer } of this.diary) {
      if (event === "message" || !alive.has(listener)) continue;
      const pair = `${listener} sees ${peer}`;
      const count = (balance.get(pair) ?? 0) + (event === "presence" ? 1 : -1);
      if (count === 0) balance.delete(pair);
      else balance.set(pair, count);
    }
    return balance;
  }

  endpoints() {
    return [...this.machine.root.processes.values()].flatMap((process) => [...process.endpoints]);
  }

  /** The same, from the endpoints that there are. */
  meetings(): Map<string, number> {
    const meetings = new Map<string, number>();
    const all = this.endpoints();
    for (const one of all) {
      for (const other of all) {
        if (other.role.orientation !== complement(one.role.orientation)) continue;
        if (!isVisible(other.role.interestType, one.role.interestType)) continue;
        if (intersection(one.role.topic, other.role.topic) === undefined) continue;
        meetings.set(`${one.id as string} sees ${other.id as string}`, 1);
      }
    }
    return meetings;
  }
}

const sorted = (pairs: Map<string, number>): [string, number][] => [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));

describe("in every program", () => {
  test("the presences less the absences that an endpoint saw are the endpoints that it meets now", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = new Run(program);
        expect(sorted(run.balance())).toEqual(sorted(run.meetings()));
      }),
      { numRuns: 500 },
    );
  });

  test("of a pair of endpoints each sees presence, then absence, and nothing more of the other", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const pairs = new Map<string, string[]>();
        for (const { listener, event, peer } of new Run(program).diary) {
          if (event === "message") continue;
          const pair = `${listener} of ${peer}`;
          pairs.set(pair, [...(pairs.get(pair) ?? []), event]);
        }
        for (const events of pairs.values()) expect(["presence", "presence,absence"]).toContain(events.join());
      }),
      { numRuns: 500 },
    );
  });

  test("what names a peer in presence is no wildcard: the topic is what the two have in common", () => {
    fc.assert(
      fc.property(programs, (program) => {
        for (const { peer, event } of new Run(program).diary)
          if (event !== "message") expect(isWild(peer as Term)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  test("the same program gives the same diary twice", () => {
    fc.assert(
      fc.property(programs, (program) => {
        expect(new Run(program).diary).toEqual(new Run(program).diary);
      }),
      { numRuns: 300 },
    );
  });
});
