import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { LineClient } from "../examples/test/line-client.ts";
import { npmStart, startChat, startNews } from "./debugged.ts";
import { DebuggerPage } from "./debugger-page.ts";

test("who arrives at the chat, talks and leaves is seen in the tree and in the log", async ({ page }) => {
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  await view.open(chat.address);
  expect(page.url()).not.toContain("token");
  await expect(view.inTree(/^3chat/)).toHaveCount(1);
  using ann = new LineClient(chat.chatPort);
  await ann.line(1);
  using bob = new LineClient(chat.chatPort);
  await bob.line(2);
  await expect(view.inTree(/^3\.1session/)).toBeVisible();
  await expect(view.inTree(/^3\.2session/)).toBeVisible();
  await view.show("type:presence topic:says(_,_)");
  // Each hears himself, and the other.
  await expect(view.rows).toHaveCount(4);
  ann.send("hello everybody\n");
  await bob.line(3);
  await view.show("topic:says(_,_) type:message");
  await expect(view.rows).toHaveCount(1);
  await expect(view.rows).toContainText('says("user1", "hello everybody")');
  ann.end();
  await bob.line(4);
  await expect(view.inTree(/^3\.1session/)).toContainText("quit");
  await view.show("type:absence topic:says(_,_)");
  await expect(view.rows).toHaveCount(3);
  expect(view.errors).toEqual([]);
});

test("a message sent before anyone listens is in Unmatched, and Why names the reason", async ({ page }) => {
  await using news = await startNews();
  const view = new DebuggerPage(page);
  await view.open(news.address);
  await view.tab("Unmatched").click();
  await expect(page.getByText('["news", text]')).toBeVisible();
  await page.getByRole("button", { name: /\["news", "hello"\]/ }).click();
  await expect(page.getByText("Viewing the past")).toBeVisible();
  await page.keyboard.press("y");
  const verdict = page.getByRole("list", { name: "Verdicts" }).getByRole("listitem").filter({ hasText: "late" });
  await expect(verdict).toContainText("Not yet added");
  const own = page.getByRole("list", { name: "Verdicts" }).getByRole("listitem").filter({ hasText: "early" });
  await expect(own).toContainText("Same orientation");
  await view.expectAccessible();
  expect(view.errors).toEqual([]);
});

test("Inject shows who would get a message before it is sent; Why tells what became of it, and where topics clash", async ({
  page,
}) => {
  await using news = await startNews();
  const view = new DebuggerPage(page);
  await view.open(news.address);
  await view.tab("Inject").click();
  const message = page.getByLabel("Message");
  await message.fill('["news", ');
  await expect(message).toHaveAttribute("aria-invalid", "true");
  await message.fill('["weather", "rain"]');
  await expect(page.getByText("Nobody would get it now.")).toBeVisible();
  await page.getByRole("button", { name: "Send" }).click();
  await message.fill('["news", "it rains"]');
  await expect(page.getByText("One endpoint would get it:")).toBeVisible();
  await page.getByRole("button", { name: "Send" }).click();
  await view.show("type:message");
  await expect(view.rows).toHaveCount(3);
  await view.rows.nth(2).click();
  await view.tab("Why").click();
  const late = page.getByRole("list", { name: "Verdicts" }).getByRole("listitem").filter({ hasText: "late" });
  await expect(late).toContainText("Delivered. Its handler ran");
  await expect(late).toContainText("with a new state");
  await view.rows.nth(1).click();
  await expect(late).toContainText("Topics clash at 0: they differ.");
  await expect(late).toContainText('message"weather"topic"news"');
  await page.keyboard.press("End");
  await view.inTree("late").click();
  await view.tab("Diff").click();
  await expect(view.aspect).toContainText("it rains");
  expect(view.errors).toEqual([]);
});

test("a breakpoint on a topic pattern stops the VM, and step advances one turn", async ({ page }) => {
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  await view.open(chat.address);
  using ann = new LineClient(chat.chatPort);
  await ann.line(1);
  using bob = new LineClient(chat.chatPort);
  await bob.line(2);
  await view.tab("Breakpoints").click();
  await page.getByLabel("Pattern").fill("says(_, _)");
  await page.getByRole("button", { name: "Set breakpoint" }).click();
  await expect(page.getByRole("list", { name: "Breakpoints" })).toContainText("says(_, _)");
  ann.send("stop here\n");
  await expect(page.getByText("A breakpoint is met")).toBeVisible();
  await expect(page.getByText("next: 3.1")).toContainText('says("user1", "stop here")');
  await view.show("type:turn");
  await expect(page.locator(".filter-count")).toContainText(/ of /);
  const turns = async (): Promise<number> =>
    Number(((await page.locator(".filter-count").textContent()) ?? "").split(" of ")[0]);
  const before = await turns();
  expect(bob.lines).toHaveLength(2);
  // What was met stands in a turn that has not told of itself yet: the first step performs that one, each other the next.
  for (let step = 1; step <= 3; step++) {
    await page.getByRole("button", { name: "Step" }).click();
    await expect(page.getByText("The VM is paused after one turn")).toBeVisible();
    await expect.poll(turns).toBe(before + step);
  }
  await view.show("type:message topic:says(_,_)");
  await expect(view.rows).toHaveCount(1);
  await page.getByRole("button", { name: "Clear the breakpoint" }).click();
  await page.getByRole("button", { name: "Resume VM" }).click();
  expect(await bob.line(3)).toBe("user1: stop here");
  expect(view.errors).toEqual([]);
});

