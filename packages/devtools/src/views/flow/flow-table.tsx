import { useMemo, type ReactNode } from "react";
import { vmOf, type EventId, type ProcessPath } from "@marketplace/runtime/inspect";
import { comparePaths } from "../../layout/paths.ts";
import type { Model } from "../../model/model.ts";
import { termText } from "../../model/term-text.ts";
import { livesAt, type EndpointNode } from "../../model/tree.ts";
import { useDebugger } from "../../store/hooks.ts";
import { TwinTable } from "../canvas/twin-table.tsx";

const COLUMNS = [
  { name: "process", width: "76px", mono: true },
  { name: "name", width: "minmax(96px, 1fr)" },
  { name: "in", width: "96px" },
  { name: "inside", width: "52px" },
  { name: "endpoints", width: "2fr", mono: true },
];

interface Props {
  readonly model: Model;
  readonly at: EventId | null;
  readonly selected: ProcessPath | null;
}

/** Who stands where, as a table. */
export function FlowTable({ model, at, selected }: Props): ReactNode {
  const debug = useDebugger();
  const { changes } = model.tree;
  const live = useMemo(
    () => [...model.tree.processes()].filter((node) => livesAt(node, at)).sort((a, b) => comparePaths(a.path, b.path)),
    // The tree is changed in place: `changes` says when.
    [model, changes, at],
  );
  return (
    <TwinTable
      label="Processes and their places"
      columns={COLUMNS}
      count={live.length}
      selected={live.findIndex(({ path }) => path === selected)}
      onSelect={(row) => {
        const node = live[row];
        if (node !== undefined) debug.select({ kind: "process", path: node.path });
      }}
      cells={(row) => {
        const node = live[row];
        if (node === undefined) return [];
        const vm = vmOf(node.path);
        const inside = node.isVm ? node.children.filter((child) => livesAt(child, at)).length : "";
        const endpoints = node.endpoints.filter((endpoint) => livesAt(endpoint, at));
        return [
          node.path,
          node.name ?? (node.isVm ? "VM" : "process"),
          vm === "" ? "ground VM" : `VM ${vm}`,
          inside,
          `${endpoints.length}: ${endpoints.slice(0, 8).map(roleText).join("; ")}`,
        ];
      }}
    />
  );
}

export function roleText({ role, level }: EndpointNode): string {
  const interest = role.interestType === "participant" ? "" : `${role.interestType} `;
  return `${interest}${role.orientation} ${termText(role.topic, 80)}${level > 0 ? `, ${level} out` : ""}`;
}
