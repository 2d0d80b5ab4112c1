import { useState, type ReactNode } from "react";
import type { EventId, Part, Path, ProcessPath, Taken } from "@marketplace/runtime/inspect";
import { useDebugger } from "../../store/hooks.ts";
import { amountText } from "../../model/amount-text.ts";

/** Where more of a value can be had. */
export type Fetch =
  | { readonly command: "value"; readonly event: EventId }
  | { readonly command: "state"; readonly process: ProcessPath; readonly at: EventId };

interface Props {
  readonly value: Taken;
  readonly fetch: Fetch;
  /** What keys and texts have to contain for a branch to be shown, in lower case. */
  readonly search?: string;
}

/** A value as a tree; what was cut off is fetched when it is opened. */
export function ValueTree({ value, fetch, search = "" }: Props): ReactNode {
  return (
    <div className="value-tree">
      <Branch label={null} value={value} path={[]} fetch={fetch} search={search} open />
    </div>
  );
}

interface BranchProps {
  readonly label: string | null;
  readonly value: Taken;
  readonly path: Path;
  readonly fetch: Fetch;
  readonly search: string;
  readonly open?: boolean;
}

function Branch({ label, value, path, fetch, search, open: openAtFirst = false }: BranchProps): ReactNode {
  const debug = useDebugger();
  const [toggled, setToggled] = useState(false);
  const [fetched, setFetched] = useState<readonly Part[]>([]);
  const [fault, setFault] = useState<string | null>(null);
  const parts = [...(value.parts ?? []), ...fetched];
  const size = value.size ?? 0;
  const canOpen = value.kind !== "string" && value.kind !== "bytes" && size > 0;
  const open = canOpen && (openAtFirst || (search !== "" && contains(value, search))) !== toggled;
  const more = async (): Promise<void> => {
    try {
      const { value: rest } = await debug.request({ ...fetch, path, from: parts.length });
      setFetched((before) => [...before, ...(rest.parts ?? [])]);
      setFault((rest.parts ?? []).length === 0 ? "There is no more to be had." : null);
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  const toggle = (): void => {
    setToggled(!toggled);
    if (!open && parts.length === 0) void more();
  };
  const shown = search === "" ? parts : parts.filter((part) => partContains(part, search));
  return (
    <div className="branch">
      <div className="leaf">
        {canOpen ? (
          <button
            type="button"
            className="twist"
            aria-expanded={open}
            aria-label={`${open ? "Close" : "Open"} ${label ?? "value"}`}
            onClick={toggle}
          >
            {open ? "▾" : "▸"}
          </button>
        ) : (
          <span className="twist" />
        )}
        {label !== null && <span className="key">{label}</span>}
        <span className={`value ${value.kind}`}>{open ? summaryOf(value) : textOf(value)}</span>
      </div>
      {open && (
        <div className="parts">
          {shown.map((part) => (
            <Branch
              key={part.step}
              label={part.key}
              value={part.value}
              path={[...path, part.step]}
              fetch={fetch}
              search={search}
            />
          ))}
          {parts.length < size && fault === null && (
            <button type="button" className="inline" onClick={() => void more()}>
              {amountText(size - parts.length)} more
            </button>
          )}
          {fault !== null && <p className="quiet-text">{fault}</p>}
        </div>
      )}
    </div>
  );
}

function textOf({ kind, text }: Taken): string {
  return kind === "string" ? JSON.stringify(text) : text;
}

function summaryOf({ kind, size = 0 }: Taken): string {
  return `${kind}, ${size} ${size === 1 ? "part" : "parts"}`;
}

function contains({ text, parts }: Taken, search: string): boolean {
  return text.toLowerCase().includes(search) || (parts ?? []).some((part) => partContains(part, search));
}

function partContains({ key, value }: Part, search: string): boolean {
  return key.toLowerCase().includes(search) || contains(value, search);
}
