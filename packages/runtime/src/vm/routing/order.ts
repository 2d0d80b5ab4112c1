import type { Endpoint } from "../endpoint.ts";
import type { Process } from "../process.ts";

/** So much disorder, in moves for each endpoint, is put right by insertion. */
const FEW_MOVES = 8;

/**
 * Put the first `count` of `endpoints` into the order of semantics rule 16: `first`'s own, then by PID, within a process in order of
 * creation.
 *
 * They come nearly in order, because that is how endpoints are mostly made: so insertion, which then takes one look at each.
 */
export function putInOrder(endpoints: Endpoint[], count: number, first: Process): void {
  let moves = count * FEW_MOVES;
  for (let i = 1; i < count; i++) {
    const endpoint = endpoints[i] as Endpoint;
    let at = i;
    while (at > 0 && precedes(endpoint, endpoints[at - 1] as Endpoint, first)) {
      endpoints[at] = endpoints[at - 1] as Endpoint;
      at--;
      moves--;
    }
    endpoints[at] = endpoint;
    if (moves < 0) return sort(endpoints, count, first);
  }
}

function sort(endpoints: Endpoint[], count: number, first: Process): void {
  const sorted = endpoints.slice(0, count).sort((a, b) => (precedes(a, b, first) ? -1 : 1));
  for (let i = 0; i < count; i++) endpoints[i] = sorted[i] as Endpoint;
}

function precedes(a: Endpoint, b: Endpoint, first: Process): boolean {
  if (a.process === b.process) return a.sequence < b.sequence;
  if (a.process === first) return true;
  if (b.process === first) return false;
  return a.process.pid < b.process.pid;
}
