import type { InterestType, Orientation, Role } from "../model/role.ts";
import { describe, MarketplaceError } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import { reasonToWire } from "./reason.ts";
import { fromWire, toWire, type Vocabulary, type Wire } from "./wire.ts";

// What the two halves of a bridge say to each other. A frame is an item or a list of items; an item is an array that begins with its kind.
// The near half is that of the VM inside, the far half is the process that stands for it in the container. Endpoints have numbers, given
// by the near half; a reason that is left out is none.

/** The name of this language, as a WebSocket's subprotocol. */
export const PROTOCOL = "marketplace.bridge.1";

/** The kinds of items that the near half sends. */
const ASK = { add: 0, delete: 1, say: 2, send: 3, quit: 4, credit: 5, pong: 6, hear: 7 } as const;

/** The kinds of items that the far half sends. */
const TELL = {
  presence: 0,
  absence: 1,
  say: 2,
  message: 3,
  ended: 4,
  credit: 5,
  ping: 6,
  unsaid: 7,
  sayTo: 8,
  gone: 9,
} as const;

const ORIENTATIONS: readonly Orientation[] = ["publisher", "subscriber"];
const INTERESTS: readonly InterestType[] = ["participant", "observer", "everything"];

// Writing

/** @param hears are messages wanted, or only presence and absence? */
export function addItem(endpoint: number, role: Role, hears: boolean): Wire {
  return hears ? [ASK.add, endpoint, ...roleToWire(role)] : [ASK.add, endpoint, ...roleToWire(role), false];
}

/** From now on messages are wanted. */
export function hearItem(endpoint: number): Wire {
  return [ASK.hear, endpoint];
}

export function deleteItem(endpoint: number, reason: unknown): Wire {
  return withReason([ASK.delete, endpoint], reason);
}

/** A message that matches the topic of one of the endpoints, by what the topic leaves open. Either half sends this. */
export function sayItem(endpoint: number, parts: readonly Term[]): Wire {
  return parts.length === 1
    ? [ASK.say, endpoint, toWire(parts[0]!)]
    : [ASK.say, endpoint, ...parts.map((part) => toWire(part))];
}

/** A message for `listener`, by what the topic of another endpoint leaves open. */
export function sayToItem(listener: number, endpoint: number, parts: readonly Term[]): Wire {
  return [TELL.sayTo, listener, endpoint, ...parts.map((part) => toWire(part))];
}

export function sendItem(orientation: Orientation, body: Term): Wire {
  return [ASK.send, ORIENTATIONS.indexOf(orientation), toWire(body)];
}

export function quitItem(reason: unknown): Wire {
  return withReason([ASK.quit], reason);
}

/** So many bytes more may be sent in the conversation of this endpoint. Either half sends this. */
export function creditItem(endpoint: number, bytes: number): Wire {
  return [ASK.credit, endpoint, bytes];
}

export function pongItem(ping: number): Wire {
  return [ASK.pong, ping];
}

export function presenceItem(endpoint: number, role: Role): Wire {
  return [TELL.presence, endpoint, ...roleToWire(role)];
}

export function absenceItem(endpoint: number, role: Role, reason: unknown): Wire {
  return withReason([TELL.absence, endpoint, ...roleToWire(role)], reason);
}

/** A deleted endpoint's number will not be used any more. */
export function goneItem(endpoint: number): Wire {
  return [TELL.gone, endpoint];
}

export function messageItem(endpoint: number, body: Term): Wire {
  return [TELL.message, endpoint, toWire(body)];
}

/** Something concerns this endpoint that cannot cross: for people. */
export function unsaidItem(endpoint: number, why: string): Wire {
  return [TELL.unsaid, endpoint, why];
}

export function endedItem(reason: unknown): Wire {
  return withReason([TELL.ended], reason);
}

/** @param interval the next one comes within so many milliseconds */
export function pingItem(ping: number, interval: number): Wire {
  return [TELL.ping, ping, interval];
}

function roleToWire({ orientation, interestType, topic }: Role): readonly Wire[] {
  return [ORIENTATIONS.indexOf(orientation), INTERESTS.indexOf(interestType), toWire(topic)];
}

function withReason(item: readonly Wire[], reason: unknown): Wire {
  const wire = reasonToWire(reason);
  return wire === undefined ? item : [...item, wire];
}

// Reading

/** What the near half asks for. */
export type Ask =
  | { readonly type: "add"; readonly endpoint: number; readonly role: Role; readonly hears: boolean }
  | { readonly type: "hear"; readonly endpoint: number }
  | { readonly type: "delete"; readonly endpoint: number; readonly reason: unknown }
  | { readonly type: "say"; readonly endpoint: number; readonly parts: readonly Term[] }
  | { readonly type: "send"; readonly orientation: Orientation; readonly body: Term }
  | { readonly type: "quit"; readonly reason: unknown }
  | { readonly type: "credit"; readonly endpoint: number; readonly bytes: number }
  | { readonly type: "pong"; readonly ping: number };

/** What the far half tells. */
export type Tell =
  | { readonly type: "presence"; readonly endpoint: number; readonly role: Role }
  | { readonly type: "absence"; readonly endpoint: number; readonly role: Role; readonly reason: unknown }
  | { readonly type: "say"; readonly endpoint: number; readonly parts: readonly Term[] }
  | { readonly type: "sayTo"; readonly endpoint: number; readonly as: number; readonly parts: readonly Term[] }
  | { readonly type: "message"; readonly endpoint: number; readonly body: Term }
  | { readonly type: "gone"; readonly endpoint: number }
  | { readonly type: "ended"; readonly reason: unknown }
  | { readonly type: "credit"; readonly endpoint: number; readonly bytes: number }
  | { readonly type: "unsaid"; readonly endpoint: number; readonly why: string }
  | { readonly type: "ping"; readonly ping: number; readonly interval: number };

