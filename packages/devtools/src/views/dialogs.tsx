import type { ReactNode } from "react";
export function Dialogs(): ReactNode { return null; }
