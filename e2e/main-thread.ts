import type { Browser, Page } from "@playwright/test";

/** How busy the main thread was, in milliseconds of its own time unless said otherwise. */
export interface Busyness {
  readonly frames: number;
  /** All that ran from one frame to the next. */
  readonly frameP50: number;
  readonly frameP95: number;
  /** The longest task, and by the wall clock: on a busy machine that includes waiting for a processor. */
  readonly longestTask: number;
  readonly longestTaskByWall: number;
  readonly tasksOver50: number;
  /** How much of the time the thread worked, from 0 to 1: other work on the machine changes this least. */
  readonly share: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Watches the main thread of a page while so many frames are drawn. */
export async function watchMainThread(browser: Browser, page: Page, frames: number): Promise<Busyness> {
  await browser.startTracing(page, {
    categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing"],
  });
  await page.evaluate(async (count) => {
    for (let i = 0; i < count; i++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      performance.mark("frame");
    }
  }, frames);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const marks = traceEvents
    .filter(({ name, ph }) => name === "frame" && (ph === "I" || ph === "R"))
    .sort((a, b) => a.ts - b.ts);
  const [first] = marks;
  if (first === undefined) throw new Error("the trace has no frames in it");
  const tasks = traceEvents.filter(
    ({ name, pid, tid, dur }) => name === "RunTask" && pid === first.pid && tid === first.tid && dur !== undefined,
  );
  const perFrame = marks.slice(1).map((mark, i) => {
    const before = marks[i]!.ts;
    return (
      tasks
        .filter(({ ts }) => ts >= before && ts < mark.ts)
        .reduce((sum, { tdur, dur }) => sum + (tdur ?? dur ?? 0), 0) / 1000
    );
  });
  const during = tasks.filter(({ ts }) => ts >= first.ts && ts <= marks.at(-1)!.ts);
  const own = during.map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000);
  const sorted = perFrame.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 100) / 100;
  return {
    frames: perFrame.length,
    frameP50: at(0.5),
    frameP95: at(0.95),
    longestTask: Math.round(Math.max(0, ...own) * 10) / 10,
    longestTaskByWall: Math.round(Math.max(0, ...during.map(({ dur }) => (dur ?? 0) / 1000)) * 10) / 10,
    tasksOver50: own.filter((task) => task > 50).length,
    share: own.reduce((sum, task) => sum + task, 0) / ((marks.at(-1)!.ts - first.ts) / 1000),
  };
}
