import type { KeyboardEvent, ReactNode } from "react";
import { useAllTargets, useCurrentTarget, useTargets } from "../../targets/hooks.ts";

/** Which VM the page shows, where it looks at more than one. */
export function TargetSwitch(): ReactNode {
  const targets = useTargets();
  const all = useAllTargets();
  const current = useCurrentTarget();
  if (all.length < 2) return null;
  const key = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    const next = all[(all.indexOf(current) + by + all.length) % all.length];
    if (by === 0 || next === undefined) return;
    targets.select(next.id);
    document.getElementById(`target-${next.id}`)?.focus();
  };
  return (
    <div className="target-switch" role="tablist" aria-label="VMs" onKeyDown={key}>
      {all.map(({ id, name }) => (
        <button
          key={id}
          id={`target-${id}`}
          type="button"
          role="tab"
          aria-selected={id === current.id}
          aria-controls="target"
          tabIndex={id === current.id ? 0 : -1}
          title={`${name} (T: the next one)`}
          onClick={() => targets.select(id)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
