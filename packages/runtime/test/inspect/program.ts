import fc from "fast-check";
import { deleteEndpoint, atMetaLevel, quit, spawn, spawnVm, yieldThen } from "../../src/dsl/processes.ts";
import { observePublishers, observeSubscribers, publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendFeedback, sendMessage } from "../../src/dsl/messages.ts";
import type { Action, ActionTree, Boot } from "../../src/model/action.ts";
import { transition, type Step } from "../../src/model/transition.ts";
import type { Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";

/** What a random program may do. A process takes the next part of its script each time one of its functions runs. */
export type Doing =
  | { readonly do: "send"; readonly topic: number; readonly feedback: boolean }
  | { readonly do: "endpoint"; readonly topic: number; readonly kind: number; readonly id: number }
  | { readonly do: "delete"; readonly id: number }
  | { readonly do: "spawn"; readonly script: Script; readonly vm: boolean; readonly heard: boolean }
  | { readonly do: "quit"; readonly pid: number | undefined }
  | { readonly do: "yield" }
  | { readonly do: "throw" }
  | { readonly do: "nonsense" }
  | { readonly do: "meta"; readonly doing: Doing };

export type Script = readonly (readonly Doing[])[];

const BODIES: readonly Term[] = [["t", 1], ["t", 2], ["t", 1, 1], "plain"];
const TOPICS: readonly Term[] = [["t", 1], ["t", ANY], ["t", wild("x"), wild("x")], ANY, "plain", ["t", ...ANY]];

/** A random script, so many levels of spawning deep. */
export function script(depth: number): fc.Arbitrary<Script> {
  const simple: fc.WeightedArbitrary<Doing>[] = [
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("send"), topic: fc.nat(BODIES.length - 1), feedback: fc.boolean() }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("endpoint"),
        topic: fc.nat(TOPICS.length - 1),
        kind: fc.nat(4),
        id: fc.nat(3),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("delete"), id: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("quit"), pid: fc.option(fc.nat(4), { nil: undefined }) }) },
    { weight: 1, arbitrary: fc.constantFrom<Doing>({ do: "yield" }, { do: "throw" }, { do: "nonsense" }) },
  ];
  const spawning: fc.WeightedArbitrary<Doing>[] =
    depth === 0
      ? []
      : [
          {
            weight: 4,
            arbitrary: fc.record({
              do: fc.constant("spawn"),
              script: script(depth - 1),
              vm: fc.boolean(),
              heard: fc.boolean(),
            }),
          },
        ];
  const plain = fc.oneof(...simple, ...spawning);
  const meta: fc.Arbitrary<Doing> = plain.map((doing) => ({ do: "meta", doing }));
  return fc.array(
    fc.array(fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: meta }), { maxLength: 4 }),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
}

/** What a program's functions saw: each time one ran, how it was called. */
export type Ran = (on: string) => void;

/** The boot function of a process with this script. */
export function bootOf(parts: Script, ran: Ran): Boot<number> {
  const next = (on: string, state: number): Step<number> => {
    ran(on);
    const part = parts[state];
    if (part === undefined) return undefined;
    return transition(state + 1, ...part.map((doing) => actionOf(doing, next, ran)));
  };
  return () => next("boot", 0);
}

type Next = (on: string, state: number) => Step<number>;

function actionOf(doing: Doing, next: Next, ran: Ran): ActionTree<number> {
  switch (doing.do) {
    case "send": {
      const body = BODIES[doing.topic] as Term;
      return doing.feedback ? sendFeedback(body) : sendMessage(body);
    }
    case "endpoint":
      return endpointOf(doing, next);
    case "delete":
      return deleteEndpoint(doing.id, "deleted");
    case "spawn": {
      const boot = bootOf(doing.script, ran);
      const options = doing.heard ? { onSpawned: (_pid: number, state: number) => next("spawned", state) } : {};
      return doing.vm ? spawnVm<number>(boot, options) : spawn<number>(boot, options);
    }
    case "quit":
      return quit({ pid: doing.pid, reason: "quit" });
    case "yield":
      return yieldThen<number>((state) => next("yield", state));
    case "throw":
      return yieldThen<number>(() => {
        ran("yield");
        throw new Error("thrown");
      });
    case "nonsense":
      return { type: "nonsense" } as unknown as Action<number>;
    case "meta":
      return atMetaLevel(actionOf(doing.doing, next, ran) as never);
  }
}

function endpointOf({ topic, kind, id }: Doing & { readonly do: "endpoint" }, next: Next): Action<number> {
  const handlers = {
    onPresence: (_: unknown, state: number) => next("presence", state),
    onAbsence: (_: unknown, state: number) => next("absence", state),
    onMessage: (_: unknown, state: number) => next("message", state),
  };
  const pattern = TOPICS[topic] as Term;
  switch (kind) {
    case 0:
      return publisher(pattern, handlers, { id });
    case 1:
      return subscriber(pattern, handlers, { id });
    case 2:
      return observePublishers(pattern, handlers, { id, interest: "everything" });
    case 3:
      return observeSubscribers(pattern, handlers, { id });
    default:
      return subscriber(pattern, {}, { id });
  }
}

/** A program: some processes beside each other. */
export const program: fc.Arbitrary<readonly Script[]> = fc.array(script(2), { minLength: 1, maxLength: 4 });

export function bootAll(scripts: readonly Script[], ran: Ran): Boot<unknown> {
  return () => {
    ran("boot");
    return scripts.map((each) => spawn(bootOf(each, ran)));
  };
}

/** Lets a machine perform so many actions: a random program may go on for ever. */
export function atMost(actions: number): () => number {
  let left = actions;
  return () => (left-- > 0 ? 1 : 0);
}
