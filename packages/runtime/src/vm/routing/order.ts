import type { Endpoint } from "../endpoint.ts";
import type { Process } from "../process.ts";

// The order of semantics rule 16: first the endpoints of the process whose action it is, then those of others by PID, within a process in
// order of creation. Endpoints come nearly in this order, because that is how they are mostly made.

/** So much disorder, in moves for each endpoint, is put right by insertion. */
const FEW_MOVES = 8;

/** The PIDs of the endpoints that are being sorted. */
let room = new Float64Array(64);

/** Put the first `count` of `endpoints` in order of PID and creation. */
export function sortByProcess(endpoints: Endpoint[], count: number): void {
  if (room.length < count) room = new Float64Array(count * 2);
  const pids = room;
  // All are read before any is compared: so the processor waits for all of them at once, not for one after the other.
  for (let i = 0; i < count; i++) pids[i] = (endpoints[i] as Endpoint).process.pid;
  let moves = count * FEW_MOVES;
  for (let i = 1; i < count; i++) {
    const pid = pids[i] as number;
    if ((pids[i - 1] as number) < pid) continue;
    const endpoint = endpoints[i] as Endpoint;
    let at = i;
    while (at > 0 && isAfter(pids[at - 1] as number, endpoints[at - 1] as Endpoint, pid, endpoint)) {
      pids[at] = pids[at - 1] as number;
      endpoints[at] = endpoints[at - 1] as Endpoint;
      at--;
      moves--;
    }
    pids[at] = pid;
    endpoints[at] = endpoint;
    if (moves < 0) return sortAny(endpoints, count);
  }
}

function isAfter(pid: number, endpoint: Endpoint, otherPid: number, other: Endpoint): boolean {
  return pid > otherPid || (pid === otherPid && endpoint.sequence > other.sequence);
}

function sortAny(endpoints: Endpoint[], count: number): void {
  const sorted = endpoints.slice(0, count).sort(compare);
  for (let i = 0; i < count; i++) endpoints[i] = sorted[i] as Endpoint;
}

/** Of endpoints in order of PID and creation move those of `process` to the front. */
export function moveToFront(endpoints: Endpoint[], count: number, process: Process): void {
  const from = firstWithPid(endpoints, count, process.pid);
  let to = from;
  while (to < count && (endpoints[to] as Endpoint).process === process) to++;
  if (from === 0 || from === to) return;
  const own = endpoints.slice(from, to);
  for (let i = from - 1; i >= 0; i--) endpoints[i + own.length] = endpoints[i] as Endpoint;
  for (let i = 0; i < own.length; i++) endpoints[i] = own[i] as Endpoint;
}

/** The index of the first endpoint of a process with this PID or a higher one. */
function firstWithPid(endpoints: readonly Endpoint[], count: number, pid: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((endpoints[middle] as Endpoint).process.pid < pid) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: Endpoint, b: Endpoint): number {
  return a.process === b.process ? a.sequence - b.sequence : a.process.pid - b.process.pid;
}
