import { isPlainObject, isTail, isWild, recordInfo } from "./kinds.ts";
import { MAX_DEPTH } from "./syntax.ts";

/** A term with more lists than this, or lists longer than this, is not for a glance. */
const FEW = 64;

let lists = 0;

/**
 * What `survey` says of a term, for the terms that nearly all messages are: records and small lists. Every message is checked, so this
 * keeps no account of where it is and allocates nothing.
 *
 * @returns -1 for everything else, terms or not: that has to be looked at with care
 */
export function glance(value: unknown): number {
  try {
    if (Array.isArray(value) && isFlat(value)) return 2;
    lists = 0;
    return visit(value, 0);
  } catch {
    // A proxy whose traps throw.
    return -1;
  }
}

/** Is it a small list of strings and numbers, as most messages are? */
function isFlat(list: readonly unknown[]): boolean {
  const { length } = list;
  if (length > FEW) return false;
  for (let i = 0; i < length; i++) {
    const item = list[i];
    if (typeof item !== "string" && !(typeof item === "number" && Number.isFinite(item))) return false;
  }
  return true;
}

function visit(value: unknown, depth: number): number {
  if (typeof value === "number") return Number.isFinite(value) ? 0 : -1;
  if (typeof value !== "object") return value === undefined ? -1 : 0;
  if (value === null) return 0;
  return Array.isArray(value) ? visitList(value, depth + 1) : visitObject(value, depth);
}

function visitList(list: readonly unknown[], depth: number): number {
  if (list.length > FEW || ++lists > FEW) return -1;
  let within = 0;
  let wild = 0;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item === "string") continue;
    const found = visit(item, depth);
    if (found < 0) return -1;
    if (found > within) within = found;
    wild |= found & 1;
  }
  return ((within >> 1) + 1) * 2 + wild;
}

function visitObject(object: object, depth: number): number {
  const info = recordInfo(object);
  if (info !== undefined) return depth + info.depth > MAX_DEPTH ? -1 : info.depth * 2 + (info.wild ? 1 : 0);
  if (object instanceof Uint8Array) return 0;
  if (isWild(object)) return 1;
  // Something opaque is itself; the properties of a plain object have to be looked at one by one.
  return isTail(object) || isPlainObject(object) ? -1 : 0;
}
