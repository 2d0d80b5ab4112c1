import type { ReactNode } from "react";

export function Scrubber(): ReactNode {
  return null;
}
