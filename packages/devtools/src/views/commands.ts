import type { Debugger } from "../store/debugger.ts";
import type { DebuggerState, Tab } from "../store/state.ts";
import { openRecording, saveRecording, whyNoRecording } from "./recording.ts";
import { copyLink } from "./share.ts";
import { whyNoControl } from "./topbar/control.ts";
import { nextTheme } from "./use-layout.ts";

/** Something that one can do, by its key or by its name. */
export interface UiCommand {
  readonly name: string;
  /** As the list of keys shows it. */
  readonly keys?: string;
  /** Does this press of a key mean it? */
  readonly on?: (event: KeyboardEvent) => boolean;
  /** Why it cannot be done now; null where it can. */
  readonly denied?: (state: DebuggerState) => string | null;
  readonly run: (debug: Debugger) => void;
}

const key =
  (wanted: string, shift = false) =>
  (event: KeyboardEvent): boolean =>
    event.key === wanted && !event.ctrlKey && !event.metaKey && !event.altKey && (!shift || event.shiftKey);

const TABS: readonly (readonly [Tab, string])[] = [
  ["flow", "Flow"],
  ["sequence", "Sequence"],
  ["log", "Log"],
  ["presence", "Presence"],
  ["unmatched", "Unmatched"],
];

function selectedEvent({ selection }: DebuggerState): number | null {
  return selection?.kind === "event" ? selection.id : null;
}

const needsEvent = (state: DebuggerState): string | null =>
  selectedEvent(state) === null ? "No event is selected." : null;

function whyNoKill({ selection, model }: DebuggerState): string | null {
  if (selection?.kind !== "process") return "No process is selected.";
  return model.tree.process(selection.path)?.end === null ? null : "The selected process has ended.";
}

/** The cause of the selected event, or its first effect. */
function along(debug: Debugger, direction: "cause" | "effect"): void {
  const { model } = debug.state;
  const id = selectedEvent(debug.state);
  const item = id === null ? undefined : model.log.find(id);
  if (item === undefined || item.kind === "gap") return;
  if (direction === "cause") {
    if (item.cause !== 0 && model.log.find(item.cause) !== undefined) debug.selectEvent(item.cause);
    else debug.notify("What caused it came from outside, or is no longer known.");
    return;
  }
  const [first] = model.log.effectsOf(model.log.positionOf(item.id));
  if (first === undefined) debug.notify("Nothing has come of it.");
  else debug.selectEvent(model.log.idAt(first));
}

/** All commands, in the order in which they are listed. */
export const COMMANDS: readonly UiCommand[] = [
  {
    name: "Freeze or unfreeze the view",
    keys: "Space",
    on: key(" "),
    run: (debug) => debug.setFrozen(debug.state.frozen === null),
  },
  {
    name: "Pause or resume the VM",
    keys: "F8",
    on: key("F8"),
    denied: whyNoControl,
    run: (debug) => void debug.command({ command: debug.state.status?.paused ? "resume" : "pause" }),
  },
  {
    name: "Step one turn",
    keys: "F10",
    on: key("F10"),
    denied: whyNoControl,
    run: (debug) => void debug.command({ command: "step" }),
  },
  { name: "Return to live and follow the newest", keys: "End", on: key("End"), run: (debug) => debug.returnToLive() },
  {
    name: "To the cause of the selected event",
    keys: "[",
    on: key("["),
    denied: needsEvent,
    run: (debug) => along(debug, "cause"),
  },
  {
    name: "To the first effect of the selected event",
    keys: "]",
    on: key("]"),
    denied: needsEvent,
    run: (debug) => along(debug, "effect"),
  },
  {
    name: "Why: for the selected message or endpoint",
    keys: "Y",
    on: key("y"),
    run: (debug) => debug.setAspect("why"),
  },
  {
    name: "Kill the selected process",
    denied: (state) => whyNoControl(state) ?? whyNoKill(state),
    run: (debug) => {
      const { selection } = debug.state;
      if (selection?.kind === "process") void debug.command({ command: "kill", process: selection.path });
    },
  },
  {
    name: "Filter the log",
    keys: "/",
    on: key("/"),
    run: (debug) => {
      debug.setTab("log");
      requestAnimationFrame(() => document.getElementById("filter")?.focus());
    },
  },
  ...TABS.map(([tab, name], i): UiCommand => ({
    name: `View: ${name}`,
    keys: String(i + 1),
    on: key(String(i + 1)),
    run: (debug) => debug.setTab(tab),
  })),
  {
    name: "Target: the next VM that this page looks at",
    keys: "T",
    on: key("t"),
    run: (debug) => debug.targets?.next(),
  },
  { name: "Panel: breakpoints", keys: "B", on: key("b"), run: (debug) => debug.setPanel("breakpoints") },
  { name: "Panel: inject a message", keys: "I", on: key("i"), run: (debug) => debug.setPanel("inject") },
  {
    name: "Save a recording to a file",
    keys: "Ctrl S",
    on: (event) => event.key === "s" && (event.ctrlKey || event.metaKey),
    denied: whyNoRecording,
    run: (debug) => void saveRecording(debug),
  },
  {
    name: "Open a recording",
    keys: "Ctrl O",
    on: (event) => event.key === "o" && (event.ctrlKey || event.metaKey),
    run: openRecording,
  },
  {
    name: "Back from a recording to the program",
    denied: ({ live }) => (live === null ? "There is no program to go back to." : null),
    run: (debug) => debug.returnToProgram(),
  },
  {
    name: "Copy a link to the selected event",
    denied: needsEvent,
    run: (debug) => {
      const id = selectedEvent(debug.state);
      if (id !== null) void copyLink(debug, id);
    },
  },
  { name: "Show only what came of the selected event", denied: needsEvent, run: (debug) => showEffects(debug) },
  { name: "Show all events", run: (debug) => debug.setFilter("") },
  { name: "Theme: system, light or dark", run: (debug) => debug.notify(`Theme: ${nextTheme()}`) },
  {
    name: "Find a command",
    keys: "Ctrl K",
    on: (event) => event.key === "k" && (event.ctrlKey || event.metaKey),
    run: (debug) => debug.setDialog("palette"),
  },
  { name: "List the keys", keys: "?", on: key("?"), run: (debug) => debug.setDialog("keys") },
];

function showEffects(debug: Debugger): void {
  const id = selectedEvent(debug.state);
  if (id === null) return;
  debug.setFilter(`cause:#${id}`);
  debug.setTab("log");
}

/** Keys that views take for themselves, for the list of keys. */
export const VIEW_KEYS: readonly (readonly [keys: string, about: string])[] = [
  [", .", "Previous and next lane, in Sequence"],
  ["F", "Fit everything in sight, in Flow and Sequence"],
  ["W S", "Zoom in and out, in Sequence; + and − do so in Flow too"],
  ["A D", "Earlier and later, in Sequence"],
  ["↑ ↓", "Previous and next row"],
  ["← →", "Close and open, in the tree"],
  ["Esc", "Close a list or a dialog; let go of the selection"],
];
