import { expect, test, type Page } from "@playwright/test";
import { LineClient } from "../examples/test/line-client.ts";
import { startChat, startOffer, type Debugged } from "./debugged.ts";
import { DebuggerPage } from "./debugger-page.ts";

/** Opens the page and shows its own VM, once that listens. @returns the port */
async function openTab(view: DebuggerPage, chat: Debugged): Promise<number> {
  const before = chat.browserChatPorts.length;
  await view.open(chat.address);
  await view.tab("Browser VM").click();
  await expect(view.page.getByText(/^listening on 127\.0\.0\.1:\d+$/)).toBeVisible();
  await expect.poll(() => chat.browserChatPorts.length).toBeGreaterThan(before);
  return chat.browserChatPorts.at(-1) ?? 0;
}

/** Two who have met in the room. @param first which user the first of them is */
async function twoClients(port: number, first = 1): Promise<readonly [LineClient, LineClient]> {
  const ann = new LineClient(port);
  expect(await ann.line(1)).toBe(`You are user${first}.`);
  const bob = new LineClient(port);
  await bob.line(2);
  expect(await ann.line(2)).toBe(`user${first + 1} arrived.`);
  return [ann, bob];
}

/** The debugger of the browser on the worker of a page: stops its thread, and lets it go on. */
async function threadOfWorker(page: Page): Promise<{ stop(): Promise<void>; goOn(): Promise<void> }> {
  const cdp = await page.context().newCDPSession(page);
  const attached = new Promise<string>((resolve) => {
    cdp.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      if (targetInfo.type === "worker") resolve(sessionId);
    });
  });
  await cdp.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let id = 0;
  const paused = new Promise<void>((resolve) => {
    cdp.on("Target.receivedMessageFromTarget", ({ message }) => {
      if (message.includes('"Debugger.paused"')) resolve();
    });
  });
  const tell = async (method: string): Promise<void> => {
    await cdp.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id: ++id, method }) });
  };
  return {
    async stop() {
      await tell("Debugger.enable");
      await tell("Debugger.pause");
      await paused;
    },
    goOn: () => tell("Debugger.resume"),
  };
}

test("two TCP clients chat through code that runs in the tab; the debugger shows it; closing the tab disconnects them", async ({
  page,
}) => {
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  const port = await openTab(view, chat);
  expect(page.url()).toContain("#/vm/browser");
  const [ann, bob] = await twoClients(port);
  ann.send("hello from a terminal\n");
  expect(await bob.line(3)).toBe("user1: hello from a terminal");
  await view.show("type:message topic:says(_,_)");
  await expect(view.rows).toHaveCount(1);
  await expect(view.rows).toContainText('says("user1", "hello from a terminal")');
  await expect(view.inTree(/session/)).toHaveCount(2);
  // All that was said was heard, here and in Node.
  await expect(view.tab("Unmatched")).toHaveText("Unmatched");
  await view.tab("Node VM").click();
  await expect(view.inTree(/bridge session 1/).first()).toBeVisible();
  await expect(view.tab("Unmatched")).toHaveText("Unmatched");
  expect(view.errors).toEqual([]);
  await page.close();
  await Promise.all([ann.closed(), bob.closed()]);
});

test("the Node VM and the Browser VM are two tabs, reached by click, keys, palette and address; each keeps what it showed", async ({
  page,
}) => {
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  await openTab(view, chat);
  const node = view.tab("Node VM");
  const browser = view.tab("Browser VM");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("browser chat");
  await view.tab("Flow").click();
  await browser.press("ArrowRight");
  await expect(node).toHaveAttribute("aria-selected", "true");
  await expect(node).toBeFocused();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("chat");
  await expect(page.getByText(/^connected to 127/)).toBeVisible();
  await expect(view.tab("Log")).toHaveAttribute("aria-selected", "true");
  expect(page.url()).not.toContain("#");
  await view.log.click();
  await page.keyboard.press("t");
  await expect(browser).toHaveAttribute("aria-selected", "true");
  await expect(view.tab("Flow")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /Find a command/ }).fill("target node");
  await page.keyboard.press("Enter");
  await expect(node).toHaveAttribute("aria-selected", "true");
  await page.evaluate(() => (location.hash = "#/vm/browser"));
  await expect(browser).toHaveAttribute("aria-selected", "true");
  await page.reload();
  await expect(browser).toHaveAttribute("aria-selected", "true");
  expect(view.errors).toEqual([]);
});

