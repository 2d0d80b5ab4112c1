// Why did it not arrive? Every verdict, in the page.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { startVerdicts } from "./debugged.ts";
import { DebuggerPage } from "./debugger-page.ts";

// Axe takes its time.
test.setTimeout(90_000);

/** The verdict of the endpoint of a process. */
function verdict(page: Page, process: string): Locator {
  return page.getByRole("list", { name: "Verdicts" }).getByRole("listitem").filter({ hasText: process });
}

async function inject(view: DebuggerPage, message: string): Promise<void> {
  await view.tab("Inject").click();
  await view.page.getByLabel("Message").fill(message);
  await view.page.getByRole("button", { name: "Send" }).click();
}

test("Why has one verdict for each endpoint: delivered or not, and why not", async ({ page }) => {
  await using program = await startVerdicts();
  const view = new DebuggerPage(page);
  await view.open(program.address);
  await inject(view, '["news", "hello"]');
  await inject(view, '["wake", "late"]');
  await view.show("topic:(news hello) type:message");
  await view.rows.first().click();
  await page.keyboard.press("y");
  await expect(verdict(page, "listener")).toContainText("Delivered. Its handler ran");
  await expect(verdict(page, "listener")).toContainText("with a new state");
  await expect(verdict(page, "deaf")).toContainText("Delivered, but not handled.");
  await expect(verdict(page, "farmer")).toContainText("Topics clash at 0: they differ.");
  await expect(verdict(page, "speaker")).toContainText("Same orientation.");
  await expect(verdict(page, "inside")).toContainText("Another VM. The message was sent in the ground VM");
  await expect(verdict(page, "fickle").filter({ hasText: '["news", _]' })).toContainText(
    /Already removed by #\d+.*bored/,
  );
  await expect(verdict(page, "brief")).toContainText(/The process had exited \(quit\) by #\d+.*done/);
  await expect(verdict(page, "late").filter({ hasText: '["news", _]' })).toContainText("Not yet added.");
  await view.expectAccessible();
  expect(view.errors).toEqual([]);
});

test("Why tells of presence, too: who hears of whom, and who is hidden by interest type", async ({ page }) => {
  await using program = await startVerdicts();
  const view = new DebuggerPage(page);
  await view.open(program.address);
  await view.inTree("speaker").click();
  await view.aspect.getByRole("button", { name: /\["news", _\]/ }).click();
  await view.tab("Why").click();
  await page.getByRole("group", { name: "Why, of" }).getByRole("button", { name: "Presence" }).click();
  await expect(verdict(page, "watcher")).toContainText("This one does not hear of the other: hidden by interest type.");
  await expect(verdict(page, "watcher")).toContainText("The other hears of this one.");
  await expect(verdict(page, "listener")).toContainText("This one hears of the other, but has no onPresence.");
  await expect(verdict(page, "fickle").filter({ hasText: '["news", _]' })).toContainText(
    /This one heard of the other until #\d+/,
  );
  await expect(verdict(page, "farmer")).toContainText("Topics clash at 0");
  await expect(verdict(page, "forecaster")).toContainText("Both are publishers");
  await expect(verdict(page, "inside")).toContainText("Another VM.");
  await view.expectAccessible();
  await page.getByRole("searchbox", { name: "Search the endpoints" }).fill("watcher");
  await expect(page.getByRole("list", { name: "Verdicts" }).getByRole("listitem")).toHaveCount(1);
  // The same for a pair that has met.
  await view.show("type:presence topic:(weather _)");
  await view.rows.first().click();
  await expect(verdict(page, "farmer")).toContainText("This one hears of the other");
  expect(view.errors).toEqual([]);
});

test("in Presence, a cell of two endpoints that do not meet leads to the reason", async ({ page }) => {
  await using program = await startVerdicts();
  const view = new DebuggerPage(page);
  await view.open(program.address);
  await view.tab("Presence").click();
  await page.getByRole("button", { name: "Endpoints" }).click();
  await page.locator("#view canvas").focus();
  // From the speaker, who is met by the first column, to the forecaster, who is not.
  await page.keyboard.press("ArrowDown");
  await expect(page.locator(".tip")).toContainText("do not meet");
  await page.keyboard.press("Enter");
  await expect(verdict(page, "listener")).toContainText("Topics clash at 0: they differ.");
  await expect(verdict(page, "farmer")).toContainText("This one hears of the other");
  await view.expectAccessible();
  expect(view.errors).toEqual([]);
});
