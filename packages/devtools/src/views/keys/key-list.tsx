import type { ReactNode } from "react";
import { COMMANDS, VIEW_KEYS } from "../commands.ts";

/** All keys, and what they do. */
export function KeyList({ onClose }: { readonly onClose: () => void }): ReactNode {
  const keys = COMMANDS.flatMap(({ keys: of, name }) => (of === undefined ? [] : [[of, name] as const]));
  return (
    <div className="keys">
      <h2>Keys</h2>
      <dl>
        {[...keys, ...VIEW_KEYS].map(([of, about]) => (
          <div key={`${of} ${about}`}>
            <dt>
              {of.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </div>
  );
}
