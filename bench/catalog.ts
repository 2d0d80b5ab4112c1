import type { Benchmark } from "./harness/benchmark.ts";

/** Every benchmark by its name. Each runs in a process of its own and loads only what it needs. */
export const catalog: Readonly<Record<string, () => Promise<Benchmark>>> = {
  "ping-pong": async () => (await import("./benchmarks/ping-pong.ts")).pingPong(),
  "fan-out 10": async () => (await import("./benchmarks/fan-out.ts")).fanOut(10),
  "fan-out 1000": async () => (await import("./benchmarks/fan-out.ts")).fanOut(1000),
  "keyed 10": async () => (await import("./benchmarks/keyed.ts")).keyed(10),
  "keyed 1000": async () => (await import("./benchmarks/keyed.ts")).keyed(1000),
  "keyed 10000": async () => (await import("./benchmarks/keyed.ts")).keyed(10_000),
  "keyed 100000": async () => (await import("./benchmarks/keyed.ts")).keyed(100_000),
  "mixed 10000": async () => (await import("./benchmarks/wildcards.ts")).mixed(10_000),
  "hostile 1000": async () => (await import("./benchmarks/wildcards.ts")).hostile(1000),
  "churn 10000": async () => (await import("./benchmarks/churn.ts")).churn(10_000),
  "spawn 10000": async () => (await import("./benchmarks/spawn.ts")).spawnAndQuit(10_000),
  memory: async () => (await import("./benchmarks/memory.ts")).memory(),
  "nested 2": async () => (await import("./benchmarks/nested.ts")).nested(2),
  "nested 3": async () => (await import("./benchmarks/nested.ts")).nested(3),
  "tcp round-trip": async () => (await import("./benchmarks/tcp.ts")).roundTrips(),
  "tcp bulk": async () => (await import("./benchmarks/tcp.ts")).bulk(),
  "bridge round-trip": async () => (await import("./benchmarks/bridge.ts")).roundTrips(64),
  "bridge cost": async () => (await import("./benchmarks/bridge.ts")).cost(64),
  "bridge bulk": async () => (await import("./benchmarks/bridge.ts")).bulk(8),
  "bridge-1 round-trip": async () => (await import("./benchmarks/bridge.ts")).roundTrips(1),
  "bridge-1 cost": async () => (await import("./benchmarks/bridge.ts")).cost(1),
  "bridge-1 bulk": async () => (await import("./benchmarks/bridge.ts")).bulk(1),
  timers: async () => (await import("./benchmarks/timers.ts")).timers(),
};
