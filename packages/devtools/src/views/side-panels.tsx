import type { ReactNode } from "react";
export function SidePanels(): ReactNode { return <aside className="side" aria-label="Side panel" />; }
