import type { ReactNode } from "react";
import type { EventId, PresenceVerdict as VerdictOf } from "@marketplace/runtime/inspect";
import type { ExplainedPair } from "../../model/why-presence.ts";
import { EventLink } from "../event-link.tsx";
import { vmText } from "../format.ts";
import { Clash } from "./clash.tsx";

/** Why two endpoints hear of each other or not: one sentence for both sides where both have the same reason. */
export function PresenceVerdict({ pair: { hears, isHeard, until } }: { readonly pair: ExplainedPair }): ReactNode {
  if (isSided(hears) || isSided(isHeard)) {
    return (
      <>
        <Side verdict={hears} whom="This one" other="the other" until={until} />
        <Side verdict={isHeard} whom="The other" other="this one" until={until} />
      </>
    );
  }
  return <Apart verdict={hears} />;
}

type Sided = VerdictOf & { readonly verdict: "meets" | "hidden" };

/** Can it be otherwise seen from the other side? */
function isSided(verdict: VerdictOf): verdict is Sided {
  return verdict.verdict === "meets" || verdict.verdict === "hidden";
}

function Side({
  verdict,
  whom,
  other,
  until,
}: {
  readonly verdict: VerdictOf;
  readonly whom: string;
  readonly other: string;
  readonly until: EventId | null;
}): ReactNode {
  if (verdict.verdict === "meets") {
    return (
      <p>
        <strong>
          {whom} {until === null ? "hears" : "heard"} of {other}
        </strong>
        {until !== null && (
          <>
            {" "}
            until <EventLink id={until} />
          </>
        )}
        {verdict.handled ? (
          "."
        ) : (
          <>
            , but {until === null ? "has" : "had"} no <code>onPresence</code>.
          </>
        )}
      </p>
    );
  }
  if (verdict.verdict !== "hidden") return null;
  return (
    <p>
      <strong>
        {whom} {until === null ? "does" : "did"} not hear of {other}: hidden by interest type.
      </strong>{" "}
      One is there as <code>{verdict.remote}</code>, and the other’s interest is <code>{verdict.local}</code>. Only
      participants are seen by all; who is no participant is seen by an interest in <code>everything</code> alone.
    </p>
  );
}

function Apart({ verdict }: { readonly verdict: VerdictOf }): ReactNode {
  switch (verdict.verdict) {
    case "wrong-level":
      return (
        <p>
          <strong>Another VM.</strong> This one takes part in {vmText(verdict.local)}, the other in{" "}
          {vmText(verdict.remote)}.
        </p>
      );
    case "same-orientation":
      return (
        <p>
          <strong>Same orientation.</strong> Both are {verdict.orientation}s: a publisher meets a subscriber.
        </p>
      );
    case "topics-clash":
      return <Clash clash={verdict.clash} names={["this one", "the other"]} />;
    case "apart":
      return (
        <p>
          <strong>Never there at the same time.</strong> <code>{verdict.gone}</code> went by{" "}
          <EventLink id={verdict.event} />, before the other came by <EventLink id={verdict.came} />.
        </p>
      );
    case "meets":
    case "hidden":
      return null;
  }
}
