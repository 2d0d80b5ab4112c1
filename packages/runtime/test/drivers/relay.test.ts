import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { relay, type RelayedRole } from "../../src/drivers/relay.ts";
import { tcpRelay, tcpRoles } from "../../src/drivers/tcp-relay.ts";
import { udpRelay, udpRoles } from "../../src/drivers/udp-relay.ts";
import { observePublishers, observeSubscribers, publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendFeedback, sendMessage } from "../../src/dsl/messages.ts";
import { deleteEndpoint, quit, spawn, spawnVm } from "../../src/dsl/processes.ts";
import type { ActionTree, AddEndpoint } from "../../src/model/action.ts";
import type { EndpointEvent } from "../../src/model/event.ts";
import type { InterestType, Orientation } from "../../src/model/role.ts";
import { formatTerm } from "../../src/terms/format.ts";
import type { Term } from "../../src/terms/term.ts";
import { ANY, isWild, wild } from "../../src/terms/wildcard.ts";
import { Machine } from "../../src/vm/machine.ts";
import type { Process } from "../../src/vm/process.ts";

const asks: RelayedRole = { orientation: "publisher", topic: ["ask", ...ANY] };
const hears: RelayedRole = { orientation: "subscriber", topic: ["answer", ...ANY] };

/** Processes "in 0" and "in 1", and "out 0" and "out 1": all in one VM, or the first two in a VM nested in it, with a relay. */
class World {
  readonly machine: Machine;
  readonly #byName = new Map<string, Process>();

  constructor(where: "beside" | "behind a relay", roles: readonly RelayedRole[]) {
    const two = (name: string, pin: 1 | 2): ActionTree<unknown> =>
      [0, 1].map((i) => ({ ...spawn(() => undefined, { name: `${name} ${i}` }), pin }));
    this.machine = new Machine(() => [
      two("out", 1),
      where === "beside" ? two("in", 1) : spawnVm(() => [relay("test", roles), two("in", 2)]),
    ]);
    this.machine.runUntilIdle();
    for (const process of this.machine.root.processes.values()) {
      for (const each of [process, ...(process.inner?.processes.values() ?? [])]) {
        if (each.name !== undefined) this.#byName.set(each.name, each);
      }
    }
  }

  /** Let a process do something, and everybody who has to do something about it. */
  tell(name: string, actions: ActionTree<unknown>): void {
    const process = this.#byName.get(name);
    if (process === undefined) throw new Error(`no process ${name}`);
    if (!process.alive) return;
    this.machine.inject(process, () => actions);
    this.machine.runUntilIdle();
  }
}

/** Writes down what an endpoint is told, but for the relay's own endpoints and others of whom a topic says no name. */
function witness(add: (handlers: object) => AddEndpoint<unknown>, diary: string[]): AddEndpoint<unknown> {
  const note = (event: EndpointEvent): void => {
    const { topic, interestType } = event.role;
    const text = `${event.type} ${interestType} ${formatTerm(topic)}`;
    diary.push(event.type === "absence" ? `${text}: ${String(event.reason)}` : text);
  };
  return add({
    onPresence: note,
    onAbsence: note,
    onMessage: (_body: Term, _state: unknown, event: EndpointEvent) => note(event),
  });
}

