import type { ReactNode } from "react";

export function SequenceView(): ReactNode {
  return null;
}