test("killing a session disconnects its client, and the others hear of it", async ({ page }) => {
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  await view.open(chat.address);
  using ann = new LineClient(chat.chatPort);
  await ann.line(1);
  using bob = new LineClient(chat.chatPort);
  await bob.line(2);
  await view.inTree(/^3\.1session/).click();
  await page.getByRole("button", { name: "Kill" }).click();
  await ann.closed();
  expect(await bob.line(3)).toBe("user1 departed.");
  await expect(view.inTree(/^3\.1session/)).toContainText("killed");

  // By keys only, as a command.
  await view.inTree(/^3\.2session/).click();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("kill the selected");
  await page.keyboard.press("Enter");
  await bob.closed();
  await expect(view.inTree(/^3\.2session/)).toContainText("killed");
  expect(view.errors).toEqual([]);
});

test("the past shows a departed process with its last state; a recorded file opened in a new page shows the same", async ({
  page,
  browser,
}) => {
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  await view.open(chat.address);
  using ann = new LineClient(chat.chatPort);
  await ann.line(1);
  using bob = new LineClient(chat.chatPort);
  await bob.line(2);
  ann.send("unfinished");
  await view.show("is:changed from:3.1");
  // By its boot, and by what has come.
  await expect(view.rows).toHaveCount(2);
  ann.reset();
  await bob.line(3);
  const session = view.inTree(/^3\.1session/);
  await expect(session).toContainText("quit");

  // "unfinished" in bytes.
  const state = '#x"756e66696e6973686564"';
  await session.click();
  await view.tab("State").click();
  await expect(view.aspect).toContainText(state);
  await view.show("type:presence topic:says(_,_)");
  await view.rows.first().click();
  await expect(page.getByText("Viewing the past")).toBeVisible();
  await expect(session).not.toContainText("quit");
  await expect(view.inTree(/^3\.2session/)).toHaveCount(0);
  await page.getByRole("button", { name: "Return to live End" }).click();
  await expect(session).toContainText("quit");

  await view.show("");
  const total = await page.locator(".filter-count").textContent();
  const download = page.waitForEvent("download");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  const file = await (await download).path();
  expect((await readFile(file, "utf8")).split("\n")[0]).toContain('"type":"recording"');

  await using context = await browser.newContext();
  const other = new DebuggerPage(await context.newPage());
  await other.page.goto(chat.address.replace(/#.*/, ""));
  await expect(other.page.getByText("Nothing to look at yet")).toBeVisible();
  await other.expectAccessible();
  const chooser = other.page.waitForEvent("filechooser");
  await other.page.keyboard.press("Control+o");
  await (await chooser).setFiles(file);
  await expect(other.page.getByText(/^recording: /)).toBeVisible();
  const departed = other.inTree(/^3\.1session/);
  await expect(departed).toContainText("quit");
  await expect(other.page.locator(".filter-count")).toHaveText(total ?? "");
  await departed.click();
  await other.tab("State").click();
  await expect(other.aspect).toContainText(state);
  await expect(other.page.getByRole("button", { name: "Pause VM" })).toBeDisabled();
  const copied = other.page.waitForEvent("download");
  await other.page.keyboard.press("Control+s");
  const copy = await readFile(await (await copied).path(), "utf8");
  expect(statesIn(copy)).toEqual(statesIn(await readFile(file, "utf8")));
  expect(view.errors).toEqual([]);
  expect(other.errors).toEqual([]);
});

test("what happens is recorded all along: it can be saved at any time, and from a recording one goes back to the program", async ({
  page,
}) => {
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  await view.open(chat.address);
  using ann = new LineClient(chat.chatPort);
  await ann.line(1);
  await expect(view.inTree(/^3\.1session/)).toBeVisible();
  await expect(page.getByText("What happens now is shown, and recorded all along.")).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save recording" }).click();
  const file = await (await download).path();
  using bob = new LineClient(chat.chatPort);
  await bob.line(2);
  await expect(view.inTree(/^3\.2session/)).toBeVisible();
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+o");
  await (await chooser).setFiles(file);
  await expect(page.getByText(/^recording: /)).toBeVisible();
  await expect(page.getByText("The end of the recording is shown.")).toBeVisible();
  // He came later.
  await expect(view.inTree(/^3\.1session/)).toBeVisible();
  await expect(view.inTree(/^3\.2session/)).toHaveCount(0);
  await view.expectAccessible();
  await page.getByRole("button", { name: "Back to the program" }).click();
  await expect(page.getByText(/^connected to /)).toBeVisible();
  await expect(view.inTree(/^3\.2session/)).toBeVisible();
  ann.send("still here\n");
  await view.show("/still here/ type:message topic:says(_,_)");
  await expect(view.rows).toHaveCount(1);
  expect(view.errors).toEqual([]);
});

test("the server dies and comes back: the page says so, and starts from a new snapshot without a reload", async ({
  page,
}) => {
  const token = "a".repeat(43);
  const first = await startNews({ token });
  const view = new DebuggerPage(page);
  await view.open(first.address);
  await view.tab("Inject").click();
  await page.getByLabel("Message").fill('["news", "of the first"]');
  await page.getByRole("button", { name: "Send" }).click();
  await view.show("/of the first/ type:message");
  await expect(view.rows).toHaveCount(1);
  await page.evaluate(() => ((globalThis as { stays?: boolean }).stays = true));
  await first.kill();
  await expect(page.getByText(/connection lost/)).toBeVisible();
  await expect(page.getByText("Offline", { exact: true })).toBeVisible();
  await expect(page.getByText(/^Nothing new comes in/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Pause VM" })).toBeDisabled();
  await view.expectAccessible();
  await using second = await startNews({ token, port: first.port });
  await expect(page.getByText(/^connected to /)).toBeVisible();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  expect(second.port).toBe(first.port);
  await expect(view.rows).toHaveCount(0);
  await view.show("type:message");
  await expect(view.rows).toHaveCount(1);
  expect(await page.evaluate(() => (globalThis as { stays?: boolean }).stays)).toBe(true);
});

test("npm start, killed and started again: the page finds it by itself, with the token that it kept", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const state = await mkdtemp(join(tmpdir(), "marketplace-state-"));
  try {
    const port = await freePort();
    const first = await npmStart(port, state);
    const view = new DebuggerPage(page);
    await view.open(first.address);
    const ann = new LineClient(first.chatPort);
    await ann.line(1);
    await expect(view.inTree(/^3\.1session/)).toBeVisible();
    await page.evaluate(() => ((globalThis as { stays?: boolean }).stays = true));
    await first.kill();
    await ann.closed();
    await expect(page.getByText(/connection lost/)).toBeVisible();
    await using second = await npmStart(port, state);
    expect(second.address).toBe(first.address);
    await expect(page.getByText(/^connected to /)).toBeVisible();
    // The new one's tree: nobody has come yet.
    await expect(view.inTree(/^3chat/)).toBeVisible();
    await expect(view.inTree(/^3\.\d+session/)).toHaveCount(0);
    using bob = new LineClient(second.chatPort);
    await bob.line(1);
    await expect(view.inTree(/^3\.1session/)).toBeVisible();
    expect(await page.evaluate(() => (globalThis as { stays?: boolean }).stays)).toBe(true);
    expect(view.errors).toEqual([]);
  } finally {
    await rm(state, { recursive: true, force: true });
  }
});

test("a program that comes back with another token: the page says what to do, and takes its new address in the same tab", async ({
  page,
}) => {
  const first = await startNews();
  const view = new DebuggerPage(page);
  await view.open(first.address);
  await first.kill();
  await expect(page.getByText(/connection lost/)).toBeVisible();
  await using second = await startNews({ port: first.port });
  await expect(page.getByText("The program has another token than this page. Open the address")).toBeVisible();
  await view.expectAccessible();
  await page.evaluate((address) => (location.href = address), second.address);
  await expect(page.getByText(/^connected to /)).toBeVisible();
  expect(page.url()).not.toContain("token");
});

test("a link to an event leads to it, and one of another run says so", async ({ page }) => {
  await using news = await startNews();
  const view = new DebuggerPage(page);
  await view.open(news.address);
  await view.show("type:message");
  await view.rows.first().click();
  await expect.poll(() => page.url()).toMatch(/#\/trace\/[^/]+\/\d+$/);
  const link = page.url();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.url()).not.toContain("trace");
  await page.goto(link);
  await expect(page.getByText("Viewing the past")).toBeVisible();
  await page.goto(link.replace(/trace\/[^/]+/, "trace/another"));
  await expect(page.getByText(/another run of the program/)).toBeVisible();
  await page.goto(link.replace(/\d+$/, "99999999"));
  await expect(page.getByText(/leads to #99999999, which has not happened/)).toBeVisible();
  await page.goto(link.replace(/\d+$/, "0"));
  await expect(page.getByText(/leads to #0, which is not among the events that this page has/)).toBeVisible();
  // The address goes on to follow what is selected.
  await view.rows.first().click();
  await expect.poll(() => page.url()).toBe(link);
});

test("in a window of any width nothing in the bar at the top overlaps, and each view can be reached", async ({
  page,
}) => {
  await using news = await startNews();
  const view = new DebuggerPage(page);
  await view.open(news.address);
  // The widest words that the buttons have.
  await page.keyboard.press("F8");
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Unfreeze view" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Resume VM" })).toBeVisible();
  const parts = page.getByRole("banner").locator("button, dt, h1");
  for (const width of [1920, 1280, 1100, 800, 480]) {
    await page.setViewportSize({ width, height: 800 });
    const boxes = await parts.evaluateAll((elements) =>
      elements.map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { text: element.textContent, left, right, top, bottom };
      }),
    );
    for (const [i, a] of boxes.entries()) {
      expect(a.right, `${a.text} at ${width}`).toBeLessThanOrEqual(width);
      for (const b of boxes.slice(i + 1)) {
        const overlap = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        expect(overlap, `${a.text} and ${b.text} at ${width}`).toBe(false);
      }
    }
    await view.tab("Unmatched").click();
    await expect(page.getByText('["news", text]')).toBeInViewport();
  }
});

test("a viewer that may only look is told why it cannot pause", async ({ page }) => {
  await using news = await startNews({ control: false });
  const view = new DebuggerPage(page);
  await view.open(news.address);
  await expect(page.getByRole("button", { name: "Pause VM" })).toBeDisabled();
  await expect(page.getByText(/Looking only/).first()).toBeVisible();
  await view.expectAccessible();
});

test("everything can be reached by keys", async ({ page }) => {
  await using news = await startNews();
  const view = new DebuggerPage(page);
  await view.open(news.address);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await view.expectAccessible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Unfreeze view" })).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Space");
  await page.keyboard.press("F8");
  await expect(page.getByText("The VM is paused", { exact: true })).toBeVisible();
  await page.keyboard.press("F8");
  await expect(page.getByText("The VM is paused", { exact: true })).toHaveCount(0);
  await page.keyboard.press("/");
  await expect(view.filter).toBeFocused();
  await page.keyboard.type("type:mess");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(view.filter).toHaveValue("type:message ");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await view.log.focus();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByText("Viewing the past")).toBeVisible();
  await page.keyboard.press("[");
  await expect(page.locator("#panel")).toContainText("activation");
  await page.keyboard.press("]");
  await expect(page.locator("#panel")).toContainText("add-endpoint");
  await page.keyboard.press("End");
  await expect(page.getByText("Viewing the past")).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("late");
  await view.expectAccessible();
  await page.keyboard.press("Enter");
  await expect(page.locator("#panel")).toContainText("late");
  expect(view.errors).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  // Axe takes its time, and is asked in many states.
  test.describe(`in its ${colorScheme} theme`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });
    test.setTimeout(150_000);

    test("axe objects to nothing in any view, picture or table", async ({ page }) => {
      await using chat = await startChat();
      const view = new DebuggerPage(page);
      await view.open(chat.address);
      using ann = new LineClient(chat.chatPort);
      await ann.line(1);
      await page.getByRole("region", { name: "Time" }).getByRole("button", { name: "Table" }).click();
      for (const name of ["Flow", "Sequence", "Presence"]) {
        await view.tab(name).click();
        await view.expectAccessible();
        await page.locator("#view").getByRole("button", { name: "Table" }).click();
        await view.expectAccessible();
      }
      await view.tab("Unmatched").click();
      await view.expectAccessible();
      expect(view.errors).toEqual([]);
    });

    test("axe objects to nothing in any panel, with an event selected and the VM paused", async ({ page }) => {
      await using chat = await startChat();
      const view = new DebuggerPage(page);
      await view.open(chat.address);
      using ann = new LineClient(chat.chatPort);
      await ann.line(1);
      ann.send("hello\n");
      await ann.line(2);
      await view.show("type:message topic:says(_,_)");
      await view.rows.first().click();
      for (const name of ["Details", "State", "Diff", "Cause", "Why"]) {
        await view.tab(name).click();
        await view.expectAccessible();
      }
      await page.getByRole("button", { name: "Freeze view" }).click();
      await page.getByRole("button", { name: "Pause VM" }).click();
      await expect(page.getByText("The VM is paused")).toBeVisible();
      for (const name of ["Breakpoints", "Inject"]) {
        await view.tab(name).click();
        await view.expectAccessible();
      }
      expect(view.errors).toEqual([]);
    });
  });
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** The states in a recording, one a line. */
function statesIn(recording: string): string[] {
  return recording
    .split("\n")
    .filter((line) => line.startsWith('{"type":"state"'))
    .toSorted();
}
