import type { ReactNode } from "react";
import { useDebugger, useDebuggerState } from "../../store/hooks.ts";
import { CompletingInput } from "./completing-input.tsx";
import type { Rows } from "./use-rows.ts";
import { amountText } from "../../model/amount-text.ts";

/** The filter, with what is wrong with it, and how much it lets pass. */
export function FilterBar({ rows, total }: { readonly rows: Rows; readonly total: number }): ReactNode {
  const debug = useDebugger();
  const filter = useDebuggerState((state) => state.filter);
  const [fault] = rows.faults;
  return (
    <div className="filter-bar">
      <CompletingInput value={filter} onChange={(text) => debug.setFilter(text)} invalid={fault !== undefined} />
      {filter !== "" && (
        <button type="button" className="quiet" onClick={() => debug.setFilter("")}>
          Show all
        </button>
      )}
      <span className="filter-count">
        {rows.progress < 1
          ? `${Math.round(rows.progress * 100)}% looked at`
          : filter.trim() === ""
            ? `${amountText(total)} events`
            : `${amountText(rows.count)} of ${amountText(total)}`}
      </span>
      {fault !== undefined && (
        <p className="filter-fault" id="filter-fault" role="status">
          {fault.message}
        </p>
      )}
    </div>
  );
}