describe("relay(selfId, roles)", () => {
  const world = (): World => new World("behind a relay", [asks, hears]);

  test("makes an endpoint inside known outside, as it is, and its end with the reason", () => {
    const { outside, it } = { outside: [] as string[], it: world() };
    it.tell(
      "out 0",
      witness((handlers) => subscriber(["ask", ANY], handlers, { interest: "everything" }), outside),
    );
    const before = outside.length;
    it.tell("in 0", [publisher(["ask", "one"]), publisher(["ask", "two"], {}, { interest: "observer", id: "two" })]);
    it.tell("in 0", deleteEndpoint("two", "done"));
    it.tell("in 0", quit({ reason: "gone" }));
    expect(outside.slice(before)).toEqual([
      `presence participant ["ask", "one"]`,
      `presence observer ["ask", "two"]`,
      `absence observer ["ask", "two"]: done`,
      `absence participant ["ask", "one"]: gone`,
    ]);
  });

  test("makes those outside known inside, one by one, also where they look the same", () => {
    const { inside, it } = { inside: [] as string[], it: world() };
    it.tell(
      "in 0",
      witness((handlers) => subscriber(["answer", ANY], handlers), inside),
    );
    it.tell("out 0", publisher(["answer", "x"]));
    it.tell("out 1", [publisher(["answer", "x"], {}, { id: "x" }), observeSubscribers(["answer", "unseen"])]);
    it.tell("out 1", deleteEndpoint("x", "left"));
    it.tell("out 0", quit({ reason: "ended" }));
    expect(inside).toEqual([
      `presence participant ["answer", "x"]`,
      `presence participant ["answer", "x"]`,
      `absence participant ["answer", "x"]: left`,
      `absence participant ["answer", "x"]: ended`,
    ]);
  });

  test("passes each message once, both ways, however many inside and outside play the role; and feedback", () => {
    const [a, b, c, d]: string[][] = [[], [], [], []] as never;
    const it = world();
    it.tell(
      "in 0",
      witness((handlers) => subscriber(["answer", ANY], handlers), a!),
    );
    it.tell(
      "in 1",
      witness((handlers) => observePublishers(["answer", ...ANY], handlers), b!),
    );
    it.tell("in 0", [
      publisher(["ask", ANY]),
      publisher(["ask", 1]),
      witness((handlers) => publisher(["ask", ANY], handlers), d!),
    ]);
    it.tell("out 0", [publisher(["answer", ANY]), witness((handlers) => subscriber(["ask", ANY], handlers), c!)]);
    for (const diary of [a!, b!, c!, d!]) diary.length = 0;
    it.tell("out 1", sendMessage(["answer", 1]));
    it.tell("in 1", sendMessage(["ask", 1]));
    it.tell("out 1", sendFeedback(["ask", "well?"]));
    it.tell("in 0", sendMessage(["elsewhere", 1]));
    expect(a).toEqual([`message participant ["answer", 1]`]);
    expect(b).toEqual([`message participant ["answer", 1]`]);
    expect(c).toEqual([`message participant ["ask", 1]`]);
    expect(d).toEqual([`message participant ["ask", "well?"]`]);
  });

  test("passes of a message with wildcards what concerns the role, so that it does not come back", () => {
    const [inside, outside]: string[][] = [[], []] as never;
    const it = world();
    it.tell(
      "in 0",
      witness((handlers) => subscriber(["answer", ANY], handlers), inside!),
    );
    it.tell(
      "out 0",
      witness((handlers) => subscriber(["ask", ANY], handlers), outside!),
    );
    for (const diary of [inside!, outside!]) diary.length = 0;
    it.tell("in 1", sendMessage([ANY, "all"]));
    expect(inside).toEqual([`message participant [_, "all"]`]);
    expect(outside).toEqual([`message participant ["ask", "all"]`]);
  });

  test("tells apart topics that look the same: objects without a text form", () => {
    class Handle {}
    const [one, other] = [new Handle(), new Handle()];
    const inside: string[] = [];
    const it = world();
    it.tell("in 0", [
      subscriber(["answer", one], { onAbsence: () => void inside.push("one") }),
      subscriber(["answer", other], { onAbsence: () => void inside.push("other") }),
    ]);
    it.tell("out 0", publisher(["answer", one]));
    it.tell("out 1", publisher(["answer", other]));
    it.tell("out 1", quit());
    expect(inside).toEqual(["other"]);
  });

  test("refuses roles whose topics have something in common: RELAY_AMBIGUOUS", () => {
    const both: RelayedRole[] = [asks, { orientation: "subscriber", topic: [wild("what"), "all"] }];
    expect(() => relay("r", both)).toThrow(expect.objectContaining({ code: "RELAY_AMBIGUOUS" }));
    expect(() => relay("r", both)).toThrow(
      `roles[0] and roles[1]: expected topics that have nothing in common, got ["ask", ..._]`,
    );
    expect(() => relay("r", [asks, asks])).toThrow(expect.objectContaining({ code: "RELAY_AMBIGUOUS" }));
  });

  test("refuses what is no list of roles: BAD_ARGUMENT", () => {
    const bad: unknown[] = [1, [1], [{ orientation: "both", topic: 1 }], [{ ...asks, interest: "observer" }]];
    for (const roles of bad) {
      expect(() => relay("r", roles as never)).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT" }));
    }
    expect(() => relay("r", [{ orientation: "publisher", topic: undefined as never }])).toThrow(
      expect.objectContaining({ code: "BAD_TERM" }),
    );
    expect(() => relay(1 as never, [asks])).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT" }));
  });

  test("tcpRoles and udpRoles are roles that one relay can have", () => {
    expect(relay("both", [...tcpRoles, ...udpRoles]).name).toBe("relay both");
    expect([tcpRelay("t").name, udpRelay("u").name]).toEqual(["relay t", "relay u"]);
  });
});

// Random programs. A topic is [key, the publisher's name, the subscriber's name, a pattern], its own name filled in and the other's left
// open. Inside may publish "ask" and subscribe to "answer", and do both among themselves with "local".

type Op =
  | {
      readonly op: "add";
      readonly key: string;
      readonly role: Orientation;
      readonly interest: InterestType;
      readonly name: string;
      readonly pattern: Term;
      readonly replies: boolean;
    }
  | { readonly op: "delete"; readonly which: number }
  | {
      readonly op: "send";
      readonly key: string;
      readonly role: Orientation;
      readonly from: string;
      readonly to: string;
      readonly body: Term;
    }
  | { readonly op: "quit" };
