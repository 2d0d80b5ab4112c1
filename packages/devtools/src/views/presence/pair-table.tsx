import type { ReactNode } from "react";
import type { EventId } from "@marketplace/runtime/inspect";
import { isAt, type Meetings } from "../../layout/meetings.ts";
import type { Meeting } from "../../layout/standing-pairs.ts";
import type { Model } from "../../model/model.ts";
import { processOf } from "../../model/summary.ts";
import { termText } from "../../model/term-text.ts";
import { TwinTable } from "../canvas/twin-table.tsx";

const COLUMNS = [
  { name: "publisher", width: "minmax(90px, 1fr)" },
  { name: "subscriber", width: "minmax(90px, 1fr)" },
  { name: "met", width: "72px", mono: true },
  { name: "parted", width: "72px", mono: true },
  { name: "state", width: "60px" },
  { name: "in common", width: "2fr", mono: true },
];

interface Props {
  readonly model: Model;
  readonly meetings: Meetings;
  readonly at: EventId | null;
  readonly onSelect: (meeting: Meeting) => void;
}

/** Every pair that met, as a table. */
export function PairTable({ model, meetings, at, onSelect }: Props): ReactNode {
  const { all } = meetings;
  return (
    <TwinTable
      label="Who met whom"
      columns={COLUMNS}
      count={all.length}
      onSelect={(row) => {
        const meeting = all[row];
        if (meeting !== undefined) onSelect(meeting);
      }}
      cells={(row) => {
        const meeting = all[row];
        if (meeting === undefined) return [];
        const { publisher, subscriber, from, until, topic } = meeting;
        const name = (endpoint: string): string =>
          `${processOf(endpoint)} ${model.tree.process(processOf(endpoint))?.name ?? ""}`;
        const state = isAt(meeting, at) ? "meet" : at !== null && from > at ? "not yet" : "parted";
        return [
          name(publisher),
          name(subscriber),
          from === 0 ? "before" : `#${from}`,
          until === null ? "" : `#${until}`,
          state,
          termText(topic, 160),
        ];
      }}
    />
  );
}
