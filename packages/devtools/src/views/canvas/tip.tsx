import type { ReactNode } from "react";

export interface TipAt {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

/** What is under the pointer, in words beside it. The same is in the table and in the inspector panel, so a screen reader is not told. */
export function Tip({
  at,
  width,
  height,
}: {
  readonly at: TipAt | null;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  if (at === null || at.lines.length === 0) return null;
  const [title, ...rest] = at.lines;
  const horizontal = at.x > width / 2 ? { right: Math.max(4, width - at.x + 12) } : { left: at.x + 14 };
  const vertical = at.y > height / 2 ? { bottom: Math.max(4, height - at.y + 10) } : { top: at.y + 14 };
  return (
    <div className="tip" aria-hidden="true" style={{ ...horizontal, ...vertical }}>
      <strong>{title}</strong>
      {rest.map((line, i) => (
        // Lines have no identity of their own.
        <span key={i}>{line}</span>
      ))}
    </div>
  );
}
