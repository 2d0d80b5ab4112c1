import { describe, MarketplaceError } from "../terms/error.ts";
import {
  anything,
  check,
  count,
  endpointKey,
  fault,
  fields,
  flag,
  isFields,
  listOf,
  oneOf,
  optional,
  processPath,
  text,
  time,
  vmPath,
  type Check,
  type Fields,
} from "./check.ts";
import {
  LONGEST_FRAME,
  PROTOCOL,
  type AckFrame,
  type ClientFrame,
  type CommandName,
  type EventsFrame,
  type HelloFrame,
  type ServerFrame,
} from "./protocol.ts";
import { endpointName, handlers, itemFromRow, orientation, role } from "./rows.ts";

/** A request whose command has not been looked at. */
export type RequestFields = Fields & { readonly type: "request"; readonly request: number };

type Shape = { readonly [key: string]: Check };

const bodies = oneOf("none", "small");
/** More steps than any value has levels that a viewer could have seen. */
const path = check(
  "a path: a list of at most 100 integers from 0 up",
  (value) => listOf(count)(value) && (value as []).length <= 100,
);

const which: Shape = { path: optional(path), from: optional(count) };

/** The fields of each command beside `type`, `request` and `command`. */
export const COMMANDS: { readonly [Name in CommandName]: { readonly fields: Shape; readonly control: boolean } } = {
  snapshot: { fields: { history: optional(count) }, control: false },
  bodies: { fields: { mode: bodies }, control: false },
  value: { fields: { event: count, ...which }, control: false },
  state: { fields: { process: processPath, at: optional(count), ...which }, control: false },
  preview: { fields: { vm: vmPath, body: anything, orientation }, control: false },
  pause: { fields: {}, control: true },
  resume: { fields: {}, control: true },
  step: { fields: {}, control: true },
  kill: { fields: { process: processPath }, control: true },
  inject: { fields: { vm: vmPath, body: anything, orientation }, control: true },
  break: { fields: { pattern: anything, kind: oneOf("message", "presence", "absence", "any") }, control: true },
  unbreak: { fields: { id: count }, control: true },
};

/**
 * Reads a frame of a viewer, which may be anything. A request is only read as far as its number: what is wrong with the rest
 * is answered, not punished.
 *
 * @throws MarketplaceError `BAD_FRAME`, `FRAME_TOO_LARGE`
 */
export function decodeClientFrame(frame: unknown): HelloFrame | AckFrame | RequestFields {
  if (typeof frame !== "string") throw bad("a text", frame);
  if (frame.length > LONGEST_FRAME) {
    throw new MarketplaceError("FRAME_TOO_LARGE", `expected at most ${LONGEST_FRAME} characters, got ${frame.length}`);
  }
  const value = parse(frame);
  switch (value["type"]) {
    case "hello":
      return checked(value, {
        protocol: time,
        token: optional(text),
        history: optional(count),
        bodies: optional(bodies),
      }) as never;
    case "ack":
      return checked(value, { frame: count }) as never;
    case "request":
      return checked(value, { request: count }) as never;
    default:
      throw bad(`the type "hello", "ack" or "request"`, value["type"]);
  }
}

/** What a viewer sends, as text. */
export function encodeClientFrame(frame: ClientFrame): string {
  return JSON.stringify(frame);
}

const tree = check(
  "processes with their endpoints",
  (value) => Array.isArray(value) && value.every((each) => processFault(each) === undefined),
);

const endpointInTree: Shape = {
  endpoint: endpointKey,
  name: endpointName,
  level: count,
  role,
  handlers,
  for: optional(endpointKey),
};

const isEndpointInTree = fields("an endpoint", endpointInTree);

function processFault(value: unknown): string | undefined {
  if (!isFields(value)) return describe(value);
  return fault(value, {
    process: processPath,
    name: optional(text),
    vm: flag,
    since: count,
    endpoints: listOf(isEndpointInTree),
  });
}

const pause = fields("a pause", {
  why: oneOf("pause", "step", "breakpoint"),
  breakpoint: optional(count),
  next: optional(fields("an action", { process: processPath, action: text, text })),
});

const breakpoint = fields("a breakpoint", {
  id: count,
  pattern: anything,
  kind: oneOf("message", "presence", "absence", "any"),
});

const FRAMES: { readonly [type: string]: Shape } = {
  welcome: {
    protocol: check(`version ${PROTOCOL}`, (value) => value === PROTOCOL),
    run: text,
    target: text,
    control: flag,
    window: count,
    started: time,
  },
  snapshot: { frame: count, at: count, first: flag, rest: count, processes: tree },
  events: { frame: count, rows: check("a list of rows", Array.isArray) },
  status: {
    frame: count,
    buffer: fields("a buffer", { bytes: time, budget: time, oldest: count, newest: count }),
    dropped: fields("what was dropped", { bodies: count, messages: count, skipped: count }),
    paused: optional(pause),
    breakpoints: listOf(breakpoint),
    viewers: count,
    ended: flag,
  },
  reply: { frame: count, request: count, result: check("an object", isFields) },
  refusal: { frame: count, request: count, code: text, message: text },
  failed: { code: text, message: text },
};

/**
 * Reads a frame of a program. It may come from a file, and is checked in all its parts.
 *
 * @throws MarketplaceError `BAD_FRAME` naming what is wrong
 */
export function decodeServerFrame(frame: unknown): ServerFrame {
  if (typeof frame !== "string") throw bad("a text", frame);
  const value = parse(frame);
  const shape =
    typeof value["type"] === "string" && Object.hasOwn(FRAMES, value["type"]) ? FRAMES[value["type"]] : undefined;
  if (shape === undefined) throw bad(`a type of frame (${Object.keys(FRAMES).join(", ")})`, value["type"]);
  checked(value, shape);
  if (value["type"] !== "events") return value as unknown as ServerFrame;
  const rows = value["rows"] as readonly unknown[];
  const frameOfEvents: EventsFrame = { type: "events", frame: value["frame"] as number, events: rows.map(itemFromRow) };
  return frameOfEvents;
}

function parse(frame: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch (cause) {
    throw new MarketplaceError("BAD_FRAME", `expected JSON, got ${describe(frame)}`, { cause });
  }
  if (!isFields(value)) throw bad("an object", value);
  return value;
}

function checked(value: Fields, shape: Shape): Fields {
  const wrong = fault(value, shape);
  if (wrong !== undefined) throw new MarketplaceError("BAD_FRAME", `${String(value["type"])}: ${wrong}`);
  return value;
}

function bad(expected: string, came: unknown): MarketplaceError {
  return new MarketplaceError("BAD_FRAME", `expected ${expected}, got ${describe(came)}`);
}
