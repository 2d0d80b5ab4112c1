import { describe, expect, it } from "vitest";
import { fields } from "../../src/testing/conformance/check.ts";
import { compare } from "../../src/testing/conformance/compare.ts";
import type { Observation } from "../../src/testing/conformance/interpreter.ts";
import { type EventOrder, parseTrace, type Snapshot, type TraceEvent } from "../../src/testing/conformance/trace.ts";
import { vectors } from "./vectors.ts";

/** A change to what came, where the snapshot has something that it can be made to. */
type Mutation = (recorded: Snapshot) => Partial<Observation> | undefined;

const snapshots = vectors.flatMap(([file, json]) => {
  const { boot, steps } = parseTrace(fields(json, file)["trace"], file);
  return [boot, ...steps].map((recorded, i) => ({ recorded, where: `${file}, snapshot ${i}` }));
});

function differs(recorded: Snapshot, changes: Partial<Observation>): boolean {
  const { events, alive, skipped } = recorded;
  return compare(recorded, { events, alive, skipped, ...changes }) !== undefined;
}

/** Where the mutation was made and not found. */
function overlooked(mutation: Mutation): readonly string[] {
  const changed = snapshots.flatMap(({ recorded, where }) => {
    const changes = mutation(recorded);
    return changes === undefined ? [] : [{ found: differs(recorded, changes), where }];
  });
  expect(changed.length).toBeGreaterThan(50);
  return changed.filter(({ found }) => !found).map(({ where }) => where);
}

function onEvents(change: (events: readonly TraceEvent[]) => readonly TraceEvent[]): Mutation {
  return ({ events }) => (events.length > 0 ? { events: change(events) } : undefined);
}

function areEqual({ events }: Snapshot, i: number, j: number): boolean {
  return JSON.stringify(events[i]) === JSON.stringify(events[j]);
}

function swap<T>(list: readonly T[], i: number, j: number): readonly T[] {
  return list.map((item, k) => (k === i ? list[j]! : k === j ? list[i]! : item));
}

/** Swaps the first event with the next one of its group, of those where the two are not equal. */
function swapWithin(order: EventOrder, groupOf: (event: TraceEvent) => string): Mutation {
  return (recorded) => {
    if (recorded.order !== order) return undefined;
    const groups = recorded.events.map(groupOf);
    for (const [i, group] of groups.entries()) {
      const j = groups.indexOf(group, i + 1);
      if (j !== -1 && !areEqual(recorded, i, j)) return { events: swap(recorded.events, i, j) };
    }
    return undefined;
  };
}

/** Swaps a pair of `before`; not one of which there is an equal event, that could stand in its place. */
function violateBefore(recorded: Snapshot): Partial<Observation> | undefined {
  const isUnique = (i: number): boolean => recorded.events.every((_, k) => k === i || !areEqual(recorded, i, k));
  const pair = recorded.before.find((each) => each.every(isUnique));
  return pair && { events: swap(recorded.events, ...pair) };
}

describe("compare finds in the traces of the project's vectors", () => {
  it("no difference from themselves", () => {
    expect(snapshots.filter(({ recorded }) => differs(recorded, {}))).toEqual([]);
  });

  it.each<[what: string, mutation: Mutation]>([
    ["that the first event is missing", onEvents((events) => events.slice(1))],
    ["that the last event is missing", onEvents((events) => events.slice(0, -1))],
    ["that an event came once more", onEvents((events) => [...events, events[0]!])],
    [
      "that the last event was for another process",
      onEvents((events) => [...events.slice(0, -1), { ...events.at(-1)!, process: "Z" }]),
    ],
    ["another reason", onEvents(([first, ...others]) => [{ ...first!, reason: "another" }, ...others])],
    ["that the first is dead", ({ alive }) => (alive.length > 0 ? { alive: alive.slice(1) } : undefined)],
    ["that somebody still lives", ({ alive }) => ({ alive: [...alive, "Z"] })],
    ["that a step was skipped or was not", ({ skipped }) => ({ skipped: !skipped })],
    ["a pair of before in the other order", violateBefore],
    ["two events swapped, where the order is total", swapWithin("total", () => "")],
    [
      "two events of a process swapped, where the order is perProcess",
      swapWithin("perProcess", ({ process }) => process),
    ],
    [
      "two events of an endpoint swapped, where the order is perEndpoint",
      swapWithin("perEndpoint", ({ process, endpoint, meta }) => JSON.stringify([process, endpoint, meta])),
    ],
  ])("%s", (_, mutation) => {
    expect(overlooked(mutation)).toEqual([]);
  });
});
