import type { ReactNode } from "react";
import { Code } from "./code.tsx";

/** What to do where the page is connected to nothing. */
export function Welcome(): ReactNode {
  return (
    <main className="welcome">
      <h2>Nothing to look at yet</h2>
      <p>
        This page shows a running Marketplace program: its processes and endpoints, every message with its cause, and
        why a message did not arrive. It was opened without the token that programs ask for.
      </p>
      <h3>A program in Node</h3>
      <p>Add one line after the VM has been started, run the program, and open the address that it prints.</p>
      <Code text={"await serveInspector(vm, { control: true });"} />
      <h3>A VM in a web page</h3>
      <Code text={"openDebugger(vm);"} />
      <h3>A recording</h3>
      <p>
        Open a file that was recorded earlier, from the command palette (<kbd>Ctrl</kbd> <kbd>K</kbd>) or by dropping it
        on this page.
      </p>
    </main>
  );
}