test("a recording is shown in place of the Browser VM, which runs on; from there one goes back to it", async ({
  page,
}) => {
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  const port = await openTab(view, chat);
  const [ann, bob] = await twoClients(port);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save recording" }).click();
  const file = await (await download).path();
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+o");
  await (await chooser).setFiles(file);
  await expect(page.getByText(/^recording: /)).toBeVisible();
  ann.send("still here\n");
  expect(await bob.line(3)).toBe("user1: still here");
  await page.getByRole("button", { name: "Back to the program" }).click();
  await expect(page.getByText(/^listening on 127/)).toBeVisible();
  await view.show("/still here/ type:message topic:says(_,_)");
  await expect(view.rows).toHaveCount(1);
  ann.end();
  bob.end();
  expect(view.errors).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe has nothing to object to in the Browser VM's tab, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(90_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await using chat = await startChat();
    const view = new DebuggerPage(page);
    const port = await openTab(view, chat);
    const [ann, bob] = await twoClients(port);
    await view.expectAccessible();
    await view.tab("Node VM").click();
    await view.expectAccessible();
    ann.end();
    bob.end();
    expect(view.errors).toEqual([]);
  });
}

test("a port that is in use is refused, with the reason; started again once it is free, the tab listens", async ({
  page,
  browser,
}) => {
  await using first = await startChat();
  const view = new DebuggerPage(page);
  const port = await openTab(view, first);
  await using second = await startChat({ BROWSER_CHAT_PORT: String(port) });
  const other = new DebuggerPage(await (await browser.newContext()).newPage());
  await other.open(second.address);
  await other.tab("Browser VM").click();
  await expect(other.page.getByText("refused (EADDRINUSE)")).toBeVisible();
  await expect(other.page.getByRole("alert")).toContainText("It may not listen");
  await other.expectAccessible();
  await page.close();
  await expect(async () => {
    await other.page.getByRole("button", { name: "Start it again" }).click();
    await expect(other.page.getByText(`listening on 127.0.0.1:${port}`)).toBeVisible({ timeout: 2000 });
  }).toPass();
  using ann = new LineClient(port);
  expect(await ann.line(1)).toBe("You are user1.");
  await other.page.context().close();
});

test("a page that no rule lets listen says which rule is missing; with the program gone, that the bridge is lost", async ({
  page,
}, info) => {
  await using program = await startOffer({ port: 0, chatPort: 7007, denied: true });
  const view = new DebuggerPage(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await view.open(program.address);
  await view.tab("Browser VM").click();
  await expect(page.getByText("refused (POLICY_DENIED)")).toBeVisible();
  const strip = page.getByRole("alert");
  await expect(strip).toContainText('needs a rule { op: "listen", host: "127.0.0.1", ports: 7007 }');
  await page.screenshot({ path: info.outputPath("refused.png") });
  await program.kill();
  await expect(strip).toContainText("The bridge is lost");
  await expect(page.getByText(/^(bridge lost|reconnecting)$/)).toBeVisible();
  await page.screenshot({ path: info.outputPath("lost.png") });
  await view.tab("Node VM").click();
  await expect(page.getByText("connection lost, trying again")).toBeVisible();
});

test("the bridge is killed: the tab says so, and all who were connected are gone; it comes back: the tab listens again by itself", async ({
  page,
}) => {
  const token = "a-token-that-stays-the-same-000000000000000";
  const first = await startOffer({ port: 0, token, chatPort: 0 });
  const { port: pagePort } = first;
  const view = new DebuggerPage(page);
  const port = await openTab(view, first);
  const [ann] = await twoClients(port);
  await first.kill();
  await ann.closed();
  await expect(page.getByRole("alert").filter({ hasText: "The bridge is lost" })).toBeVisible();
  await expect(view.inTree(/session/).filter({ hasText: "quit" })).toHaveCount(2);
  await using second = await startOffer({ port: pagePort, token, chatPort: 0 });
  await expect(page.getByText(/^listening on 127\.0\.0\.1:\d+$/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect.poll(() => second.browserChatPorts.length).toBe(1);
  const [carol, dave] = await twoClients(second.browserChatPorts[0] ?? 0, 3);
  carol.send("again\n");
  // The VM has run on: it remembers whom it has seen.
  expect(await dave.line(3)).toBe("user3: again");
  await page.close();
  await Promise.all([carol.closed(), dave.closed()]);
});

test("the tab is frozen by the browser's debugger: its clients are disconnected within the heartbeat; thawed, it listens again", async ({
  page,
}) => {
  test.setTimeout(90_000);
  await using chat = await startChat();
  const view = new DebuggerPage(page);
  const port = await openTab(view, chat);
  const [ann, bob] = await twoClients(port);
  const worker = await threadOfWorker(page);
  await worker.stop();
  ann.send("is anybody there?\n");
  // Nothing but the heartbeat tells: the socket of a stopped thread stays open.
  await Promise.all([ann.closed(), bob.closed()]);
  expect(chat.browserChatPorts).toHaveLength(1);
  await worker.goOn();
  await expect.poll(() => chat.browserChatPorts.length, { timeout: 30_000 }).toBe(2);
  await expect(page.getByText(/^listening on 127\.0\.0\.1:\d+$/)).toBeVisible();
  const [carol, dave] = await twoClients(chat.browserChatPorts[1] ?? 0, 3);
  carol.send("now there is\n");
  expect(await dave.line(3)).toBe("user3: now there is");
  carol.end();
  dave.end();
  expect(view.errors).toEqual([]);
});
