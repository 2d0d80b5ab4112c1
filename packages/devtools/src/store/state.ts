import type { EndpointKey, EventId, ProcessPath, RecordedState, StatusFrame } from "@marketplace/runtime/inspect";
import type { Connection } from "../connection/connection.ts";
import type { Model } from "../model/model.ts";

/** What the page is looking at. One selection drives all views. */
export type Selection =
  | { readonly kind: "event"; readonly id: EventId }
  | { readonly kind: "process"; readonly path: ProcessPath }
  | { readonly kind: "endpoint"; readonly key: EndpointKey };

/** How things stand between the page and the program. */
export type Link =
  /** Nobody has said where to connect. */
  | { readonly phase: "none" }
  | { readonly phase: "connecting" }
  | { readonly phase: "open" }
  /** The line is lost and is tried again. */
  | { readonly phase: "lost"; readonly reason: string }
  /** It ended for good. */
  | { readonly phase: "closed"; readonly reason: string }
  /** A recording, all of it. */
  | { readonly phase: "file" };

/** What the program said of itself. */
export interface Target {
  readonly name: string;
  readonly run: string;
  readonly started: number;
  /** May this page pause, step, kill, inject and set breakpoints? */
  readonly control: boolean;
}

export type Tab = "flow" | "sequence" | "log" | "presence" | "unmatched";
export type SidePanel = "inspect" | "breakpoints" | "inject";

/** What the inspector panel shows of the selection. */
export type Aspect = "details" | "state" | "diff" | "cause" | "why";

/** A notice at the edge of the page: what a command led to. */
export interface Notice {
  readonly id: number;
  readonly tone: "plain" | "fault";
  readonly text: string;
}

export interface DebuggerState {
  readonly connection: Connection | null;
  /** The program that was left for a recording, where one can go back to it. */
  readonly live: Connection | null;
  readonly link: Link;
  readonly target: Target | null;
  readonly status: StatusFrame | null;
  /**
   * What is known. It is changed in place: `version` says when to look again, and goes up at most once per animation frame. After a new
   * snapshot it is another object.
   */
  readonly model: Model;
  readonly version: number;
  /** Events a second, over the last second. */
  readonly rate: number;
  readonly selection: Selection | null;
  /** The event just after which the page shows everything; null: now. */
  readonly cursor: EventId | null;
  /** *Freeze view*: the newest event that is shown, while the model goes on collecting; null: not frozen. */
  readonly frozen: EventId | null;
  readonly tab: Tab;
  readonly panel: SidePanel;
  readonly aspect: Aspect;
  /** What is written in the log's filter. */
  readonly filter: string;
  /** Does the log follow the newest event, as long as no event is selected? */
  readonly follow: boolean;
  readonly dialog: "palette" | "keys" | null;
  readonly notices: readonly Notice[];
  /** States that have been fetched, to be kept in a recording. */
  readonly states: ReadonlyMap<string, RecordedState>;
}
