import type { ReactNode } from "react";
import { useDebugger, useDebuggerState } from "../../store/hooks.ts";
import type { Link } from "../../store/state.ts";
import { bytesText, countText } from "../format.ts";
import { useCurrentTarget } from "../../targets/hooks.ts";
import { nextTheme } from "../use-layout.ts";
import { StandingState } from "./standing-state.tsx";
import { TargetSwitch } from "./target-switch.tsx";
import { VmControls } from "./vm-controls.tsx";
import { amountText } from "../../model/amount-text.ts";

/** Where the page is connected to, how that goes, and the controls of the VM. */
export function TopBar(): ReactNode {
  const debug = useDebugger();
  const target = useDebuggerState((state) => state.target);
  const link = useDebuggerState((state) => state.link);
  const place = useDebuggerState((state) => state.connection?.place);
  const isEmpty = link.phase === "none";
  const { browserVm } = useCurrentTarget();
  return (
    <header className="top-bar">
      <svg className="mark" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="5" cy="8" r="3.2" />
        <circle className="hollow" cx="11" cy="8" r="3.2" />
      </svg>
      <TargetSwitch />
      <div className="target">
        <h1>{target?.name ?? "Marketplace devtools"}</h1>
        {browserVm !== null && link.phase !== "file" ? (
          <StandingState browserVm={browserVm} />
        ) : (
          <LinkState link={link} place={place} />
        )}
      </div>
      {!isEmpty && <VmControls />}
      <span className="grow" />
      {!isEmpty && <Figures />}
      <div className="tools">
        <button type="button" className="quiet" onClick={() => debug.setDialog("palette")}>
          Commands <kbd>Ctrl K</kbd>
        </button>
        <button
          type="button"
          className="icon"
          aria-label="Keys"
          title="Keys (?)"
          onClick={() => debug.setDialog("keys")}
        >
          ?
        </button>
        <button
          type="button"
          className="icon"
          aria-label="Theme: system, light or dark"
          title="Theme"
          onClick={() => debug.notify(`Theme: ${THEMES[nextTheme()]}`)}
        >
          ◐
        </button>
      </div>
    </header>
  );
}

const THEMES = { auto: "as the system has it", light: "light", dark: "dark" };

function LinkState({ link, place }: { readonly link: Link; readonly place: string | undefined }): ReactNode {
  const debug = useDebugger();
  switch (link.phase) {
    case "none":
      return <span className="link-state">not connected</span>;
    case "connecting":
      return <span className="link-state wait">connecting to {place}</span>;
    case "open":
      return <span className="link-state good">connected to {place}</span>;
    case "file":
      return <span className="link-state">recording: {place}</span>;
    case "lost":
      return (
        <span className="link-state bad" role="alert" title={link.reason}>
          connection lost, trying again{" "}
          <button type="button" className="inline" onClick={() => debug.retry()}>
            now
          </button>
        </span>
      );
    case "closed":
      return (
        <span className="link-state bad" role="alert" title={link.reason}>
          connection closed
        </span>
      );
  }
}

function Figures(): ReactNode {
  const rate = useDebuggerState((state) => state.rate);
  const processes = useDebuggerState((state) => (state.version, state.model.tree.processCount));
  const events = useDebuggerState((state) => (state.version, state.model.log.length));
  const missing = useDebuggerState((state) => (state.version, state.model.log.missing));
  const buffer = useDebuggerState((state) => state.status?.buffer);
  const dropped = useDebuggerState((state) => state.status?.dropped);
  const fill = buffer === undefined || buffer.budget === 0 ? 0 : Math.min(1, buffer.bytes / buffer.budget);
  const lost = Math.max(missing, dropped === undefined ? 0 : dropped.messages + dropped.skipped);
  const lostTitle =
    dropped === undefined
      ? `${missing} events are not in this recording`
      : `Not shown here: ${missing}. Let go by the program's buffer: ${dropped.messages} events, ${dropped.bodies} bodies and states. Left out because this page was slow: ${dropped.skipped}.`;
  return (
    <dl className="figures">
      <Figure name="processes" value={countText(processes)} />
      <Figure name="events/s" value={countText(rate)} />
      <Figure name="events" value={countText(events)} title={`${amountText(events)} events are kept in this page`} />
      {buffer !== undefined && (
        <div title={`The program keeps ${bytesText(buffer.bytes)} of at most ${bytesText(buffer.budget)}`}>
          <dt>buffer</dt>
          <dd>
            <meter min={0} max={1} value={fill} aria-label="Fill of the program's buffer" />
            {Math.round(fill * 100)}%
          </dd>
        </div>
      )}
      <Figure name="dropped" value={countText(lost)} title={lostTitle} alarm={lost > 0} />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
  readonly alarm?: boolean;
}

function Figure({ name, value, title, alarm = false }: FigureProps): ReactNode {
  return (
    <div title={title} className={alarm ? "alarm" : undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
