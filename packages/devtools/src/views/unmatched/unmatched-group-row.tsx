import { useState, type ReactNode } from "react";
import { bodyText } from "../../model/term-text.ts";
import type { UnmatchedGroup } from "../../model/unmatched.ts";
import { useDebuggerState } from "../../store/hooks.ts";
import { amountText } from "../../model/amount-text.ts";

/** How many messages of a shape are listed. */
const MOST = 20;

interface Props {
  readonly group: UnmatchedGroup;
  readonly onSelect: (id: number) => void;
}

export function UnmatchedGroupRow({ group, onSelect }: Props): ReactNode {
  const [open, setOpen] = useState(false);
  const model = useDebuggerState((state) => state.model);
  const selection = useDebuggerState((state) => state.selection);
  const selected = selection?.kind === "event" ? selection.id : null;
  const { vm, orientation, shape, count, latest, lastTime } = group;
  const shown = (open ? latest.slice(-MOST) : latest.slice(-1)).toReversed();
  return (
    <li className="group">
      <div className="group-head">
        <span className="count">{amountText(count)}</span>
        <code className="shape">{shape}</code>
        <span className="aside">
          {orientation === "subscriber" ? "feedback " : ""}in {vm === "" ? "the ground VM" : `VM ${vm}`}, last at{" "}
          {(lastTime / 1000).toFixed(3)} s
        </span>
        {count > 1 && (
          <button type="button" className="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Latest only" : `Latest ${Math.min(MOST, latest.length)}`}
          </button>
        )}
      </div>
      <ul>
        {shown.map((id) => {
          const item = model.log.find(id);
          if (item?.kind !== "message") return null;
          return (
            <li key={id}>
              <button type="button" className="message-row" aria-pressed={id === selected} onClick={() => onSelect(id)}>
                <span className="id">#{id}</span>
                <span className="path">{item.process}</span>
                <span className="mono clip">{bodyText(item.body, 300)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </li>
  );
}
