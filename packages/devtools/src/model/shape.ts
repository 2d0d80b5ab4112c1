import type { Body, TermJson } from "@marketplace/runtime/inspect";
import { tailOfPairs } from "./term-text.ts";

/** How many parts of a list or record a shape names, and how deep it goes. */
const MOST_PARTS = 8;
const DEEPEST = 3;

/**
 * What messages that differ in their details have in common: the names of records and the first words of lists stay, other parts are
 * named by their type.
 */
export function shapeOf(body: Body): string {
  if ("term" in body) return shape(body.term, 0, true);
  return "text" in body ? "a large message" : "a message whose body was not kept";
}

function shape(json: TermJson, depth: number, isHead: boolean): string {
  if (typeof json === "string") return isHead && json.length <= 40 ? JSON.stringify(json) : "text";
  if (json === null) return "null";
  if (typeof json !== "object") return typeof json;
  if (depth >= DEEPEST) return "…";
  if (Array.isArray(json)) return `[${list(json as readonly TermJson[], depth, true)}]`;
  const object = json as { readonly [key: string]: TermJson };
  if (typeof object["struct"] === "string") {
    return `${object["struct"]}(${list((object["fields"] ?? []) as readonly TermJson[], depth, false)})`;
  }
  if ("$" in object) return "_";
  if ("bytes" in object) return "bytes";
  if ("bigint" in object) return "bigint";
  if ("pair" in object || "list" in object) return `[${list(tailOfPairs(object).items, depth, true)}, ..._]`;
  if ("object" in object) {
    const entries = (object["object"] ?? []) as readonly (readonly [string, TermJson])[];
    const shown = entries.slice(0, MOST_PARTS).map(([key, value]) => `${key}: ${shape(value, depth + 1, false)}`);
    return `{${shown.join(", ")}${entries.length > MOST_PARTS ? ", …" : ""}}`;
  }
  return "opaque";
}

function list(items: readonly TermJson[], depth: number, headed: boolean): string {
  const shown = items.slice(0, MOST_PARTS).map((item, i) => shape(item, depth + 1, headed && i === 0));
  return `${shown.join(", ")}${items.length > MOST_PARTS ? ", …" : ""}`;
}
