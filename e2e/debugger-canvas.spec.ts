// The pictures of the debugger: Flow, Sequence, Presence and the scrubber, and the tables beside them.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { LineClient } from "../examples/test/line-client.ts";
import { startChat, type Debugged } from "./debugged.ts";
import { DebuggerPage } from "./debugger-page.ts";

/** A chat in which two talk, looked at. */
async function chatWithTwo(
  page: Page,
): Promise<{ chat: Debugged; view: DebuggerPage; ann: LineClient; bob: LineClient }> {
  const chat = await startChat();
  const view = new DebuggerPage(page);
  await view.open(chat.address);
  const ann = new LineClient(chat.chatPort);
  await ann.line(1);
  const bob = new LineClient(chat.chatPort);
  await bob.line(2);
  return { chat, view, ann, bob };
}

function picture(page: Page): Locator {
  return page.locator("#view canvas");
}

async function show(page: Page, as: "Picture" | "Table"): Promise<void> {
  await page.getByRole("group", { name: "Show as" }).getByRole("button", { name: as }).click();
}

test("Flow shows who is there as a picture and as a table, and both follow arrivals and departures", async ({
  page,
}) => {
  const { chat, view, ann, bob } = await chatWithTwo(page);
  await using _ = chat;
  await view.tab("Flow").click();
  await show(page, "Table");
  const table = page.getByRole("grid", { name: "Processes and their places" });
  const sessions = table.getByRole("row").filter({ hasText: /^3\.\d+.*session/ });
  await expect(sessions).toHaveCount(2);
  ann.end();
  await bob.line(3);
  await expect(sessions).toHaveCount(1);
  const rows = await table.getByRole("row").count();
  await expect(table).toHaveAttribute("aria-rowcount", String(rows));
  await show(page, "Picture");
  await expect(picture(page)).toHaveAccessibleName(new RegExp(`^Flow: ${rows - 1} processes`));
  // From the ground VM into it, and along: the selection goes with the keys.
  await picture(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await expect(view.tree.locator("[aria-selected=true]")).toHaveCount(1);
  bob.end();
  expect(view.errors).toEqual([]);
});

test("Flow moves when a message is sent, and stands still when nothing happens", async ({ page }) => {
  const { chat, view, ann, bob } = await chatWithTwo(page);
  await using _ = chat;
  await view.tab("Flow").click();
  let before = await settled(picture(page));
  expect((await picture(page).screenshot()).equals(before)).toBe(true);
  ann.send("hello\n");
  await bob.line(3);
  await expect.poll(async () => (await picture(page).screenshot()).equals(before)).toBe(false);
  // What moved has arrived, and everything is where it was.
  await expect.poll(async () => (await picture(page).screenshot()).equals(before), { timeout: 20_000 }).toBe(true);
  before = await settled(picture(page));
  ann.end();
  bob.end();
});

test("a VM in Flow closes to a count by a click and opens again", async ({ page }) => {
  const { chat, view, ann, bob } = await chatWithTwo(page);
  await using _ = chat;
  await view.tab("Flow").click();
  await page
    .getByRole("treeitem")
    .filter({ hasText: /^\d+chatVM/ })
    .click();
  await picture(page).focus();
  const open = await settled(picture(page));
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 VM is closed")).toBeVisible();
  expect((await settled(picture(page))).equals(open)).toBe(false);
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 VM is closed")).toBeHidden();
  ann.end();
  bob.end();
});

test("Sequence selects by arrow keys and by click, and goes from lane to lane with , and .", async ({ page }) => {
  const { chat, view, ann, bob } = await chatWithTwo(page);
  await using _ = chat;
  ann.send("hello\n");
  await bob.line(3);
  await view.tab("Sequence").click();
  await picture(page).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByText("Viewing the past")).toBeVisible();
  const first = await selectedEvent(page);
  await page.keyboard.press("ArrowLeft");
  expect(await selectedEvent(page)).toBe(first - 1);
  await page.keyboard.press(",");
  await expect.poll(() => selectedEvent(page)).not.toBe(first - 1);
  // The table knows the same event.
  const id = await selectedEvent(page);
  await show(page, "Table");
  await expect(page.getByRole("grid", { name: "Sequence of events" }).locator("[aria-selected=true]")).toContainText(
    String(id),
  );
  await show(page, "Picture");
  // What is selected stands in the middle of its lane: a click on it keeps it.
  await page.keyboard.press("f");
  await page.keyboard.press("End");
  await expect(page.getByText("Viewing the past")).toBeHidden();
  ann.end();
  bob.end();
  expect(view.errors).toEqual([]);
});

