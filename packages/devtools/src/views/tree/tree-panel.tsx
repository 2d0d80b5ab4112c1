import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { briefText } from "../../model/term-text.ts";
import type { EndpointNode } from "../../model/tree.ts";
import { useDebugger, useDebuggerState, useTreeScene } from "../../store/hooks.ts";
import type { Selection } from "../../store/state.ts";
import { Empty } from "../empty.tsx";
import { Splitter } from "../splitter.tsx";
import { treeRows, type TreeRow } from "./tree-rows.ts";
import { TreeRowContent } from "./tree-row.tsx";

const ROW = 22;

const topicTexts = new WeakMap<EndpointNode, string>();

function topicText(endpoint: EndpointNode): string {
  const known = topicTexts.get(endpoint);
  if (known !== undefined) return known;
  const text = briefText(endpoint.role.topic, 300);
  topicTexts.set(endpoint, text);
  return text;
}

/** VMs, processes and endpoints, as they are, or as they were at the event that is selected. */
export function TreePanel(): ReactNode {
  const debug = useDebugger();
  const { tree, changes, at } = useTreeScene();
  const selection = useDebuggerState((state) => state.selection);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState("");
  const [focused, setFocused] = useState("ground");
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(
    () => treeRows(tree, { toggled, unfolded, at, search: search.trim().toLowerCase(), topicText }),
    // The tree is changed in place; `changes` says when.
    [tree, changes, toggled, unfolded, at, search],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const focusedIndex = Math.max(
    0,
    rows.findIndex(({ id }) => id === focused),
  );
  const selected =
    selection === null
      ? null
      : selection.kind === "process"
        ? selection.path
        : selection.kind === "endpoint"
          ? selection.key
          : null;

  useEffect(() => {
    if (selected === null) return;
    const index = rows.findIndex(({ id }) => id === selected);
    if (index >= 0) virtual.scrollToIndex(index, { align: "auto" });
    // Only when something else is selected: what happens meanwhile is no reason to scroll.
  }, [selected]);

  const toggle = (id: string): void => setToggled((before) => toggledIn(before, id));
  const choose = (row: TreeRow): void => {
    setFocused(row.id);
    if (row.kind === "more") setUnfolded((before) => toggledIn(before, row.vm));
    else if (row.kind === "ground") toggle(row.id);
    else debug.select(selectionOf(row));
  };
  const move = (index: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (row === undefined) return;
    setFocused(row.id);
    virtual.scrollToIndex(rows.indexOf(row), { align: "auto" });
  };
  const key = (event: KeyboardEvent): void => {
    const row = rows[focusedIndex];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpen = "open" in row && row.open;
    if (event.key === "ArrowDown") move(focusedIndex + 1);
    else if (event.key === "ArrowUp") move(focusedIndex - 1);
    else if (event.key === "Home") move(0);
    else if (event.key === "PageDown") move(focusedIndex + 20);
    else if (event.key === "PageUp") move(focusedIndex - 20);
    else if (event.key === "ArrowRight" && "open" in row) {
      if (isOpen) move(focusedIndex + 1);
      else toggle(row.id);
    } else if (event.key === "ArrowLeft") {
      if (isOpen) toggle(row.id);
      else move(rows.findLastIndex((other, i) => i < focusedIndex && other.depth < row.depth));
    } else if (event.key === "Enter") choose(row);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <aside className="tree-panel" aria-label="Processes">
      <div className="panel-head">
        <h2>Processes</h2>
        <input
          type="search"
          placeholder="Search"
          aria-label="Search the tree for a name, path or topic"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <div
        ref={scroller}
        className="scroller tree"
        role="tree"
        aria-label="VMs, processes and endpoints"
        tabIndex={0}
        aria-activedescendant={`tree-${rows[focusedIndex]?.id}`}
        onKeyDown={key}
      >
        <div className="virtual" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]!;
            return (
              <div
                key={row.id}
                id={`tree-${row.id}`}
                className={rowClass(row, row.id === selected, index === focusedIndex)}
                role="treeitem"
                aria-level={row.depth}
                aria-selected={row.id === selected}
                aria-expanded={"open" in row ? row.open : undefined}
                style={{ transform: `translateY(${start}px)`, paddingLeft: (row.depth - 1) * 14 + 6 }}
                onClick={() => choose(row)}
                onDoubleClick={() => "open" in row && row.kind !== "ground" && toggle(row.id)}
              >
                <TreeRowContent row={row} topicText={topicText} onToggle={() => toggle(row.id)} />
              </div>
            );
          })}
        </div>
        {rows.length === 1 && search !== "" && <Empty title={`Nothing here contains “${search}”.`} />}
      </div>
      <Splitter of="tree" />
    </aside>
  );
}

function rowClass(row: TreeRow, isSelected: boolean, isFocused: boolean): string {
  const gone = "lives" in row && !row.lives;
  return `tree-row ${row.kind}${gone ? " gone" : ""}${isSelected ? " selected" : ""}${isFocused ? " focused" : ""}`;
}

function selectionOf(row: TreeRow & { readonly kind: "process" | "endpoint" }): Selection {
  return row.kind === "process" ? { kind: "process", path: row.node.path } : { kind: "endpoint", key: row.node.key };
}

function toggledIn(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
