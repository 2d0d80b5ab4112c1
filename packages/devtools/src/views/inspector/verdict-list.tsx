import { useState, type ReactNode } from "react";
import { amountText } from "../../model/amount-text.ts";
import type { Model } from "../../model/model.ts";
import { briefText } from "../../model/term-text.ts";
import type { EndpointNode } from "../../model/tree.ts";
import { useScene } from "../../store/hooks.ts";

/** How many verdicts are shown at once. */
const MOST = 60;

interface Props<T> {
  /** One verdict for each endpoint. */
  readonly items: readonly T[];
  readonly endpointOf: (item: T) => EndpointNode;
  /** A row of the list. */
  readonly children: (item: T) => ReactNode;
}

/** Verdicts on endpoints, to be searched by what an endpoint is: the first of them, and the rest when it is asked for. */
export function VerdictList<T>({ items, endpointOf, children }: Props<T>): ReactNode {
  const { model } = useScene();
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  const wanted = search.trim().toLowerCase();
  const found =
    wanted === "" ? items : items.filter((item) => describes(endpointOf(item), model).toLowerCase().includes(wanted));
  const shown = all ? found : found.slice(0, MOST);
  return (
    <>
      <input
        type="search"
        className="wide"
        placeholder="Which endpoint? A process, a name, a topic"
        aria-label="Search the endpoints"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul className="verdicts" aria-label="Verdicts">
        {shown.map(children)}
      </ul>
      {found.length === 0 && <p className="quiet-text">No endpoint contains “{search}”.</p>}
      {found.length > shown.length && (
        <button type="button" onClick={() => setAll(true)}>
          {amountText(found.length - shown.length)} more
        </button>
      )}
    </>
  );
}

function describes({ key, process, role }: EndpointNode, model: Model): string {
  return `${key} ${model.tree.process(process)?.name ?? ""} ${role.orientation} ${briefText(role.topic, 500)}`;
}
