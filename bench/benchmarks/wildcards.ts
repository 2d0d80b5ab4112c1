import { ANY, matches, spawn, subscriber, type Term } from "@marketplace/runtime";
import mqemitter from "mqemitter";
import { Qlobber } from "qlobber";
import type { Benchmark } from "../harness/benchmark.ts";
import { contest } from "../harness/contest.ts";
import { answering, counting } from "../harness/handlers.ts";
import { publisher } from "../harness/publish.ts";
import { randomNumbers } from "../harness/random.ts";
import { ours } from "../harness/start.ts";
import { alike, Tally, type Counted } from "../harness/tally.ts";

/** A subscription to messages of so many fields; null is any value. */
type Subscription = readonly (string | null)[];
type Message = readonly string[];

/** `size` subscriptions to messages of three fields: 80% leave out the last field, 10% name the middle one only, 10% leave it out. */
export function mixed(size: number): Benchmark {
  const random = randomNumbers(2);
  const value = (): string => `value ${random(100)}`;
  const subscriptions = Array.from({ length: size }, (_, i): Subscription => {
    const [first, second, third] = [value(), value(), value()];
    if (i % 10 === 8) return [null, second, null];
    return i % 10 === 9 ? [first, null, third] : [first, second, null];
  });
  const message = (): Message => [value(), value(), value()];
  return contest("messages/s", () => {
    const messages = Array.from({ length: 1 << 12 }, message);
    return alike(
      {
        ours: marketplace(subscriptions, messages),
        floor: nestedMaps(subscriptions, messages),
        mqemitter: mq(subscriptions, messages),
        qlobber: globber(subscriptions, messages),
      },
      1 << 12,
    );
  });
}

/** `size` subscriptions to messages of eight fields of four values, each of which is left out with a probability of one half. */
export function hostile(size: number): Benchmark {
  const random = randomNumbers(3);
  const value = (): string => `value ${random(4)}`;
  const fields = <T>(make: () => T): T[] => Array.from({ length: 8 }, make);
  const subscriptions = Array.from({ length: size }, () => fields(() => (random(2) === 0 ? null : value())));
  return contest("messages/s", () => {
    const messages = Array.from({ length: 1 << 10 }, () => fields(value));
    return alike(
      {
        ours: marketplace(subscriptions, messages),
        linear: linear(subscriptions, messages),
        mqemitter: mq(subscriptions, messages),
        qlobber: globber(subscriptions, messages),
      },
      1 << 10,
    );
  });
}

function nth<T>(all: readonly T[], i: number): T {
  return all[i % all.length] as T;
}

function topicOf(subscription: Subscription): Term {
  return subscription.map((field) => field ?? ANY);
}

function marketplace(subscriptions: readonly Subscription[], messages: readonly Message[]): Counted {
  const tally = new Tally();
  const work = ours((starter) => [
    subscriptions.map((subscription, i) =>
      spawn(() => subscriber(topicOf(subscription), { onMessage: counting(tally, i) })),
    ),
    publisher(starter, (i) => [...nth(messages, i)]),
  ]);
  return { tally, work };
}

/** For each form of subscription maps in the order of its fields, written by hand. */
function nestedMaps(subscriptions: readonly Subscription[], messages: readonly Message[]): Counted {
  const tally = new Tally();
  type Handlers = ((message: Message) => void)[];
  const byFirstAndSecond = new Map<string, Map<string, Handlers>>();
  const bySecond = new Map<string, Handlers>();
  const byFirstAndThird = new Map<string, Map<string, Handlers>>();
  const within = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
    let found = map.get(key);
    if (found === undefined) map.set(key, (found = make()));
    return found;
  };
  for (const [i, [first, second, third]] of subscriptions.entries()) {
    const handler = counting(tally, i);
    if (first === null) within(bySecond, second as string, () => []).push(handler);
    else if (second === null)
      within(
        within(byFirstAndThird, first as string, () => new Map()),
        third as string,
        () => [],
      ).push(handler);
    else
      within(
        within(byFirstAndSecond, first as string, () => new Map()),
        second as string,
        () => [],
      ).push(handler);
  }
  const call = (handlers: Handlers | undefined, message: Message): void => {
    if (handlers !== undefined) for (const handler of handlers) handler(message);
  };
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) {
        const message = [...nth(messages, i)];
        const [first, second, third] = message as [string, string, string];
        call(byFirstAndSecond.get(first)?.get(second), message);
        call(bySecond.get(second), message);
        call(byFirstAndThird.get(first)?.get(third), message);
      }
    },
  };
}

/** Every subscription is asked, by the runtime's own matcher. */
function linear(subscriptions: readonly Subscription[], messages: readonly Message[]): Counted {
  const tally = new Tally();
  const entries = subscriptions.map((subscription, i) => ({
    topic: topicOf(subscription),
    handler: counting(tally, i),
  }));
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) {
        const message = [...nth(messages, i)];
        for (const { topic, handler } of entries) if (matches(topic, message)) handler();
      }
    },
  };
}

/** The peers' topics are words with slashes between them. */
function written(fields: Subscription): string {
  return fields.map((field) => (field === null ? "+" : field.replace(" ", "-"))).join("/");
}

function mq(subscriptions: readonly Subscription[], messages: readonly Message[]): Counted {
  const tally = new Tally();
  const bus = mqemitter();
  subscriptions.forEach((subscription, i) => bus.on(written(subscription), answering(tally, i)));
  const topics = messages.map(written);
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) bus.emit({ topic: nth(topics, i) });
    },
  };
}

function globber(subscriptions: readonly Subscription[], messages: readonly Message[]): Counted {
  const tally = new Tally();
  const matcher = new Qlobber<() => void>({ separator: "/", wildcard_one: "+", wildcard_some: "#" });
  subscriptions.forEach((subscription, i) => matcher.add(written(subscription), counting(tally, i)));
  const topics = messages.map(written);
  return {
    tally,
    work: (n) => {
      for (let i = 0; i < n; i++) for (const handler of matcher.match(nth(topics, i))) handler();
    },
  };
}
