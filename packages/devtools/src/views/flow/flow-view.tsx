import type { ReactNode } from "react";

export function FlowView(): ReactNode {
  return null;
}
