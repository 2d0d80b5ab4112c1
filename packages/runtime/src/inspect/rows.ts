import { describe, MarketplaceError } from "../terms/error.ts";
import {
  anything,
  check,
  count,
  endpointKey,
  fields,
  flag,
  isFields,
  listOf,
  oneOf,
  optional,
  processPath,
  text,
  time,
  type Check,
} from "./check.ts";
import type { Json } from "../terms/json.ts";
import type { StreamItem } from "./events.ts";

// Events as they are sent: rows of columns, a third as long as objects and twice as fast to read.

/** One event on the wire: `[kind, id, t, cause, ...]`. */
export type Row = readonly Json[];

export const orientation: Check = oneOf("publisher", "subscriber");

export const role: Check = fields("a role", {
  orientation,
  interestType: oneOf("participant", "observer", "everything"),
  topic: anything,
});

export const handlers: Check = fields("which handlers there are", { presence: flag, absence: flag, message: flag });

export const endpointName: Check = check(
  "a string or a number",
  (value) => typeof value === "string" || typeof value === "number",
);

/** How deep what was taken apart may be, and how many parts it may have: more than any program sends. */
const MOST_LEVELS = 50;

export const taken: Check = check("a value taken apart", (value) => isTaken(value, 0));

function isTaken(value: unknown, depth: number): boolean {
  if (depth > MOST_LEVELS || !isFields(value)) return false;
  const { kind, text: line, size, parts, same } = value;
  if (typeof kind !== "string" || typeof line !== "string") return false;
  if (size !== undefined && !count(size)) return false;
  if (same !== undefined && !listOf(count)(same)) return false;
  return parts === undefined || (Array.isArray(parts) && parts.every((part) => isPart(part, depth)));
}

function isPart(part: unknown, depth: number): boolean {
  return isFields(part) && typeof part["key"] === "string" && count(part["step"]) && isTaken(part["value"], depth + 1);
}

const body: Check = check("a body", (value) => {
  if (!isFields(value)) return false;
  if ("term" in value) return value["term"] !== undefined;
  if ("text" in value) return typeof value["text"] === "string" && count(value["size"]);
  return value["missing"] === "not sent" || value["missing"] === "not kept";
});

type Columns = readonly (readonly [name: string, of: Check])[];

/** The columns after `cause` of each kind of event; a kind's number is its place here, from 1. 0 is a gap. */
export const COLUMNS: readonly (readonly [kind: string, columns: Columns])[] = [
  [
    "turn",
    [
      ["process", processPath],
      ["pending", count],
    ],
  ],
  [
    "message",
    [
      ["process", processPath],
      ["turn", count],
      ["orientation", orientation],
      ["body", body],
      ["to", listOf(endpointKey)],
      ["unmatched", flag],
    ],
  ],
  [
    "action",
    [
      ["process", processPath],
      ["turn", count],
      ["action", text],
      ["asks", optional(text)],
      ["levels", optional(count)],
      ["victim", optional(processPath)],
      ["error", optional(taken)],
    ],
  ],
  [
    "activation",
    [
      ["process", processPath],
      ["on", oneOf("boot", "message", "presence", "absence", "spawned", "yield")],
      ["endpoint", optional(endpointKey)],
      ["actions", count],
      ["changed", flag],
      ["thrown", optional(taken)],
    ],
  ],
  [
    "endpoint-added",
    [
      ["endpoint", endpointKey],
      ["process", processPath],
      ["name", endpointName],
      ["level", count],
      ["role", role],
      ["handlers", handlers],
      ["for", optional(endpointKey)],
    ],
  ],
  [
    "endpoint-replaced",
    [
      ["endpoint", endpointKey],
      ["handlers", handlers],
    ],
  ],
  [
    "endpoint-deleted",
    [
      ["endpoint", endpointKey],
      ["reason", taken],
    ],
  ],
  [
    "presence",
    [
      ["publisher", endpointKey],
      ["subscriber", endpointKey],
      ["topic", anything],
      ["publisherSees", flag],
      ["subscriberSees", flag],
    ],
  ],
  [
    "absence",
    [
      ["publisher", endpointKey],
      ["subscriber", endpointKey],
      ["topic", anything],
      ["publisherSees", flag],
      ["subscriberSees", flag],
      ["reason", taken],
    ],
  ],
  [
    "spawn",
    [
      ["process", processPath],
      ["name", optional(text)],
      ["vm", flag],
    ],
  ],
  [
    "exit",
    [
      ["process", processPath],
      ["how", oneOf("quit", "crashed", "killed", "collected", "stopped")],
      ["reason", taken],
    ],
  ],
  [
    "input",
    [
      ["process", processPath],
      ["from", oneOf("source", "debugger", "host", "container")],
      ["text", text],
    ],
  ],
  [
    "control",
    [
      ["command", oneOf("pause", "resume", "step", "kill", "break")],
      ["process", optional(processPath)],
    ],
  ],
  ["ended", [["thrown", optional(taken)]]],
];

/** The number of a kind of event. */
export const NUMBER_OF: ReadonlyMap<string, number> = new Map(COLUMNS.map(([kind], i) => [kind, i + 1]));

/** @throws MarketplaceError `BAD_FRAME` naming the column */
export function itemFromRow(row: unknown): StreamItem {
  if (!Array.isArray(row)) throw bad("a row, which is a list", row);
  const number: unknown = row[0];
  if (number === 0) {
    const [, id, last, missing] = row as unknown[];
    if (!count(id) || !count(last) || !count(missing)) throw bad("a gap [0, id, last, count]", row);
    return { kind: "gap", id: id as number, last: last as number, count: missing as number };
  }
  const known = typeof number === "number" ? COLUMNS[number - 1] : undefined;
  if (known === undefined) throw bad(`the number of a kind of event, 0 to ${COLUMNS.length}`, number);
  const [kind, columns] = known;
  const [, id, t, cause] = row as unknown[];
  if (!count(id) || !time(t) || !count(cause)) throw bad(`[number of ${kind}, id, t, cause, ...]`, row);
  const item: { [key: string]: unknown } = { kind, id, t, cause };
  for (let i = 0; i < columns.length; i++) {
    const [name, of] = columns[i] as Columns[number];
    const value: unknown = row[i + 4];
    if (!of(value)) throw bad(`${kind}.${name} to be ${of.expected}`, value);
    if (value !== undefined && value !== null) item[name] = value;
    else if (of === anything) item[name] = null;
  }
  return item as unknown as StreamItem;
}

/** The reverse of {@link itemFromRow}. */
export function rowFromItem(item: StreamItem): Row {
  if (item.kind === "gap") return [0, item.id, item.last, item.count];
  const number = NUMBER_OF.get(item.kind) as number;
  const [, columns] = COLUMNS[number - 1] as (typeof COLUMNS)[number];
  const row: Json[] = [number, item.id, item.t, item.cause];
  for (const [name] of columns) row.push((item as unknown as { [key: string]: Json })[name] ?? null);
  return row;
}

function bad(expected: string, came: unknown): MarketplaceError {
  return new MarketplaceError("BAD_FRAME", `expected ${expected}, got ${describe(came)}`);
}
