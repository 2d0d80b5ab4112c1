/** What one round measured: a figure for "ours" and for each peer, by its npm name or "floor", "linear", "one-vm", "node:net". */
export type Round = Readonly<Record<string, number>>;

export interface Benchmark {
  /** Of the figures, such as "messages/s". */
  readonly unit: string;
  /** Which of two figures is the better one. */
  readonly better: "higher" | "lower";
  /** Measure once after the other; each round measures everybody. */
  rounds(count: number): AsyncIterable<Round>;
}

/** Does `n` units of work; to be run again and again. */
export type Work = (n: number) => void | Promise<void>;
