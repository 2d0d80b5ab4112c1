import type { ReactNode } from "react";
import type { StreamItem } from "@marketplace/runtime/inspect";
import type { Model } from "../../model/model.ts";
import { processOf, summarize } from "../../model/summary.ts";
import { useDebugger } from "../../store/hooks.ts";
import { KIND_LOOKS } from "../../theme/kinds.ts";
import { TwinTable } from "../canvas/twin-table.tsx";
import { receiversOf } from "./draw-sequence.ts";

const COLUMNS = [
  { name: "event", width: "64px", mono: true },
  { name: "time (s)", width: "68px", mono: true },
  { name: "kind", width: "84px" },
  { name: "from", width: "56px", mono: true },
  { name: "to", width: "72px", mono: true },
  { name: "cause", width: "64px", mono: true },
  { name: "what", width: "1fr", mono: true },
];

interface Props {
  readonly model: Model;
  readonly end: number;
  readonly selected: number | null;
}

/** The sequence as a table: each event with where it came from and went. */
export function SequenceTable({ model, end, selected }: Props): ReactNode {
  const debug = useDebugger();
  const { log } = model;
  const count = Math.max(0, end - log.first);
  const position = selected === null ? -1 : log.positionOf(selected);
  return (
    <TwinTable
      label="Sequence of events"
      columns={COLUMNS}
      count={count}
      selected={position < 0 || position >= end ? -1 : position - log.first}
      follows
      onSelect={(row) => {
        const item = log.at(log.first + row);
        if (item !== undefined) debug.selectEvent(item.id);
      }}
      cells={(row) => {
        const item = log.at(log.first + row);
        if (item === undefined) return [];
        const { process, text } = summarize(item, model, 160);
        const cause = item.kind === "gap" || item.cause === 0 ? "" : `#${item.cause}`;
        const time = (log.timeAt(log.first + row) / 1000).toFixed(3);
        return [item.id, time, KIND_LOOKS[item.kind].label, fromOf(item) ?? process, toOf(item), cause, text];
      }}
    />
  );
}

function fromOf(item: StreamItem): string | undefined {
  return item.kind === "presence" || item.kind === "absence" ? processOf(item.publisher) : undefined;
}

function toOf(item: StreamItem): string {
  if (item.kind === "message") return item.to.length === 0 ? "nobody" : receiversOf(item);
  return item.kind === "presence" || item.kind === "absence" ? processOf(item.subscriber) : "";
}
