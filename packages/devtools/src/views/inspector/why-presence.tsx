import { useMemo, type ReactNode } from "react";
import type { EndpointKey } from "@marketplace/runtime/inspect";
import { amountText } from "../../model/amount-text.ts";
import { explainPair, explainPresence, type ExplainedPair } from "../../model/why-presence.ts";
import { briefText } from "../../model/term-text.ts";
import type { EndpointNode } from "../../model/tree.ts";
import { useScene } from "../../store/hooks.ts";
import { PresenceVerdict } from "./presence-verdict.tsx";
import { VerdictList } from "./verdict-list.tsx";

/** For an endpoint: which others it meets, and why not the rest. */
export function WhyPresence({ node }: { readonly node: EndpointNode }): ReactNode {
  const { model, version } = useScene();
  const { changes } = model.tree;
  const pairs = useMemo(
    () => explainPresence(node, model),
    // The tree is changed in place; `changes` says when.
    [node, model, version === -1 ? -1 : changes],
  );
  return (
    <>
      <p className="why-lead">
        Does it hear of the presence of{" "}
        {pairs.length === 1 ? "the one other endpoint" : `the ${amountText(pairs.length)} others`}, and they of its own?
      </p>
      <VerdictList items={pairs} endpointOf={({ other }) => other}>
        {(pair) => <PairRow key={pair.other.key} pair={pair} />}
      </VerdictList>
    </>
  );
}

/** For two endpoints that met, or parted: which of them heard of it. */
export function WhyPair({
  publisher,
  subscriber,
}: {
  readonly publisher: EndpointKey;
  readonly subscriber: EndpointKey;
}): ReactNode {
  const { model } = useScene();
  const one = model.tree.endpoint(publisher);
  const other = model.tree.endpoint(subscriber);
  if (one === undefined || other === undefined)
    return <p className="quiet-text">One of the two is no longer remembered.</p>;
  return (
    <>
      <p className="why-lead">
        What the publisher <code>{publisher}</code> and the subscriber <code>{subscriber}</code> hear of each other,
        seen from the publisher:
      </p>
      <ul className="verdicts" aria-label="Verdicts">
        <PairRow pair={explainPair(one, other, model)} />
      </ul>
    </>
  );
}

function PairRow({ pair }: { readonly pair: ExplainedPair }): ReactNode {
  const { model } = useScene();
  const { other, hears, isHeard } = pair;
  const { process, role } = other;
  const meets = hears.verdict === "meets" || isHeard.verdict === "meets";
  return (
    <li className={`verdict ${meets ? "good" : ""}`}>
      <p className="verdict-who clip">
        <span className="path">{process}</span> {model.tree.process(process)?.name}{" "}
        <span className="quiet-text">
          {role.interestType === "participant" ? "" : `${role.interestType} `}
          {role.orientation}
        </span>{" "}
        <code>{briefText(role.topic, 160)}</code>
      </p>
      <PresenceVerdict pair={pair} />
    </li>
  );
}
