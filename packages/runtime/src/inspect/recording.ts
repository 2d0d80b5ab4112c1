import { MarketplaceError } from "../terms/error.ts";
import { count, fault, isFields, processPath, text, time, type Check, check } from "./check.ts";
import { decodeServerFrame } from "./frames.ts";
import type { ProcessInTree, StreamItem } from "./events.ts";
import { PROTOCOL, type RecordedState, type Recording, type RecordingHeader } from "./protocol.ts";
import { rowFromItem, taken } from "./rows.ts";

/** The longest recording that is read, in characters, if nobody says otherwise: 256 MiB. */
export const LONGEST_RECORDING = 268_435_456;

/** How many events stand in one line. */
const EVENTS_IN_LINE = 1000;

/** How many processes stand in one line. */
const PROCESSES_IN_LINE = 500;

/** The lines of a recording's file, each with its line end. */
export function* writeRecording({ header, at, processes, events, states }: Recording): Generator<string> {
  yield line(header);
  for (let i = 0; i === 0 || i < processes.length; i += PROCESSES_IN_LINE) {
    const part = processes.slice(i, i + PROCESSES_IN_LINE);
    const rest = Math.max(0, processes.length - i - PROCESSES_IN_LINE);
    yield line({ type: "snapshot", frame: 0, at, first: i === 0, rest, processes: part });
  }
  for (let i = 0; i < events.length; i += EVENTS_IN_LINE) {
    yield line({ type: "events", frame: 0, rows: events.slice(i, i + EVENTS_IN_LINE).map(rowFromItem) });
  }
  for (const state of states) yield line(state);
}

/**
 * Reads a recording, which may come from anywhere.
 *
 * @param limit how many characters it may have
 * @throws MarketplaceError `RECORDING_TOO_LARGE`, `RECORDING_VERSION`, `BAD_RECORDING` naming the line
 */
export function readRecording(file: string, limit: number = LONGEST_RECORDING): Recording {
  if (file.length > limit) {
    throw new MarketplaceError("RECORDING_TOO_LARGE", `expected at most ${limit} characters, got ${file.length}`);
  }
  const reader = new Reader();
  let start = 0;
  for (let number = 1; start < file.length; number++) {
    const newline = file.indexOf("\n", start);
    const end = newline < 0 ? file.length : newline;
    const content = file.slice(start, end).trim();
    start = end + 1;
    if (content !== "") reader.line(content, number);
  }
  return reader.done();
}

const HEADER: { readonly [key: string]: Check } = {
  type: check(`"recording"`, (value) => value === "recording"),
  protocol: count,
  run: text,
  target: text,
  started: time,
};

const STATE: { readonly [key: string]: Check } = { process: processPath, event: count, value: taken };

class Reader {
  #header: RecordingHeader | null = null;
  #at: number | null = null;
  #processesMissing = 0;
  #last = 0;
  readonly #processes: ProcessInTree[] = [];
  readonly #events: StreamItem[] = [];
  readonly #states: RecordedState[] = [];

  line(content: string, number: number): void {
    try {
      if (this.#header === null) this.#header = headerFrom(content);
      else this.#next(content);
    } catch (cause) {
      if (!(cause instanceof MarketplaceError) || cause.code === "RECORDING_VERSION") throw cause;
      throw new MarketplaceError("BAD_RECORDING", `line ${number}: ${cause.message}`, { cause });
    }
  }

  done(): Recording {
    if (this.#header === null) throw bad("a recording, got an empty file");
    if (this.#at === null || this.#processesMissing > 0)
      throw bad("a snapshot, got a file that ends before it is complete");
    return {
      header: this.#header,
      at: this.#at,
      processes: this.#processes,
      events: this.#events,
      states: this.#states,
    };
  }

  #next(content: string): void {
    const state = stateFrom(content);
    if (state !== undefined) {
      this.#states.push(state);
      return;
    }
    const frame = decodeServerFrame(content);
    if (frame.type === "snapshot") {
      if (frame.first !== (this.#at === null))
        throw bad("one snapshot, got the beginning of a second or a part without one");
      this.#at ??= frame.at;
      this.#last = this.#at;
      this.#processesMissing = frame.rest;
      for (const process of frame.processes) this.#processes.push(process);
    } else if (frame.type === "events") {
      if (this.#at === null || this.#processesMissing > 0) throw bad("the snapshot first, got events");
      for (const event of frame.events) {
        if (event.id !== this.#last + 1) throw bad(`event ${this.#last + 1}, got ${event.id}`);
        this.#last = event.kind === "gap" ? event.last : event.id;
        this.#events.push(event);
      }
    } else throw bad(`a snapshot, events or a state, got "${frame.type}"`);
  }
}

function headerFrom(content: string): RecordingHeader {
  const value = parse(content);
  const wrong = isFields(value) ? fault(value, HEADER) : "expected the header of a recording";
  if (wrong !== undefined) throw bad(wrong);
  const version = (value as { readonly protocol: number }).protocol;
  if (version !== PROTOCOL) {
    throw new MarketplaceError(
      "RECORDING_VERSION",
      `expected a recording of version ${PROTOCOL}, got version ${version}`,
    );
  }
  return value as RecordingHeader;
}

function stateFrom(content: string): RecordedState | undefined {
  if (!content.startsWith('{"type":"state"')) return undefined;
  const value = parse(content);
  const wrong = isFields(value) ? fault(value, STATE) : "expected a state";
  if (wrong !== undefined) throw bad(wrong);
  return value as RecordedState;
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (cause) {
    throw new MarketplaceError("BAD_RECORDING", "expected JSON", { cause });
  }
}

function bad(message: string): MarketplaceError {
  return new MarketplaceError(
    "BAD_RECORDING",
    message.startsWith("expected") || message.includes(":") ? message : `expected ${message}`,
  );
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
