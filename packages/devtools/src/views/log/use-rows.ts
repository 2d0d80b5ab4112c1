import { useEffect, useMemo, useReducer } from "react";
import { FilterRun } from "../../filter/filter-run.ts";
import { matcherOf } from "../../filter/match.ts";
import { parseFilter, type Fault } from "../../filter/parse.ts";
import { useScene } from "../../store/hooks.ts";

/** The rows of the log: events that the filter lets pass. What is known of them stays true when more come and the oldest go. */
export interface Rows {
  /** What they are of: the same as long as only events come and go. */
  readonly source: object;
  readonly count: number;
  /** How many events have gone from the front since the page was opened: by so much do rows move up. */
  readonly gone: number;
  position(row: number): number;
  rowOf(position: number): number;
  /** How much has been looked at, from 0 to 1. */
  readonly progress: number;
  readonly faults: readonly Fault[];
}

export function useRows(text: string): Rows {
  const { model, end } = useScene();
  const [, again] = useReducer((count: number) => count + 1, 0);
  const filter = useMemo(() => parseFilter(text), [text]);
  const run = useMemo(() => {
    const matcher = matcherOf(filter, model);
    return matcher === null ? null : new FilterRun(model, matcher);
  }, [filter, model]);
  const done = run === null || run.advance(end);
  useEffect(() => {
    if (done) return undefined;
    // The rest in the next frames.
    const frame = requestAnimationFrame(again);
    return () => cancelAnimationFrame(frame);
  });
  const { faults } = filter;
  if (run === null) {
    const { first } = model.log;
    return {
      source: model,
      count: Math.max(0, end - first),
      gone: first,
      position: (row) => first + row,
      rowOf: (position) => position - first,
      progress: 1,
      faults,
    };
  }
  const { gone } = run;
  return {
    source: run,
    count: run.count,
    gone,
    position: (row) => run.at(row + gone - run.gone),
    rowOf: (position) => run.rowOf(position) + run.gone - gone,
    progress: run.progress(end),
    faults,
  };
}
