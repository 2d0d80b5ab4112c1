import type { ReactNode } from "react";
import type { Body, EndpointKey, StreamItem, Taken } from "@marketplace/runtime/inspect";
import { vmAtLevel, vmOf } from "@marketplace/runtime/inspect";
import { meetsAt } from "../../model/pairs.ts";
import { summarize } from "../../model/summary.ts";
import { briefText, termText } from "../../model/term-text.ts";
import { handlersAt, knownAt, livesAt } from "../../model/tree.ts";
import { useScene } from "../../store/hooks.ts";
import type { Selection } from "../../store/state.ts";
import { EndpointLink, EventLine, EventLink, ProcessLink } from "../event-link.tsx";
import { EndpointRow } from "./endpoint-row.tsx";
import { FetchedValue } from "./fetched-value.tsx";
import { ValueTree } from "./value-tree.tsx";

/** What there is to say of the selection at first sight. */
export function Details({ selection }: { readonly selection: Selection }): ReactNode {
  switch (selection.kind) {
    case "event":
      return <EventDetails id={selection.id} />;
    case "process":
      return <ProcessDetails path={selection.path} />;
    case "endpoint":
      return <EndpointDetails endpoint={selection.key} />;
  }
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function EventDetails({ id }: { readonly id: number }): ReactNode {
  const { model } = useScene();
  const item = model.log.find(id);
  if (item === undefined) return null;
  return (
    <dl className="facts">
      <EventRows item={item} />
      {item.kind !== "gap" && item.cause !== 0 && (
        <Row name="cause">
          <EventLine id={item.cause} />
        </Row>
      )}
    </dl>
  );
}

function EventRows({ item }: { readonly item: StreamItem }): ReactNode {
  const { model } = useScene();
  switch (item.kind) {
    case "message":
      return (
        <>
          <Row name="sent">
            {item.orientation === "subscriber" ? "as feedback, by a subscriber" : "by a publisher"} in{" "}
            {vmName(vmOf(item.process))}
          </Row>
          <Row name="body">
            <BodyOf event={item.id} body={item.body} />
          </Row>
          <Row name={`reached ${item.to.length}`}>
            {item.unmatched && <p className="badge warn">unmatched: no endpoint with onMessage</p>}
            {item.to.length === 0 && <p className="quiet-text">No endpoint at all. Why says what kept each one.</p>}
            {item.to.slice(0, 100).map((endpoint) => (
              <EndpointName key={endpoint} endpoint={endpoint} />
            ))}
          </Row>
        </>
      );
    case "presence":
    case "absence":
      return (
        <>
          <Row name="publisher">
            <EndpointName endpoint={item.publisher} />{" "}
            {item.publisherSees ? "" : <span className="quiet-text">is not told</span>}
          </Row>
          <Row name="subscriber">
            <EndpointName endpoint={item.subscriber} />{" "}
            {item.subscriberSees ? "" : <span className="quiet-text">is not told</span>}
          </Row>
          <Row name="in common">
            <code className="term">{termText(item.topic)}</code>
          </Row>
          {item.kind === "absence" && <ReasonRow event={item.id} reason={item.reason} />}
        </>
      );
    case "endpoint-added":
      return (
        <>
          <Row name="endpoint">
            <EndpointLink endpoint={item.endpoint} />
          </Row>
          <Row name="role">
            {item.role.interestType} {item.role.orientation}
          </Row>
          <Row name="topic">
            <code className="term">{termText(item.role.topic)}</code>
          </Row>
          <Row name="takes part in">{vmName(vmAtLevel(item.process, item.level))}</Row>
        </>
      );
    case "endpoint-deleted":
    case "endpoint-replaced":
      return (
        <>
          <Row name="endpoint">
            <EndpointName endpoint={item.endpoint} />
          </Row>
          {item.kind === "endpoint-deleted" && <ReasonRow event={item.id} reason={item.reason} />}
        </>
      );
    case "activation":
      return (
        <>
          <Row name="ran for">{item.on}</Row>
          {item.endpoint !== undefined && item.endpoint !== null && (
            <Row name="endpoint">
              <EndpointName endpoint={item.endpoint} />
            </Row>
          )}
          <Row name="asked for">
            {item.actions} {item.actions === 1 ? "action" : "actions"}
          </Row>
          <Row name="state">{item.changed ? "changed: see Diff" : "as before"}</Row>
          {item.thrown && <ReasonRow event={item.id} reason={item.thrown} name="threw" fault />}
        </>
      );
    case "exit":
      return (
        <>
          <Row name="how">{item.how}</Row>
          <ReasonRow event={item.id} reason={item.reason} fault={item.how === "crashed"} />
        </>
      );
    case "action":
      return (
        <>
          <Row name="action">{summarize(item, model).text}</Row>
          {item.error && <ReasonRow event={item.id} reason={item.error} name="error" fault />}
        </>
      );
    case "gap":
    case "turn":
    case "spawn":
    case "input":
    case "control":
    case "ended":
      return <Row name="what">{summarize(item, model).text}</Row>;
  }
}

function ReasonRow({
  event,
  reason,
  name = "reason",
  fault = false,
}: {
  event: number;
  reason: Taken;
  name?: string;
  fault?: boolean;
}): ReactNode {
  if (reason.kind === "undefined") return null;
  return (
    <Row name={name}>
      <div className={fault ? "fault-text" : undefined}>
        <ValueTree value={reason} fetch={{ command: "value", event }} />
      </div>
    </Row>
  );
}

function BodyOf({ event, body }: { readonly event: number; readonly body: Body }): ReactNode {
  if ("term" in body) return <code className="term">{termText(body.term)}</code>;
  return (
    <>
      {"text" in body && <code className="term">{body.text}…</code>}
      <FetchedValue event={event} />
    </>
  );
}

function EndpointName({ endpoint }: { readonly endpoint: EndpointKey }): ReactNode {
  const { model } = useScene();
  const node = model.tree.endpoint(endpoint);
  return (
    <p className="clip">
      <EndpointLink endpoint={endpoint} />{" "}
      {node !== undefined && (
        <span className="quiet-text">
          {model.tree.process(node.process)?.name} {node.role.orientation}{" "}
          <code>{briefText(node.role.topic, 100)}</code>
        </span>
      )}
    </p>
  );
}

function ProcessDetails({ path }: { readonly path: string }): ReactNode {
  const { model, at } = useScene();
  const node = model.tree.process(path);
  if (node === undefined) return null;
  const known = node.endpoints.filter((endpoint) => knownAt(endpoint, at));
  return (
    <>
      <dl className="facts">
        <Row name="in">{vmName(vmOf(path))}</Row>
        <Row name="since">
          <EventLink id={node.since} />
        </Row>
        {node.end !== null && (
          <Row name="ended">
            <EventLink id={node.end.event} /> {node.end.how}
          </Row>
        )}
        {node.end !== null && node.end.reason.kind !== "undefined" && (
          <ReasonRow event={node.end.event} reason={node.end.reason} fault={node.end.how === "crashed"} />
        )}
        {node.isVm && <Row name="inside">{node.children.filter((child) => livesAt(child, at)).length} processes</Row>}
      </dl>
      <h4>
        Endpoints <span className="count">{known.filter((endpoint) => livesAt(endpoint, at)).length}</span>
      </h4>
      {known.length === 0 && <p className="quiet-text">It has none, and has had none as far as is known.</p>}
      <ul>
        {known.map((endpoint) => (
          <EndpointRow key={endpoint.key} node={endpoint} lives={livesAt(endpoint, at)} />
        ))}
      </ul>
    </>
  );
}

function EndpointDetails({ endpoint }: { readonly endpoint: EndpointKey }): ReactNode {
  const { model, at } = useScene();
  const node = model.tree.endpoint(endpoint);
  if (node === undefined) return null;
  const { presence, absence, message } = handlersAt(node, at);
  const handlers = [message && "onMessage", presence && "onPresence", absence && "onAbsence"].filter(
    (name) => name !== false,
  );
  const proxy = model.tree.proxyOf(endpoint);
  const stands = proxy?.key ?? endpoint;
  const pairs = model.pairs.all.filter(
    (pair) => (pair.publisher === stands || pair.subscriber === stands) && meetsAt(pair, at),
  );
  return (
    <>
      <dl className="facts">
        <Row name="topic">
          <code className="term">{termText(node.role.topic)}</code>
        </Row>
        <Row name="role">
          {node.role.interestType} {node.role.orientation}
        </Row>
        <Row name="takes part in">
          {vmName(vmAtLevel(node.process, node.level))}
          {node.level > 0 && <span className="quiet-text">, {node.level} out</span>}
        </Row>
        <Row name="handlers">{handlers.length === 0 ? "none" : handlers.join(", ")}</Row>
        <Row name="name">
          <code>{String(node.name)}</code>
        </Row>
        <Row name="added">
          <EventLink id={node.added} />
        </Row>
        {node.deleted !== null && (
          <Row name="deleted">
            <EventLink id={node.deleted.event} />
          </Row>
        )}
        {node.for !== undefined && (
          <Row name="stands for">
            <EndpointName endpoint={node.for} />
          </Row>
        )}
        {proxy !== undefined && (
          <Row name="outside it is">
            <EndpointName endpoint={proxy.key} />
          </Row>
        )}
      </dl>
      <h4>
        Meets <span className="count">{pairs.length}</span>
      </h4>
      {pairs.slice(-100).map((pair) => (
        <EndpointName
          key={`${pair.publisher} ${pair.subscriber}`}
          endpoint={pair.publisher === stands ? pair.subscriber : pair.publisher}
        />
      ))}
      {pairs.length === 0 && <p className="quiet-text">Nobody, as far as is known.</p>}
    </>
  );
}

/** A VM in words. */
function vmName(vm: string): ReactNode {
  return vm === "" ? (
    "the ground VM"
  ) : (
    <>
      VM <ProcessLink path={vm} />
    </>
  );
}
