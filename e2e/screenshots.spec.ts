import { fileURLToPath } from "node:url";
import { expect, test, type Page } from "@playwright/test";
import { LineClient } from "../examples/test/line-client.ts";
import { startChat, startNews } from "./debugged.ts";
import { DebuggerPage } from "./debugger-page.ts";

// `SCREENSHOTS=docs npm test -- e2e` puts pictures into the documentation: light ones of the small size, dark ones of the large one. Otherwise
// they lie beside the results.
const docs = fileURLToPath(new URL("../docs/images/", import.meta.url));

/** Nothing is wider than the window, no text of a button is cut, and what stands side by side does not overlap. */
async function expectTidy(page: Page): Promise<void> {
  const faults = await page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    if (scrollWidth > clientWidth || scrollHeight > clientHeight) found.push("the page scrolls");
    for (const button of document.querySelectorAll(
      ".debugger .top-bar button, .debugger .tabs button, .debugger .aspects button",
    )) {
      if (button.scrollWidth > button.clientWidth + 1) found.push(`cut: ${button.textContent}`);
    }
    for (const row of document.querySelectorAll(
      ".debugger :is(.top-bar, .tabs, .figures, .vm-controls, .strip, .aspects, .body)",
    )) {
      const boxes = [...row.children]
        .map((child) => ({ child, box: child.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0);
      for (const [i, { child, box }] of boxes.entries()) {
        const next = boxes[i + 1];
        if (next !== undefined && next.box.left < box.right - 1 && next.box.top < box.bottom - 1) {
          found.push(`overlap: ${child.className} and ${next.child.className} in ${row.className}`);
        }
        if (box.right > innerWidth + 1) found.push(`outside: ${child.className}`);
      }
    }
    return found;
  });
  expect(faults).toEqual([]);
}

for (const [width, height] of [
  [1280, 800],
  [1920, 1080],
] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`at ${width} by ${height}, ${colorScheme}, nothing overlaps and nothing is cut`, async ({ page }, info) => {
      test.setTimeout(60_000);
      const isDocumented = process.env["SCREENSHOTS"] === "docs" && (colorScheme === "light") === (width === 1280);
      const shoot = async (name: string): Promise<void> => {
        await expectTidy(page);
        const file = `devtools-${name}-${colorScheme}-${width}.png`;
        await page.screenshot({
          path: isDocumented ? `${docs}${file}` : info.outputPath(file),
        });
      };
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await using chat = await startChat();
      const view = new DebuggerPage(page);
      await view.open(chat.address);
      using ann = new LineClient(chat.chatPort);
      await ann.line(1);
      using bob = new LineClient(chat.chatPort);
      await bob.line(2);
      using cy = new LineClient(chat.chatPort);
      await cy.line(3);
      ann.send("hello everybody\n");
      bob.send("good morning, ann\n");
      await cy.line(5);
      cy.end();
      await cy.closed();
      await expect(view.inTree(/^3\.3session/)).toContainText("quit");
      await view.show("-type:work");
      await shoot("log");
      for (const name of ["Flow", "Sequence", "Presence"]) {
        await view.tab(name).click();
        await expect(page.locator("#view > *").first()).toBeVisible();
        await shoot(name.toLowerCase());
      }
      await view.show("type:message topic:says(_,_)");
      await view.rows.first().click();
      await view.tab("Why").click();
      await expect(page.getByRole("list", { name: "Verdicts" })).toContainText("Delivered");
      await shoot("why");
      await view.tab("Cause").click();
      await shoot("cause");
      await page.keyboard.press("End");
      await view.inTree(/^3\.1session/).click();
      await view.tab("Details").click();
      await view.aspect.getByRole("button", { name: /says\("user1", _\)/ }).click();
      await view.tab("Presence").click();
      await view.tab("Why").click();
      await expect(page.getByRole("list", { name: "Verdicts" })).toContainText("hears of");
      await shoot("why-presence");
      await view.tab("Log").click();
      await view.tab("Breakpoints").click();
      await page.getByLabel("Pattern").fill("says(_, _)");
      await page.getByRole("button", { name: "Set breakpoint" }).click();
      await expect(page.getByRole("list", { name: "Breakpoints" })).toContainText("says(_, _)");
      ann.send("stop here\n");
      await expect(page.getByText("A breakpoint is met")).toBeVisible();
      await shoot("breakpoint");
      expect(view.errors).toEqual([]);
    });
  }
}

test("Unmatched, for the documentation", async ({ page }, info) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await using news = await startNews();
  const view = new DebuggerPage(page);
  await view.open(news.address);
  await view.tab("Unmatched").click();
  await page.getByRole("button", { name: /\["news", "hello"\]/ }).click();
  await view.tab("Why").click();
  await expect(page.getByRole("list", { name: "Verdicts" })).toContainText("Not yet added");
  await expectTidy(page);
  const file = "devtools-unmatched-light-1280.png";
  await page.screenshot({ path: process.env["SCREENSHOTS"] === "docs" ? `${docs}${file}` : info.outputPath(file) });
});

test("the Browser VM, for the documentation", async ({ page }, info) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  await view.open(chat.address);
  await view.tab("Browser VM").click();
  await expect(page.getByText(/^listening on/)).toBeVisible();
  await expect.poll(() => chat.browserChatPorts).toHaveLength(1);
  const [port = 0] = chat.browserChatPorts;
  using ann = new LineClient(port);
  await ann.line(1);
  using bob = new LineClient(port);
  await bob.line(2);
  ann.send("hello from a terminal\n");
  await bob.line(3);
  await view.tab("Flow").click();
  await expect(page.locator("#view > *").first()).toBeVisible();
  await expectTidy(page);
  const file = "devtools-browser-vm-light-1280.png";
  await page.screenshot({ path: process.env["SCREENSHOTS"] === "docs" ? `${docs}${file}` : info.outputPath(file) });
});
