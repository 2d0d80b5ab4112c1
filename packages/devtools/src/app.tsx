import type { ReactNode } from "react";
import { NestedVms } from "./nested-vms.tsx";

const views = [
  {
    name: "Who is there",
    about: "Every VM, its processes and their endpoints, down to the state that each process holds.",
  },
  {
    name: "Who hears whom",
    about: "Which endpoints meet, what each message reached, and how presence and absence came about.",
  },
  {
    name: "Why not",
    about: "For a message that did not arrive: each endpoint's reason, from a topic that differs to a layer too deep.",
  },
  {
    name: "What came first",
    about: "Each turn with the event that caused it and the actions that it caused, forward and back in time.",
  },
];

/** The whole page, for now: what the debugger will show, and that it does not show it yet. */
export function App(): ReactNode {
  return (
    <main>
      <header>
        <p className="state">Not built yet</p>
        <h1>Marketplace devtools</h1>
        <p className="lead">
          This page is going to be a debugger for running Marketplace programs, in Node or in a browser. It connects to
          nothing so far.
        </p>
      </header>
      <NestedVms />
      <section aria-labelledby="views">
        <h2 id="views">What it will show</h2>
        <dl>
          {views.map((view) => (
            <div key={view.name}>
              <dt>{view.name}</dt>
              <dd>{view.about}</dd>
            </div>
          ))}
        </dl>
      </section>
    </main>
  );
}
