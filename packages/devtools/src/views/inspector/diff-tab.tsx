import type { ReactNode } from "react";
import type { EventId, ProcessPath } from "@marketplace/runtime/inspect";
import { differences } from "../../model/difference.ts";
import type { Model } from "../../model/model.ts";
import { useScene } from "../../store/hooks.ts";
import { Empty } from "../empty.tsx";
import { EventLine } from "../event-link.tsx";
import { useStateAt } from "./use-state-at.ts";

/** How many changes are shown, the latest first. */
const MOST = 8;

/** What each of the latest activations changed in a process's state. */
export function DiffTab({ process }: { readonly process: ProcessPath }): ReactNode {
  const { model, at, end } = useScene();
  const changes = changesOf(process, model, at === null ? end : Math.min(end, model.log.lastUpTo(at) + 1));
  if (changes.length === 0) {
    return (
      <Empty title="No change of its state is known.">
        <p>Each activation that leaves another state than before is listed here, with what it changed.</p>
      </Empty>
    );
  }
  return (
    <ol className="diffs">
      {changes.slice(0, MOST).map((id) => (
        <Change key={id} process={process} id={id} />
      ))}
    </ol>
  );
}

/** The activations of a process that changed its state, the latest first. */
function changesOf(process: ProcessPath, model: Model, end: number): EventId[] {
  const found: EventId[] = [];
  for (let position = end - 1; position >= model.log.first && found.length <= MOST; position--) {
    const item = model.log.at(position);
    if (item?.kind === "activation" && item.changed && item.process === process) found.push(item.id);
  }
  return found;
}

function Change({ process, id }: { readonly process: ProcessPath; readonly id: EventId }): ReactNode {
  const before = useStateAt(process, id - 1);
  const after = useStateAt(process, id);
  return (
    <li>
      <EventLine id={id} />
      {after !== null && "failed" in after ? (
        <p className="quiet-text">{after.failed}</p>
      ) : after === null || before === null ? (
        <p className="quiet-text">Fetching …</p>
      ) : "failed" in before ? (
        <p className="quiet-text">
          Its first known state: <code>{after.value.text}</code>
        </p>
      ) : (
        <Differences found={differences(before.value, after.value)} />
      )}
    </li>
  );
}

function Differences({ found }: { readonly found: ReturnType<typeof differences> }): ReactNode {
  if (found.length === 0) return <p className="quiet-text">Changed beyond what is shown, or back again.</p>;
  return (
    <ul className="differences">
      {found.map(({ path, before, after }) => (
        <li key={path.join("\u0000")}>
          {path.length > 0 && <span className="key">{path.join(" › ")}</span>}
          {before !== undefined && (
            <del>
              <span className="visually-hidden">before: </span>
              {before.text === "" ? '""' : before.text}
            </del>
          )}
          {after !== undefined && (
            <ins>
              <span className="visually-hidden">after: </span>
              {after.text === "" ? '""' : after.text}
            </ins>
          )}
        </li>
      ))}
    </ul>
  );
}
