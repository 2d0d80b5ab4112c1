import { useMemo, useState, type ReactNode } from "react";
import { why, type MessageEvent } from "@marketplace/runtime/inspect";
import { activationIn, explainAll, factsOf, messageFacts, type Explained } from "../../model/facts.ts";
import type { Model } from "../../model/model.ts";
import { bodyText, briefText } from "../../model/term-text.ts";
import type { EndpointNode } from "../../model/tree.ts";
import { useDebuggerState, useScene } from "../../store/hooks.ts";
import type { Selection } from "../../store/state.ts";
import { Empty } from "../empty.tsx";
import { VerdictList } from "./verdict-list.tsx";
import { Verdict } from "./verdict.tsx";
import { WhyPair, WhyPresence } from "./why-presence.tsx";

/** How many of the latest messages are offered to an endpoint. */
const LATEST = 40;

/** For a message and any endpoint: why the one reached the other, or why not. */
export function WhyTab({ selection }: { readonly selection: Selection }): ReactNode {
  const { model } = useScene();
  if (selection.kind === "event") {
    const item = model.log.find(selection.id);
    if (item?.kind === "message") return <WhyMessage key={item.id} message={item} />;
    if (item?.kind === "presence" || item?.kind === "absence")
      return <WhyPair publisher={item.publisher} subscriber={item.subscriber} />;
  }
  if (selection.kind === "endpoint") return <WhyEndpoint key={selection.key} endpoint={selection.key} />;
  return (
    <Empty title="Select a message or an endpoint.">
      <p>
        For a message, all endpoints are listed with the reason why it reached them or not; for an endpoint, the latest
        messages, and the other endpoints with the reason why the two hear of each other or not.
      </p>
    </Empty>
  );
}

function WhyMessage({ message }: { readonly message: MessageEvent }): ReactNode {
  const { model, version } = useScene();
  const endpoints = model.tree.endpointCount;
  const explained = useMemo(
    () => explainAll(message, model),
    // The endpoints change in place; their number stands for that well enough to look again.
    [message, model, version === -1 ? -1 : endpoints],
  );
  const reached = explained.filter(({ verdict }) => verdict.verdict.startsWith("delivered")).length;
  return (
    <>
      <p className="why-lead">
        <code className="term">{bodyText(message.body, 400)}</code> reached <strong>{reached}</strong> of{" "}
        {explained.length} endpoints.
      </p>
      <VerdictList items={explained} endpointOf={({ node }) => node}>
        {(each) => <VerdictRow key={each.node.key} explained={each} />}
      </VerdictList>
    </>
  );
}

function VerdictRow({ explained: { node, verdict } }: { readonly explained: Explained }): ReactNode {
  const { model } = useScene();
  const name = model.tree.process(node.process)?.name;
  return (
    <li className={`verdict ${verdict.verdict.startsWith("delivered") ? "good" : ""}`}>
      <p className="verdict-who clip">
        <span className="path">{node.process}</span> {name} <span className="quiet-text">{node.role.orientation}</span>{" "}
        <code>{briefText(node.role.topic, 160)}</code>
      </p>
      <Verdict verdict={verdict} />
    </li>
  );
}

/** What is asked of an endpoint, of messages first but in the Presence view. */
function WhyEndpoint({ endpoint }: { readonly endpoint: string }): ReactNode {
  const { model } = useScene();
  const isPresence = useDebuggerState((state) => state.tab === "presence");
  const [asked, setAsked] = useState<"messages" | "presence">(isPresence ? "presence" : "messages");
  const node = model.tree.endpoint(endpoint);
  if (node === undefined) return null;
  return (
    <>
      <div className="choice why-choice" role="group" aria-label="Why, of">
        <button type="button" aria-pressed={asked === "messages"} onClick={() => setAsked("messages")}>
          Messages
        </button>
        <button type="button" aria-pressed={asked === "presence"} onClick={() => setAsked("presence")}>
          Presence
        </button>
      </div>
      {asked === "messages" ? <LatestMessages node={node} /> : <WhyPresence node={node} />}
    </>
  );
}

function LatestMessages({ node }: { readonly node: EndpointNode }): ReactNode {
  const { model, end } = useScene();
  const messages = latestMessages(model, end);
  if (messages.length === 0) return <Empty title="No message has been sent since the debugger was attached." />;
  const facts = factsOf(node, model);
  const find = activationIn(model);
  return (
    <>
      <p className="why-lead">The latest messages, and why each reached this endpoint or not.</p>
      <ul className="verdicts" aria-label="Verdicts">
        {messages.map((message) => {
          const verdict = why(messageFacts(message), facts, find);
          return (
            <li key={message.id} className={`verdict ${verdict.verdict.startsWith("delivered") ? "good" : ""}`}>
              <p className="verdict-who clip">
                <span className="id">#{message.id}</span> <span className="path">{message.process}</span>{" "}
                <code>{bodyText(message.body, 160)}</code>
              </p>
              <Verdict verdict={verdict} />
            </li>
          );
        })}
      </ul>
    </>
  );
}

function latestMessages(model: Model, end: number): MessageEvent[] {
  const found: MessageEvent[] = [];
  for (let position = end - 1; position >= model.log.first && found.length < LATEST; position--) {
    const item = model.log.at(position);
    if (item?.kind === "message") found.push(item);
  }
  return found;
}