/**
 * The items of a frame, which may be anything.
 *
 * @throws MarketplaceError `BAD_FRAME`
 */
export function itemsOf(frame: unknown): readonly (readonly unknown[])[] {
  if (!Array.isArray(frame)) throw badFrame("a frame", "an array", frame);
  if (!Array.isArray(frame[0])) return [frame];
  for (const item of frame) if (!Array.isArray(item)) throw badFrame("a frame", "a list of items, each an array", item);
  return frame as readonly unknown[][];
}

/** @throws MarketplaceError `BAD_FRAME` */
export function readAsk(item: readonly unknown[], vocabulary: Vocabulary): Ask {
  const [kind, endpoint] = item;
  switch (kind) {
    case ASK.add:
      hasLength(item, item[5] === false ? 6 : 5);
      return { type: "add", endpoint: natural(endpoint), role: readRole(item, vocabulary), hears: item.length === 5 };
    case ASK.hear:
      hasLength(item, 2);
      return { type: "hear", endpoint: natural(endpoint) };
    case ASK.delete:
      return { type: "delete", endpoint: natural(endpoint), reason: readReason(item, 2, vocabulary) };
    case ASK.say:
      return { type: "say", endpoint: natural(endpoint), parts: readParts(item, 2, vocabulary) };
    case ASK.send:
      hasLength(item, 3);
      return {
        type: "send",
        orientation: oneOf(ORIENTATIONS, endpoint, "an orientation"),
        body: fromWire(item[2], vocabulary),
      };
    case ASK.quit:
      return { type: "quit", reason: readReason(item, 1, vocabulary) };
    case ASK.credit:
      hasLength(item, 3);
      return { type: "credit", endpoint: natural(endpoint), bytes: natural(item[2]) };
    case ASK.pong:
      hasLength(item, 2);
      return { type: "pong", ping: natural(endpoint) };
    default:
      throw badFrame("an item", "a kind that the near half sends", kind);
  }
}

/** @throws MarketplaceError `BAD_FRAME` */
export function readTell(item: readonly unknown[], vocabulary: Vocabulary): Tell {
  const [kind, endpoint] = item;
  switch (kind) {
    case TELL.presence:
      hasLength(item, 5);
      return { type: "presence", endpoint: natural(endpoint), role: readRole(item, vocabulary) };
    case TELL.absence:
      return {
        type: "absence",
        endpoint: natural(endpoint),
        role: readRole(item, vocabulary),
        reason: readReason(item, 5, vocabulary),
      };
    case TELL.say:
      return { type: "say", endpoint: natural(endpoint), parts: readParts(item, 2, vocabulary) };
    case TELL.sayTo:
      return {
        type: "sayTo",
        endpoint: natural(endpoint),
        as: natural(item[2]),
        parts: readParts(item, 3, vocabulary),
      };
    case TELL.message:
      hasLength(item, 3);
      return { type: "message", endpoint: natural(endpoint), body: fromWire(item[2], vocabulary) };
    case TELL.gone:
      hasLength(item, 2);
      return { type: "gone", endpoint: natural(endpoint) };
    case TELL.unsaid:
      hasLength(item, 3);
      if (typeof item[2] !== "string") throw badFrame("an item", "a text", item[2]);
      return { type: "unsaid", endpoint: natural(endpoint), why: item[2] };
    case TELL.ended:
      return { type: "ended", reason: readReason(item, 1, vocabulary) };
    case TELL.credit:
      hasLength(item, 3);
      return { type: "credit", endpoint: natural(endpoint), bytes: natural(item[2]) };
    case TELL.ping:
      hasLength(item, 3);
      return { type: "ping", ping: natural(endpoint), interval: natural(item[2]) };
    default:
      throw badFrame("an item", "a kind that the far half sends", kind);
  }
}

function readRole(item: readonly unknown[], vocabulary: Vocabulary): Role {
  return {
    orientation: oneOf(ORIENTATIONS, item[2], "an orientation"),
    interestType: oneOf(INTERESTS, item[3], "an interest type"),
    topic: fromWire(item[4], vocabulary),
  };
}

function readReason(item: readonly unknown[], at: number, vocabulary: Vocabulary): unknown {
  if (item.length === at) return undefined;
  hasLength(item, at + 1);
  return fromWire(item[at], vocabulary);
}

function readParts(item: readonly unknown[], from: number, vocabulary: Vocabulary): readonly Term[] {
  if (item.length === from + 1) return [fromWire(item[from], vocabulary)];
  return item.slice(from).map((part) => fromWire(part, vocabulary));
}

function natural(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw badFrame("an item", "a natural number", value);
}

function oneOf<T>(choices: readonly T[], index: unknown, what: string): T {
  const choice = typeof index === "number" ? choices[index] : undefined;
  if (choice === undefined) throw badFrame("an item", `the number of ${what}`, index);
  return choice;
}

function hasLength(item: readonly unknown[], length: number): void {
  if (item.length !== length) throw badFrame("an item", `${length} elements`, item);
}

export function badFrame(what: string, expected: string, came: unknown): MarketplaceError {
  return new MarketplaceError("BAD_FRAME", `${what}: expected ${expected}, got ${describe(came)}`);
}
