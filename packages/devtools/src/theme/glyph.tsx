import type { ReactNode } from "react";
import type { Kind } from "../model/kinds.ts";
import { KIND_LOOKS } from "./kinds.ts";

/** The sign of a kind of event. It stands beside the kind's name, so it says nothing to a screen reader. */
export function Glyph({ kind, fault = false }: { readonly kind: Kind; readonly fault?: boolean }): ReactNode {
  const { path, filled, color } = KIND_LOOKS[kind];
  return (
    <svg
      className={filled ? "glyph filled" : "glyph"}
      viewBox="0 0 16 16"
      aria-hidden="true"
      style={{ color: fault ? "var(--fault)" : `var(${color})` }}
    >
      <path d={path} />
    </svg>
  );
}
