import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import type { Connection } from "./connection/connection.ts";
import { Debugger } from "./store/debugger.ts";
import { DebuggerContext } from "./store/hooks.ts";
import "./theme/tokens.css";
import "./theme/debugger.css";

/**
 * Puts a debugger into an element.
 *
 * @returns takes it away again, and leaves the program
 */
export function mountDebugger(
  element: Element,
  connection: Connection | null,
  debug: Debugger = new Debugger(),
): () => void {
  // First of all, because it throws where there is nothing to connect to.
  if (connection !== null) debug.connect(connection);
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <DebuggerContext value={debug}>
        <App />
      </DebuggerContext>
    </StrictMode>,
  );
  return () => {
    root.unmount();
    debug.close();
  };
}
