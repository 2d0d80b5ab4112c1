import { expect, test, type Page } from "@playwright/test";
import { LineClient } from "../examples/test/line-client.ts";
import { startChatPage, startRoom } from "./debugged.ts";
import { DebuggerPage } from "./debugger-page.ts";

/** Joins the room in a page. */
async function join(page: Page, address: string): Promise<string[]> {
  const { errors } = new DebuggerPage(page);
  await page.goto(address);
  await expect(page.getByText(/^In the room at 127/)).toBeVisible();
  expect(page.url()).not.toContain("token");
  return errors;
}

test("someone at a terminal and someone at a page meet in the room; the page shows what is said, as text", async ({
  page,
}) => {
  await using room = await startRoom();
  await using served = await startChatPage(room.chatPort);
  const errors = await join(page, served.pageAddress);
  const lines = page.getByRole("log").getByRole("listitem");
  await expect(lines).toHaveText(["You are user1."]);
  using ann = new LineClient(room.chatPort);
  expect(await ann.line(2)).toBe("user1 arrived.");
  const field = page.getByLabel("Say");
  await field.fill("hello from a page");
  await field.press("Enter");
  expect(await ann.line(3)).toBe("user1: hello from a page");
  // What was said has left the field, and the next line can be typed at once.
  await expect(field).toHaveValue("");
  await expect(field).toBeFocused();
  await field.pressSequentially("half a thou");
  ann.send("<b onclick=alert(1)>hi</b> & \u001b[31mred\n");
  await expect(lines).toHaveText([
    "You are user1.",
    "user2 arrived.",
    "user1: hello from a page",
    "user2: <b onclick=alert(1)>hi</b> & \uFFFD[31mred",
  ]);
  await expect(field).toBeFocused();
  await field.pressSequentially("ght");
  await page.getByRole("button", { name: "Send" }).click();
  await ann.until(() => ann.lines.at(-1) === "user1: half a thought");
  await page.close();
  await ann.until(() => ann.lines.at(-1) === "user1 departed.");
  expect(errors).toEqual([]);
});

test("a room that is not there is told of, and can be joined again", async ({ page }) => {
  const first = await startRoom();
  const port = first.chatPort;
  await first.kill();
  await using served = await startChatPage(port);
  await page.goto(served.pageAddress);
  await expect(page.getByText(/cannot be joined: .*ECONNREFUSED/)).toBeVisible();
  await using room = await startRoom(port);
  await page.getByRole("button", { name: "Join again" }).click();
  await expect(page.getByText(/^In the room at/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Join again" })).toBeHidden();
  await room.kill();
  await expect(page.getByText(/^The connection to .* has ended/)).toBeVisible();
  await expect(page.getByLabel("Say")).toBeHidden();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe has nothing to object to in the room, ${colorScheme}; one line opens the debugger on its VM`, async ({
    page,
  }) => {
    test.setTimeout(60_000);
    await page.emulateMedia({ colorScheme });
    await using room = await startRoom();
    await using served = await startChatPage(room.chatPort);
    const errors = await join(page, served.pageAddress);
    await new DebuggerPage(page).expectAccessible();
    await page.goto(`${page.url()}&debugger`);
    await expect(page.getByText("connected to this page")).toBeVisible();
    await expect(page.getByRole("treeitem").filter({ hasText: "dom driver" })).toBeVisible();
    await expect(page.getByText(/^In the room at/)).toBeVisible();
    expect(errors).toEqual([]);
  });
}
