import type { ReactNode } from "react";
import type { Verdict as VerdictOf } from "@marketplace/runtime/inspect";
import { vmText } from "../format.ts";
import { EventLink } from "../event-link.tsx";
import { Clash } from "./clash.tsx";

/** One verdict, in a sentence. */
export function Verdict({ verdict }: { readonly verdict: VerdictOf }): ReactNode {
  switch (verdict.verdict) {
    case "delivered": {
      const { id, actions, changed, thrown } = verdict.activation;
      return (
        <p>
          <strong>Delivered.</strong> Its handler ran (<EventLink id={id} />)
          {thrown ? (
            <span className="fault-text"> and threw {thrown.text}</span>
          ) : (
            <>
              {actions === 0
                ? " and asked for nothing"
                : ` and asked for ${actions} ${actions === 1 ? "action" : "actions"}`}
              {changed ? ", with a new state" : ""}
            </>
          )}
          .
        </p>
      );
    }
    case "delivered-unhandled":
      return (
        <p>
          <strong>Delivered, but not handled.</strong> The endpoint has no <code>onMessage</code>.
        </p>
      );
    case "delivered-unseen":
      return (
        <p>
          <strong>Delivered.</strong> What its handler did is not known: the endpoint further in was gone, or it is no
          longer kept.
        </p>
      );
    case "topics-clash":
      return <Clash clash={verdict.clash} names={["message", "topic"]} />;
    case "same-orientation":
      return (
        <p>
          <strong>Same orientation.</strong> Both are on the {verdict.orientation}s’ side; messages go to the other
          side.
        </p>
      );
    case "wrong-level":
      return (
        <p>
          <strong>Another VM.</strong> The message was sent in {vmText(verdict.message)}; the endpoint takes part in{" "}
          {vmText(verdict.endpoint)}.
        </p>
      );
    case "not-yet-added":
      return (
        <p>
          <strong>Not yet added.</strong> The endpoint came later, by <EventLink id={verdict.added} />.
        </p>
      );
    case "already-removed":
      return (
        <p>
          <strong>Already removed</strong> by <EventLink id={verdict.event} />, reason: <code>{verdict.reason}</code>.
        </p>
      );
    case "process-exited":
      return (
        <p>
          <strong>The process had exited</strong> ({verdict.how}) by <EventLink id={verdict.event} />, reason:{" "}
          <code>{verdict.reason}</code>.
        </p>
      );
    case "unknown":
      return (
        <p>
          <strong>Not known.</strong>{" "}
          {verdict.missing === "body"
            ? "The message’s body is not here to be compared."
            : "What is known does not explain it."}
        </p>
      );
  }
}
