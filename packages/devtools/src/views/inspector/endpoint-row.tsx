import type { ReactNode } from "react";
import { briefText, termText } from "../../model/term-text.ts";
import type { EndpointNode } from "../../model/tree.ts";
import { useDebugger } from "../../store/hooks.ts";

/** An endpoint in a line; a click selects it. */
export function EndpointRow({ node, lives }: { readonly node: EndpointNode; readonly lives: boolean }): ReactNode {
  const debug = useDebugger();
  const { orientation, interestType, topic } = node.role;
  return (
    <li>
      <button
        type="button"
        className={`endpoint-row${lives ? "" : " gone"}`}
        title={termText(topic, 500)}
        onClick={() => debug.select({ kind: "endpoint", key: node.key })}
      >
        <span className={`pole ${orientation}`} aria-hidden="true" />
        <span className="role">
          {orientation === "publisher" ? "pub" : "sub"}
          {interestType === "participant" ? "" : interestType === "observer" ? " obs" : " all"}
        </span>
        <span className="topic clip">{briefText(topic, 300)}</span>
        {node.level > 0 && <span className="badge">↑{node.level}</span>}
        {!lives && <span className="quiet-text">deleted</span>}
      </button>
    </li>
  );
}
