import { useState, type ReactNode } from "react";
import { useScene } from "../../store/hooks.ts";
import { Empty } from "../empty.tsx";
import { EventLink } from "../event-link.tsx";
import { useStateAt } from "./use-state-at.ts";
import { ValueTree } from "./value-tree.tsx";

/** A process's state as a tree, as it is now or was at the event that is selected. */
export function StateTab({ process }: { readonly process: string }): ReactNode {
  const { model, at } = useScene();
  const [search, setSearch] = useState("");
  const node = model.tree.process(process);
  // Now is the latest change: until the next one there is nothing new to ask for.
  const when = at ?? Math.max(node?.changed ?? 0, node?.end?.event ?? 0, node?.since ?? 0, model.at);
  const fetched = useStateAt(process, when);
  if (node === undefined) return <Empty title="Nothing is known of a state here." />;
  if (fetched === null) return <p className="quiet-text">Fetching …</p>;
  if ("failed" in fetched)
    return (
      <Empty title="The state cannot be had.">
        <p>{fetched.failed}</p>
      </Empty>
    );
  return (
    <>
      <div className="state-head">
        <p className="quiet-text">
          {fetched.event === 0 ? (
            "As it was before the recording began"
          ) : (
            <>
              Since <EventLink id={fetched.event} />
            </>
          )}
          {node.end !== null && (at === null || at >= node.end.event) && <>, its last</>}
        </p>
        <input
          type="search"
          placeholder="Search"
          aria-label="Search the state"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      {fetched.changedSince && <p className="badge warn">Changed in place since: what is shown is what it is now</p>}
      <ValueTree
        key={`${process} ${fetched.event}`}
        value={fetched.value}
        fetch={{ command: "state", process, at: when }}
        search={search.trim().toLowerCase()}
      />
    </>
  );
}
