import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, type Page } from "@playwright/test";
import { build, defaultClientConditions, preview, type PreviewServer } from "vite";

const root = fileURLToPath(new URL("../", import.meta.url));

let directory: string;
let server: PreviewServer;

test.beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "marketplace-feed-"));
  const common = { root: join(root, "e2e/feed"), configFile: false, logLevel: "warn" } as const;
  const conditions = ["@marketplace/source", ...defaultClientConditions];
  await build({
    ...common,
    resolve: { conditions },
    worker: { format: "es" },
    build: {
      outDir: directory,
      emptyOutDir: true,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: ["e2e/feed/index.html", "e2e/feed/in-page.html"].map((path) => join(root, path)) },
    },
  });
  server = await preview({ ...common, build: { outDir: directory }, preview: { host: "127.0.0.1", port: 0 } });
});

test.afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

function address(query: string): string {
  return `${server.resolvedUrls?.local[0] ?? ""}?${query}`;
}

/** A figure of the top bar, in full. */
async function eventsKept(page: Page): Promise<number> {
  const title = await page.locator(".figures [title*='events are kept']").getAttribute("title");
  return Number(title?.replace(/ .*/, "").replaceAll(",", ""));
}

test("50,000 events a second are taken in to the last one, the log stays within its bounds, and the page goes on answering", async ({
  page,
}, info) => {
  test.setTimeout(90_000);
  const total = 400_000;
  await page.goto(address(`rate=50000&total=${total}&processes=100`));
  await expect(page.getByRole("treeitem", { name: /worker 1$/ }).or(page.getByRole("treeitem").nth(2))).toBeVisible();
  await expect.poll(() => eventsKept(page), { timeout: 30_000 }).toBeGreaterThan(100_000);
  const figures = await page.evaluate(async () => {
    const frames: number[] = [];
    const long: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) long.push(entry.duration);
    });
    observer.observe({ entryTypes: ["longtask"] });
    let before = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    for (let i = 0; i < 150; i++) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      frames.push(now - before);
      before = now;
    }
    observer.disconnect();
    frames.sort((a, b) => a - b);
    const memory = (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
    return {
      p50: frames[75],
      p95: frames[142],
      worst: frames[149],
      longTasks: long.length,
      longest: Math.max(0, ...long),
      megabytes: memory / 1e6,
    };
  });
  const kept = await eventsKept(page);
  info.annotations.push({ type: "frames", description: JSON.stringify({ ...figures, kept }) });
  // The filter and the selection answer while events pour in.
  await page.getByRole("combobox", { name: "Filter events" }).fill("type:message from:7");
  await expect(page.getByRole("grid", { name: "Events" }).locator(".log-row").first()).toContainText("message");
  await page.getByRole("grid", { name: "Events" }).locator(".log-row").first().click();
  await expect(page.getByText("Viewing the past")).toBeVisible();
  // At the end, the log is as long as it may be, and ends with the last event.
  await page.keyboard.press("End");
  await page.getByRole("combobox", { name: "Filter events" }).fill("");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("grid", { name: "Events" }).locator(".log-row").last().locator(".id")).toHaveText(
    String(total),
    { timeout: 30_000 },
  );
  expect(await eventsKept(page)).toBeLessThanOrEqual(131_072);
});

test("a VM of 1,000 processes is in the tree with the first picture", async ({ page }, info) => {
  await page.goto(address("rate=0&total=0&processes=1000"));
  await expect(page.locator(".figures")).toContainText("processes1.0k");
  const shown = await page.evaluate(() => performance.now());
  info.annotations.push({
    type: "first picture",
    description: `at most ${Math.round(shown)} ms after the page was asked for`,
  });
  await page.getByRole("searchbox", { name: "Search the tree" }).fill("worker 999");
  await expect(page.getByRole("treeitem")).toHaveCount(2);
});

test("openDebugger(vm) looks into a VM in the same page, beside what else is there", async ({ page }) => {
  await page.goto(address("").replace("?", "in-page.html"));
  await expect(page.getByRole("heading", { name: "A page with a VM in it" })).toHaveCount(2);
  // The page, and the debugger, which takes the title for the name of the program.
  await expect(page.getByRole("banner")).toBeVisible();
  await expect(page.getByText("connected to this page")).toBeVisible();
  await page.getByRole("combobox", { name: "Filter events" }).fill("type:message topic:(tick _)");
  await expect(page.locator(".log-row").first()).toContainText('["tick", 1]');
  await page.getByRole("treeitem").filter({ hasText: "clock" }).click();
  await page.getByRole("tab", { name: "State" }).click();
  await expect(page.locator("#aspect .value")).toHaveText(/^[1-9]\d*$/);
  // The VM is in this page, so control is allowed.
  await page.getByRole("button", { name: "Pause VM" }).click();
  await expect(page.getByText("The VM is paused", { exact: true })).toBeVisible();
});
