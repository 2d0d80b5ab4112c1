import type { ReactNode } from "react";
import { causesOf, effectsOf } from "../../model/chains.ts";
import { useScene } from "../../store/hooks.ts";
import type { Selection } from "../../store/state.ts";
import { Empty } from "../empty.tsx";
import { EventLine } from "../event-link.tsx";
import { originEvent } from "./subject.ts";

const MOST_EFFECTS = 200;

/** What led to the selection, back to what came from outside, and what came of it. */
export function CauseTab({ selection }: { readonly selection: Selection }): ReactNode {
  const { model } = useScene();
  const id = originEvent(selection, model);
  if (id === 0) return <Empty title="It was there before the recording began." />;
  const { chain, whole } = causesOf(id, model);
  const { links, more } = effectsOf(id, model, MOST_EFFECTS);
  return (
    <>
      <h4>From the outside to here</h4>
      {!whole && <p className="quiet-text">What came before is no longer known.</p>}
      <ol className="chain">
        {chain.map((item) => (
          <li key={item.id}>
            <EventLine id={item.id} current={item.id === id} />
          </li>
        ))}
      </ol>
      <h4>
        What came of it <span className="count">{more ? `${links.length}+` : links.length}</span>
      </h4>
      {links.length === 0 && <p className="quiet-text">Nothing so far.</p>}
      <ol className="chain effects">
        {links.map(({ item, depth }) => (
          <li key={item.id}>
            <EventLine id={item.id} depth={depth - 1} />
          </li>
        ))}
      </ol>
    </>
  );
}
