import type { ReactNode } from "react";

export function PresenceView(): ReactNode {
  return null;
}
