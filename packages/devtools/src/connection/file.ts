import {
  PROTOCOL,
  type ClientFrame,
  type Command,
  type Recording,
  type RecordedState,
  type Result,
} from "@marketplace/runtime/inspect";
import type { Connection, Line, Listener } from "./connection.ts";

/** How many events and processes are handed over at once. */
const EVENTS_AT_ONCE = 5000;

/** A recording, as if its program answered: it tells what was recorded, and refuses what only a running program could do. */
export function recordingConnection(recording: Recording, place: string): Connection {
  return {
    kind: "file",
    place,
    open: (listener) => {
      const player = new Player(recording, listener);
      queueMicrotask(() => player.begin());
      return player;
    },
  };
}

class Player implements Line {
  readonly #recording: Recording;
  readonly #listener: Listener;
  #frame = 0;
  #next = 0;
  #open = true;

  constructor(recording: Recording, listener: Listener) {
    this.#recording = recording;
    this.#listener = listener;
  }

  begin(): void {
    if (!this.#open) return;
    const { header, at, processes } = this.#recording;
    const { run, target, started } = header;
    this.#listener.frame({ type: "welcome", protocol: PROTOCOL, run, target, started, control: false, window: 1 });
    this.#listener.frame({ type: "snapshot", frame: ++this.#frame, at, first: true, rest: 0, processes });
  }

  send(frame: ClientFrame): void {
    if (!this.#open) return;
    // A macrotask, so that the page draws between the parts of a long recording.
    if (frame.type === "ack" && frame.frame === this.#frame) setTimeout(() => this.#go());
    else if (frame.type === "request") queueMicrotask(() => this.#answer(frame));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#listener.closed({ reason: "Closed here.", final: true });
  }

  #go(): void {
    const { events } = this.#recording;
    if (!this.#open || this.#next >= events.length) return;
    const part = events.slice(this.#next, this.#next + EVENTS_AT_ONCE);
    this.#next += part.length;
    this.#listener.frame({ type: "events", frame: ++this.#frame, events: part });
  }

  #answer(frame: Command & { readonly request: number }): void {
    if (!this.#open) return;
    const { request } = frame;
    const result = this.#resultOf(frame);
    const number = this.#frame;
    if (result !== undefined) {
      this.#listener.frame({ type: "reply", frame: number, request, result });
      return;
    }
    const message = "This is a recording: it holds what was recorded, and nobody can be asked for more.";
    this.#listener.frame({ type: "refusal", frame: number, request, code: "NOT_KEPT", message });
  }

  #resultOf(command: Command): Result | undefined {
    if (command.command !== "state" || (command.path ?? []).length > 0) return undefined;
    const { process, at = Infinity } = command;
    let found: RecordedState | undefined;
    for (const state of this.#recording.states) {
      if (state.process === process && state.event <= at && (found === undefined || state.event >= found.event))
        found = state;
    }
    return found === undefined ? undefined : { value: found.value, event: found.event, changedSince: false };
  }
}
