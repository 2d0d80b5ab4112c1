import type { Body, EndpointKey, ProcessPath, StreamItem, Taken } from "@marketplace/runtime/inspect";
import type { Model } from "./model.ts";
import { bodyText, briefText } from "./term-text.ts";
import { amountText } from "./amount-text.ts";

/** One event in a line: who, and what. */
export interface Summary {
  /** Whose event it is; `""` where it is nobody's. */
  readonly process: ProcessPath;
  readonly text: string;
  /** It is a fault: something crashed, or could not be done. */
  readonly fault: boolean;
}

/** Where what comes from outside comes from. */
const ORIGINS = {
  source: "a source",
  debugger: "this debugger",
  host: "the host",
  container: "the container",
} as const;

/** The process that an endpoint belongs to. */
export function processOf(endpoint: EndpointKey): ProcessPath {
  return endpoint.slice(0, endpoint.indexOf(":"));
}

/** The process whose event it is; `""` where it is nobody's. */
export function subjectOf(item: StreamItem): ProcessPath {
  switch (item.kind) {
    case "gap":
    case "ended":
      return "";
    case "endpoint-replaced":
    case "endpoint-deleted":
      return processOf(item.endpoint);
    case "presence":
    case "absence":
      return processOf(item.subscriber);
    case "control":
      return item.process ?? "";
    case "turn":
    case "message":
    case "action":
    case "activation":
    case "endpoint-added":
    case "spawn":
    case "exit":
    case "input":
      return item.process;
  }
}

/** Does it tell of something that went wrong? */
export function isFault(item: StreamItem): boolean {
  switch (item.kind) {
    case "exit":
      return item.how === "crashed";
    case "activation":
    case "ended":
      return item.thrown !== undefined && item.thrown !== null;
    case "action":
      return item.error !== undefined && item.error !== null;
    case "gap":
    case "turn":
    case "message":
    case "endpoint-added":
    case "endpoint-replaced":
    case "endpoint-deleted":
    case "presence":
    case "absence":
    case "spawn":
    case "input":
    case "control":
      return false;
  }
}

/** @param limit how many characters of a body or topic are shown */
export function summarize(item: StreamItem, model: Model, limit = 300): Summary {
  return { process: subjectOf(item), text: textOf(item, model, limit), fault: isFault(item) };
}

function textOf(item: StreamItem, model: Model, limit: number): string {
  switch (item.kind) {
    case "gap":
      return `${amountText(item.count)} events are missing here: #${item.id} to #${item.last}`;
    case "turn":
      return `${item.pending} ${item.pending === 1 ? "action" : "actions"} pending`;
    case "message":
      return `${item.orientation === "subscriber" ? "feedback " : ""}${bodyText(item.body, limit)} → ${receiversText(item.to, item.unmatched)}`;
    case "action":
      return actionText(item);
    case "activation": {
      const where = item.endpoint === undefined ? "" : ` at ${endpointText(item.endpoint, model)}`;
      const did = item.actions === 0 ? "no action" : item.actions === 1 ? "1 action" : `${item.actions} actions`;
      if (item.thrown) return `${item.on}${where} threw ${item.thrown.text}`;
      return `${item.on}${where}: ${did}${item.changed ? ", new state" : ""}`;
    }
    case "endpoint-added": {
      const { orientation, interestType, topic } = item.role;
      const level = item.level > 0 ? `, ${item.level} out` : "";
      return `${interestType === "participant" ? "" : `${interestType} `}${orientation} of ${briefText(topic, limit)}${level}`;
    }
    case "endpoint-replaced":
      return `other handlers for ${endpointText(item.endpoint, model)}`;
    case "endpoint-deleted":
      return `${endpointText(item.endpoint, model)}${reasonText(item.reason)}`;
    case "presence":
    case "absence": {
      const pair = `${processOf(item.publisher)} → ${processOf(item.subscriber)}: ${briefText(item.topic, limit)}`;
      return item.kind === "absence" ? `${pair}${reasonText(item.reason)}` : pair;
    }
    case "spawn":
      return `${item.vm ? "VM " : ""}${item.name ?? ""}`.trim() || "a process";
    case "exit":
      return `${item.how}${reasonText(item.reason)}`;
    case "input":
      return `from ${ORIGINS[item.from]}: ${item.text}`;
    case "control":
      return item.command === "break" ? "breakpoint met" : item.command;
    case "ended":
      return item.thrown ? `the boot function threw ${item.thrown.text}` : "the ground VM has ended";
  }
}

function actionText(item: StreamItem & { readonly kind: "action" }): string {
  const what =
    item.asks === undefined || item.asks === null
      ? item.action
      : `${item.action}: ${item.asks}${(item.levels ?? 1) > 1 ? `, ${item.levels} out` : ""}`;
  const whom = item.victim ? ` ${item.victim}` : "";
  return `${what}${whom}${item.error ? ` failed: ${item.error.text}` : ""}`;
}

function receiversText(to: readonly EndpointKey[], unmatched: boolean): string {
  if (to.length === 0) return "nobody";
  const processes = [...new Set(to.map(processOf))];
  const shown = processes.slice(0, 6).join(", ");
  const more = processes.length > 6 ? ` and ${processes.length - 6} more` : "";
  return `${shown}${more}${unmatched ? " (no handler)" : ""}`;
}

/** An endpoint in a few words: its side and topic, as far as it is known. */
function endpointText(key: EndpointKey, model: Model, limit = 120): string {
  const node = model.tree.endpoint(key);
  return node === undefined ? key : `${node.role.orientation} ${briefText(node.role.topic, limit)}`;
}

export function reasonText(reason: Taken | null | undefined): string {
  return reason === undefined || reason === null || reason.kind === "undefined" ? "" : `: ${reason.text}`;
}

/** The body of a message, the topic of presence or of an endpoint: what the filter's `topic:` looks at. */
export function termOf(item: StreamItem): Body | undefined {
  switch (item.kind) {
    case "message":
      return item.body;
    case "presence":
    case "absence":
      return { term: item.topic };
    case "endpoint-added":
      return { term: item.role.topic };
    case "gap":
    case "turn":
    case "action":
    case "activation":
    case "endpoint-replaced":
    case "endpoint-deleted":
    case "spawn":
    case "exit":
    case "input":
    case "control":
    case "ended":
      return undefined;
  }
}
