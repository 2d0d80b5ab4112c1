import { useState, type FormEvent, type ReactNode } from "react";
import { termToJson } from "@marketplace/runtime";
import type { BreakpointKind } from "@marketplace/runtime/inspect";
import { readTerm } from "../../filter/parse.ts";
import { termText } from "../../model/term-text.ts";
import { useDebugger, useDebuggerState } from "../../store/hooks.ts";
import { whyNoControl } from "../topbar/control.ts";

const KINDS: readonly { readonly kind: BreakpointKind; readonly name: string }[] = [
  { kind: "message", name: "a message" },
  { kind: "presence", name: "presence" },
  { kind: "absence", name: "absence" },
  { kind: "any", name: "any of these" },
];

/** Patterns at which the VM stops. */
export function BreakpointsPanel(): ReactNode {
  const debug = useDebugger();
  const status = useDebuggerState((state) => state.status);
  const denied = useDebuggerState(whyNoControl);
  const [text, setText] = useState("");
  const [kind, setKind] = useState<BreakpointKind>("message");
  const [fault, setFault] = useState<string | null>(null);
  const set = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      const pattern = termToJson(readTerm(text));
      setFault(null);
      if ((await debug.command({ command: "break", pattern, kind })) !== undefined) setText("");
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  const breakpoints = status?.breakpoints ?? [];
  const met = status?.paused?.breakpoint;
  return (
    <div className="scroller form">
      <p className="quiet-text">The VM stops before an action that would cause such an event. {denied}</p>
      <form onSubmit={(event) => void set(event)}>
        <label htmlFor="break-pattern">Pattern</label>
        <input
          id="break-pattern"
          className="mono"
          placeholder="says(_, _)"
          spellCheck={false}
          autoComplete="off"
          value={text}
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? undefined : "break-fault"}
          onChange={(event) => setText(event.target.value)}
        />
        {fault !== null && (
          <p id="break-fault" className="fault-text" role="status">
            {fault}
          </p>
        )}
        <label htmlFor="break-kind">Stop before</label>
        <select id="break-kind" value={kind} onChange={(event) => setKind(event.target.value as BreakpointKind)}>
          {KINDS.map(({ kind: value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <button
          type="submit"
          className="primary"
          disabled={denied !== null || text.trim() === ""}
          title={denied ?? undefined}
        >
          Set breakpoint
        </button>
      </form>
      <ul className="breakpoints" aria-label="Breakpoints">
        {breakpoints.map(({ id, pattern, kind: of }) => (
          <li key={id} className={id === met ? "met" : undefined}>
            <span className="mono clip" title={termText(pattern)}>
              {termText(pattern, 200)}
            </span>
            <span className="badge">{of}</span>
            {id === met && <span className="badge warn">met</span>}
            <button
              type="button"
              className="quiet"
              disabled={denied !== null}
              aria-label={`Clear the breakpoint on ${termText(pattern, 60)}`}
              onClick={() => void debug.command({ command: "unbreak", id })}
            >
              Clear
            </button>
          </li>
        ))}
      </ul>
      {breakpoints.length === 0 && <p className="quiet-text">No breakpoint is set.</p>}
    </div>
  );
}
