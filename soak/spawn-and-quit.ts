// Does a VM forget the processes that have ended? A million are spawned, meet a peer, and quit; the heap after collection is to
// be what it was, but for 5 MB.
import {
  ANY,
  groundVm,
  publisher,
  quit,
  spawn,
  subscriber,
  transition,
  yieldThen,
  type Step,
} from "@marketplace/runtime";

const TOTAL = 1_000_000;
const WARM_UP = 10_000;
const ALLOWED = 5 * 1024 * 1024;

const collect = globalThis.gc;
if (collect === undefined) throw new Error("run with --expose-gc: npm run soak -- spawn-and-quit");

function heap(): number {
  void collect?.();
  return process.memoryUsage().heapUsed;
}

let before = 0;
let absences = 0;

const spawner = (count: number): Step<number> => {
  if (count === WARM_UP) before = heap();
  if (count === TOTAL + WARM_UP) return quit();
  return transition(
    count + 1,
    spawn(() => [publisher(["child", count, ANY]), quit({ reason: count })]),
    yieldThen(spawner),
  );
};

await groundVm(() => [
  spawn(() => subscriber(["child", ANY, ANY], { onAbsence: () => void absences++ })),
  spawn(() => transition(0, yieldThen(spawner))),
]).ended;

const growth = heap() - before;
if (absences !== TOTAL + WARM_UP) throw new Error(`expected ${TOTAL + WARM_UP} absences, got ${absences}`);
console.log(`${TOTAL} processes spawned and ended: the heap grew by ${(growth / 1024 / 1024).toFixed(2)} MB`);
if (growth > ALLOWED) process.exitCode = 1;
