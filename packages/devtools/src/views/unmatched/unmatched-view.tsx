import type { ReactNode } from "react";
import { useDebugger, useScene } from "../../store/hooks.ts";
import { Empty } from "../empty.tsx";
import { UnmatchedGroupRow } from "./unmatched-group-row.tsx";
import { amountText } from "../../model/amount-text.ts";

/** The messages that nobody got, by shape. */
export function UnmatchedView(): ReactNode {
  const debug = useDebugger();
  const { model } = useScene();
  const groups = model.unmatched.groups();
  if (groups.length === 0) {
    return (
      <Empty title="Every message so far has reached a handler.">
        <p>
          A message is listed here when no endpoint with an <code>onMessage</code> was there to get it: sent too early,
          on another topic, or in another VM.
        </p>
      </Empty>
    );
  }
  return (
    <div className="scroller unmatched">
      <p className="lead">
        {amountText(model.unmatched.count)} {model.unmatched.count === 1 ? "message" : "messages"} reached no handler,
        in {groups.length} {groups.length === 1 ? "shape" : "shapes"}. Select one to see why.
      </p>
      <ul className="groups">
        {groups.map((group) => (
          <UnmatchedGroupRow key={group.key} group={group} onSelect={(id) => debug.selectEvent(id)} />
        ))}
      </ul>
    </div>
  );
}