test("Presence shows who meets whom now, and at an earlier moment who met then", async ({ page }) => {
  const { chat, view, ann, bob } = await chatWithTwo(page);
  await using _ = chat;
  await view.tab("Presence").click();
  await expect(picture(page)).toHaveAccessibleName(/^Presence: \d+ publishers and \d+ subscribers/);
  await show(page, "Table");
  const table = page.getByRole("grid", { name: "Who met whom" });
  const said = table.getByRole("row").filter({ hasText: /says\("user1", _/ });
  // Ann's publisher meets her own subscriber and Bob's.
  await expect(said).toHaveCount(2);
  await expect(said.first()).toContainText("meet");
  ann.end();
  await bob.line(3);
  await expect(said.first()).toContainText("parted");
  // Back from change to change: before he left, they met.
  await said.last().click();
  await expect(page.getByText("Viewing the past")).toBeVisible();
  await expect(async () => {
    await page.getByRole("button", { name: "‹ Change" }).click();
    await expect(said.first()).toContainText("meet", { timeout: 500 });
  }).toPass();
  await show(page, "Picture");
  await picture(page).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".tip")).toBeVisible();
  bob.end();
  expect(view.errors).toEqual([]);
});

test("the scrubber goes into the past by keys and by drag, and back to live", async ({ page }) => {
  const { chat, view, ann, bob } = await chatWithTwo(page);
  await using _ = chat;
  const scrubber = page.getByRole("slider", { name: "Moment shown" });
  await expect(scrubber).toHaveAttribute("aria-valuetext", "now");
  await scrubber.focus();
  await page.keyboard.press("Home");
  await expect(scrubber).toHaveAttribute("aria-valuetext", /just after event \d+$/);
  await expect(page.getByText("Viewing the past")).toBeVisible();
  // Nobody had come yet.
  await expect(view.inTree(/^3\.\d+session/)).toHaveCount(0);
  await page.keyboard.press("End");
  await expect(scrubber).toHaveAttribute("aria-valuetext", "now");
  await expect(view.inTree(/^3\.\d+session/)).toHaveCount(2);
  const box = (await scrubber.boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 24, box.y + 20);
  await page.mouse.up();
  await expect(scrubber).toHaveAttribute("aria-valuetext", /just after event \d+$/);
  await page.getByRole("region", { name: "Time" }).getByRole("button", { name: "Return to live" }).click();
  await expect(scrubber).toHaveAttribute("aria-valuetext", "now");
  ann.end();
  bob.end();
});

/** The number of the selected event, from the inspector panel. */
async function selectedEvent(page: Page): Promise<number> {
  const heading = await page.getByRole("heading", { name: /#\d+/ }).first().textContent();
  return Number(/#(\d+)/.exec(heading ?? "")?.[1] ?? Number.NaN);
}

/** A picture that has come to rest. */
async function settled(canvas: Locator): Promise<Buffer> {
  let last = await canvas.screenshot();
  await expect
    .poll(
      async () => {
        const next = await canvas.screenshot();
        const same = next.equals(last);
        last = next;
        return same;
      },
      { timeout: 20_000, intervals: [300] },
    )
    .toBe(true);
  return last;
}
