import {
  PROTOCOL,
  readRecording,
  writeRecording,
  type ProcessInTree,
  type RecordedState,
  type Recording,
  type StreamItem,
} from "@marketplace/runtime/inspect";
import { recordingConnection } from "../connection/file.ts";
import type { Model } from "../model/model.ts";
import { handlersAt, livesAt, type ProcessNode } from "../model/tree.ts";
import type { Debugger } from "../store/debugger.ts";
import type { DebuggerState } from "../store/state.ts";
import { amountText } from "../model/amount-text.ts";

/** How many states are fetched for a recording, beside those that have been looked at: the last of each process first. */
const MOST_STATES = 400;

/** How many are asked for at once. */
const AT_ONCE = 16;

/** Why nothing can be saved; null where it can. */
export function whyNoRecording({ model, target }: DebuggerState): string | null {
  return target === null || model.log.length === 0 ? "There is nothing to save yet." : null;
}

/** Saves all that is known to a file. */
export async function saveRecording(debug: Debugger): Promise<void> {
  const { target, connection } = debug.state;
  if (target === null || connection === null) return;
  await fetchStates(debug);
  const { model, states } = debug.state;
  const recording = recordingOf(model, target, [...states.values()]);
  const url = URL.createObjectURL(new Blob([...writeRecording(recording)], { type: "application/x-ndjson" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = `${target.name.replaceAll(/[^\w.-]+/g, "-") || "marketplace"}.trace.ndjson`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  debug.notify(`Saved ${amountText(recording.events.length)} events and ${recording.states.length} states.`);
}

/** What is known, as a recording: the tree before the first event that is kept, and all events since. */
export function recordingOf(
  model: Model,
  { name, run, started }: { readonly name: string; readonly run: string; readonly started: number },
  states: readonly RecordedState[],
): Recording {
  const { log } = model;
  const at = log.length === 0 || log.first === 0 ? model.at : log.idAt(log.first) - 1;
  const processes: ProcessInTree[] = [];
  for (const root of model.tree.roots) addProcess(processes, root, at);
  const events: StreamItem[] = [];
  for (let position = log.first; position < log.end; position++) {
    const item = log.at(position);
    if (item !== undefined) events.push(item);
  }
  return {
    header: { type: "recording", protocol: PROTOCOL, run, target: name, started },
    at,
    processes,
    events,
    states,
  };
}

function addProcess(processes: ProcessInTree[], node: ProcessNode, at: number): void {
  if (!livesAt(node, at)) return;
  const { path, name, isVm, since } = node;
  const endpoints = node.endpoints
    .filter((endpoint) => livesAt(endpoint, at))
    .map((endpoint) => ({
      endpoint: endpoint.key,
      name: endpoint.name,
      level: endpoint.level,
      role: endpoint.role,
      handlers: handlersAt(endpoint, at),
      ...(endpoint.for === undefined ? {} : { for: endpoint.for }),
    }));
  processes.push({ process: path, ...(name === undefined ? {} : { name }), vm: isVm, since, endpoints });
  for (const child of node.children) addProcess(processes, child, at);
}

/** Asks for the last state of each process, and for the states after the latest changes; a recording that is open is asked like a program. */
async function fetchStates(debug: Debugger): Promise<void> {
  const { model } = debug.state;
  const wanted: { readonly process: string; readonly at: number }[] = [];
  for (const { path, end } of model.tree.processes()) {
    if (wanted.length >= MOST_STATES) break;
    wanted.push({ process: path, at: end?.event ?? model.newest });
  }
  for (let position = model.log.end - 1; position >= model.log.first && wanted.length < MOST_STATES * 2; position--) {
    const item = model.log.at(position);
    if (item?.kind === "activation" && item.changed) wanted.push({ process: item.process, at: item.id });
  }
  while (wanted.length > 0) {
    const asked = wanted.splice(0, AT_ONCE).map(async ({ process, at }) => {
      try {
        const { event, value } = await debug.request({ command: "state", process, at });
        debug.keepState({ type: "state", process, event, value });
      } catch {
        // No longer kept: then the recording does without it.
      }
    });
    await Promise.all(asked);
  }
}

/** Lets the reader choose a file. */
export function openRecording(debug: Debugger): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".ndjson,.trace,.jsonl,.txt";
  input.onchange = () => {
    const file = input.files?.[0];
    if (file !== undefined) void openFile(debug, file);
  };
  input.click();
}

/** Leaves what is looked at, and shows a recording instead; if it cannot be read, a notice says why. */
export async function openFile(debug: Debugger, file: File): Promise<void> {
  try {
    debug.connect(recordingConnection(readRecording(await file.text()), file.name));
  } catch (error) {
    debug.notify(`${file.name} cannot be opened: ${(error as Error).message}`, "fault");
  }
}