type Side = "in" | "out";

const role = fc.constantFrom<Orientation>("publisher", "subscriber");
const name = fc.constantFrom("Ann", "Bob");
const patternOf = fc.constantFrom<Term[]>(ANY, ANY, 1, [1], [1, ...ANY], wild("x"), [wild("x"), wild("x")]);
const body = fc.constantFrom<Term[]>(1, 2, [1], [1, 1], [1, 2]);

/** What may be done with which key on which side: outside is only what meets inside. */
function may(side: Side, key: string, orientation: Orientation): boolean {
  if (key === "local") return side === "in";
  return side === "in" || (key === "ask") === (orientation === "subscriber");
}

const opsOf = (side: Side): fc.Arbitrary<readonly Op[]> =>
  fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<Op>[]>(
      {
        weight: 6,
        arbitrary: fc
          .record({
            op: fc.constant("add" as const),
            key: fc.constantFrom("ask", "answer", "local"),
            role,
            interest: fc.constantFrom<InterestType>("participant", "participant", "observer", "everything"),
            name,
            pattern: patternOf,
            // Those inside do not, as what happens at once in one VM takes its time through a relay.
            replies: side === "out" ? fc.boolean() : fc.constant(false),
          })
          .filter((op) => may(side, op.key, op.role)),
      },
      { weight: 2, arbitrary: fc.record({ op: fc.constant("delete" as const), which: fc.nat(5) }) },
      {
        weight: 3,
        arbitrary: fc
          .record({
            op: fc.constant("send" as const),
            key: fc.constantFrom("ask", "answer", "local"),
            role,
            from: name,
            to: name,
            body,
          })
          .filter((op) => may(side, op.key, op.role)),
      },
      { weight: 1, arbitrary: fc.constant({ op: "quit" as const }) },
    ),
    { maxLength: 4 },
  );
const side = fc.constantFrom<Side>("in", "out");
const steps = fc.array(
  side.chain((where) => fc.record({ where: fc.constant(where), who: fc.nat(1), ops: opsOf(where) })),
  { maxLength: 12 },
);

/** What each endpoint inside is told in each step. */
function run(
  where: "beside" | "behind a relay",
  program: readonly { readonly where: Side; readonly who: number; readonly ops: readonly Op[] }[],
): string[] {
  const world = new World(where, [
    { orientation: "publisher", topic: ["ask", ANY, ANY, ANY] },
    { orientation: "subscriber", topic: ["answer", ANY, ANY, ANY] },
  ]);
  const told: string[] = [];
  let replies = 0;
  let names = 0;
  let now = 0;
  program.forEach(({ where: at, who, ops }, step) => {
    now = step;
    const mine = (number: number): string => `${at} ${who} ${number}`;
    const perform = (op: Op): ActionTree<unknown> => {
      switch (op.op) {
        case "add": {
          const id = mine(names++ % 8);
          const publishes = op.role === "publisher";
          const topic: Term = publishes ? [op.key, op.name, ANY, op.pattern] : [op.key, ANY, op.name, op.pattern];
          const note = (event: EndpointEvent): ActionTree<unknown> => {
            const [, from, to] = event.role.topic as readonly Term[];
            if (isWild(publishes ? to : from)) return null;
            const reason = event.type === "absence" ? String(event.reason) : "";
            if (at === "in")
              told.push(
                `${now}: ${id} ${event.type} ${event.role.interestType} ${formatTerm(event.role.topic)} ${reason}`,
              );
            if (!op.replies || replies++ > 50) return null;
            const back: Term = [op.key, publishes ? op.name : "Ann", publishes ? "Bob" : op.name, 1];
            return publishes ? sendMessage(back) : sendFeedback(back);
          };
          const handlers = {
            onPresence: note,
            onAbsence: note,
            onMessage: (_body: Term, _state: unknown, event: EndpointEvent) => note(event),
          };
          const add = publishes ? publisher : subscriber;
          return [deleteEndpoint(id, "replaced"), add<Term, unknown>(topic, handlers, { id, interest: op.interest })];
        }
        case "delete":
          return deleteEndpoint(mine(op.which), "deleted");
        case "send":
          return sendMessage([op.key, op.from, op.to, op.body], op.role);
        case "quit":
          return quit({ reason: `${at} ${who} has quit` });
      }
    };
    world.tell(`${at} ${who}`, ops.map(perform));
  });
  return told.toSorted();
}

test("what endpoints are told behind a relay is what they would be told beside the others", () => {
  fc.assert(
    fc.property(steps, (program) => {
      expect(run("behind a relay", program)).toEqual(run("beside", program));
    }),
    { numRuns: 1000 },
  );
});
