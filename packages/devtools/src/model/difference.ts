import type { Taken } from "@marketplace/runtime/inspect";

/** One place where two values differ. */
export interface Difference {
  /** The way there, as keys: `users`, `3`, `name`. */
  readonly path: readonly string[];
  /** What stood there; undefined where nothing did. */
  readonly before: Taken | undefined;
  readonly after: Taken | undefined;
}

/** More differences than this are not named. */
const MOST = 200;

/** Where two values that were taken apart differ, as far as they were: the innermost places. */
export function differences(before: Taken, after: Taken): Difference[] {
  const found: Difference[] = [];
  compare(before, after, [], found);
  return found;
}

function compare(before: Taken, after: Taken, path: readonly string[], found: Difference[]): void {
  if (found.length >= MOST) return;
  const parts = before.parts !== undefined && after.parts !== undefined && before.kind === after.kind;
  if (!parts) {
    if (before.kind !== after.kind || before.text !== after.text) found.push({ path, before, after });
    return;
  }
  const earlier = new Map(before.parts.map((part) => [part.key, part.value]));
  let inside = 0;
  for (const { key, value } of after.parts) {
    const was = earlier.get(key);
    earlier.delete(key);
    const known = found.length;
    if (was === undefined) found.push({ path: [...path, key], before: undefined, after: value });
    else compare(was, value, [...path, key], found);
    inside += found.length - known;
  }
  for (const [key, was] of earlier) {
    found.push({ path: [...path, key], before: was, after: undefined });
    inside++;
  }
  // They differ somewhere beyond what was taken apart.
  if (inside === 0 && (before.text !== after.text || before.size !== after.size)) found.push({ path, before, after });
}
