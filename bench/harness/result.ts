import type { Benchmark, Round } from "./benchmark.ts";

/** What a benchmark found: medians over its rounds. */
export interface Result {
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  /** Ours divided by the peer's, within each round; then the median. */
  readonly ratio: Readonly<Record<string, number>>;
}

export function summarise({ unit, better }: Benchmark, rounds: readonly Round[]): Result {
  const names = Object.keys(rounds[0] ?? {}).filter((name) => name !== "ours");
  const over = (figure: (round: Round) => number): number => rounded(median(rounds.map(figure)));
  return {
    unit,
    better,
    ours: over((round) => round["ours"] as number),
    peers: Object.fromEntries(names.map((name) => [name, over((round) => round[name] as number)])),
    ratio: Object.fromEntries(
      names.map((name) => [name, over((round) => (round["ours"] as number) / (round[name] as number))]),
    ),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Three digits are more than the machine gives. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
