import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import type { Connection } from "./connection/connection.ts";
import { Debugger } from "./store/debugger.ts";
import { DebuggerContext } from "./store/hooks.ts";
import { TargetsContext, useCurrentTarget } from "./targets/hooks.ts";
import { Targets } from "./targets/targets.ts";
import "./theme/tokens.css";
import "./theme/debugger.css";

/**
 * Puts a debugger into an element.
 *
 * @param targets what it looks at: the connection is that of the first
 * @returns takes it away again, and leaves the program
 */
export function mountDebugger(
  element: Element,
  connection: Connection | null,
  targets: Targets = new Targets(new Debugger()),
): () => void {
  // First of all, because it throws where there is nothing to connect to.
  if (connection !== null) targets.current.debug.connect(connection);
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <TargetsContext value={targets}>
        <Shown />
      </TargetsContext>
    </StrictMode>,
  );
  return () => {
    root.unmount();
    for (const { debug } of targets.all) debug.close();
  };
}

function Shown(): ReactNode {
  const { debug } = useCurrentTarget();
  return (
    <DebuggerContext value={debug}>
      <App />
    </DebuggerContext>
  );
}
