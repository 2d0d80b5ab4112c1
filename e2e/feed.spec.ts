// The debugger's page while more comes than anybody reads. How fast it is, `npm run soak -- page-flood` tells.
import { expect, test, type Page } from "@playwright/test";
import type { ServedPage } from "./devtools-page.ts";
import { DebuggerPage } from "./debugger-page.ts";
import { serveFeed } from "./feed-page.ts";
import { eventsKept } from "./figures.ts";

let feed: ServedPage;

test.beforeAll(async () => {
  feed = await serveFeed();
});

test.afterAll(async () => {
  await feed[Symbol.asyncDispose]();
});

/** The last row of the log that exists. */
function lastRow(page: Page) {
  return page.getByRole("grid", { name: "Events" }).locator(".log-row").last();
}

test("50,000 events a second are taken in to the last one, the log stays within its bounds, and the page goes on answering", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const total = 600_000;
  const view = new DebuggerPage(page);
  await page.goto(`${feed.url}?rate=50000&total=${total}&processes=100`);
  await expect(page.getByRole("treeitem").nth(2)).toBeVisible();
  await expect.poll(() => eventsKept(page), { timeout: 60_000 }).toBeGreaterThan(100_000);
  // The filter answers while events pour in, and the newest that it lets pass are followed.
  await view.show("type:message from:7");
  await expect(lastRow(page)).toContainText("message");
  await expect(lastRow(page).locator(".who")).toContainText("worker 7");
  await expect(page.getByRole("button", { name: "Follow the newest" })).toHaveCount(0);
  await view.log.focus();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByText("Viewing the past")).toBeVisible();
  expect(await eventsKept(page)).toBeLessThanOrEqual(131_072);
  // At the end, the log is as long as it may be, and ends with the last event.
  await page.keyboard.press("End");
  await view.show("");
  await expect(lastRow(page).locator(".id")).toHaveText(String(total), { timeout: 60_000 });
  expect(await eventsKept(page)).toBe(131_072);
  expect(view.errors).toEqual([]);
});

test("events that were left out are counted in the top bar, and each gap is a row of the log", async ({ page }) => {
  const view = new DebuggerPage(page);
  await page.goto(`${feed.url}?rate=20000&total=40000&processes=10&missing=1204`);
  await expect(lastRow(page).locator(".id")).toHaveText("40000");
  await view.show("type:gap");
  await expect(view.rows).toHaveCount(4);
  await expect(view.rows.first()).toContainText("1,204 events are missing here: #5001 to #6204");
  const dropped = page.locator(".figures .alarm").filter({ hasText: "dropped" });
  await expect(dropped).toHaveAttribute("title", /^4816 events are not in this recording/);
  await view.expectAccessible();
});

test("a VM of 1,000 processes is in the tree with the first picture", async ({ page }) => {
  await page.goto(`${feed.url}?rate=0&total=0&processes=1000`);
  await expect(page.locator(".figures")).toContainText("processes1.0k");
  await page.getByRole("searchbox", { name: "Search the tree" }).fill("worker 999");
  await expect(page.getByRole("treeitem")).toHaveCount(2);
});

for (const [what, address, connected] of [
  ["openDebugger(vm) looks into a VM in the same page, beside what else is there", "in-page", "this page"],
  [
    "openDebugger(port) looks into a VM in a worker, through attachInspector(vm, portChannel(port))",
    "worker-vm",
    "a worker",
  ],
] as const) {
  test(what, async ({ page }) => {
    await page.goto(`${feed.url}${address}.html`);
    await expect(page.getByRole("heading", { name: "A page with a VM in" })).toHaveCount(address === "in-page" ? 2 : 1);
    // The page, and the debugger, which takes the title for the name of a program in the page.
    await expect(page.getByRole("banner")).toBeVisible();
    await expect(page.getByText(`connected to ${connected}`)).toBeVisible();
    await page.getByRole("combobox", { name: "Filter events" }).fill("type:message topic:(tick _)");
    await expect(page.locator(".log-row").first()).toContainText('["tick", ');
    await page.getByRole("treeitem").filter({ hasText: "clock" }).click();
    await page.getByRole("tab", { name: "State" }).click();
    await expect(page.locator("#aspect .value")).toHaveText(/^[1-9]\d*$/);
    await page.getByRole("button", { name: "Pause VM" }).click();
    await expect(page.getByText("The VM is paused", { exact: true })).toBeVisible();
  });
}
