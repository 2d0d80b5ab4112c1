// What pages can reach of a debugger that they should not reach. Each story is told twice: as it is, and with the page allowed, so that
// it is known to be the server that refuses, and not the browser or a mistake in the story.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Frame, type Page } from "@playwright/test";
import { findBrowser, launchArguments } from "../scripts/browser.mjs";
import { startInspected } from "./inspected.ts";

const browser = findBrowser();

// The attacker's name leads to this machine, as after a rebinding.
test.use({
  launchOptions: {
    ...(browser === undefined ? {} : { executablePath: browser.path }),
    args: launchArguments.map((argument) =>
      argument.replace("--host-resolver-rules=", "--host-resolver-rules=MAP evil.example 127.0.0.1, "),
    ),
  },
});

const emptyPage = "<!doctype html><title>a page</title>";

/** A server of the attacker's, with an empty page. */
async function serveEmptyPage(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(emptyPage));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: end };
}

/** What a page got out of a server: undefined for nothing. */
interface Loot {
  /** The status of the page's file, and whether its text could be read. */
  readonly file: string | undefined;
  /** The first frame on a WebSocket that said hello with the right token. */
  readonly hello: string | undefined;
  /** The same with the token as a subprotocol. */
  readonly subprotocol: string | undefined;
}

/** Tries, from inside a page and with the right token, whatever a page can try. */
function loot(page: Page | Frame, where: string, secret: string): Promise<Loot> {
  return page.evaluate(
    async ({ authority, token }) => {
      const file = await fetch(`http://${authority}/index.html`).then(
        async (response) => `${response.status} ${(await response.text()).includes("<html") ? "a page" : "no page"}`,
        () => undefined,
      );
      const listen = (protocols: string[]): Promise<string | undefined> =>
        new Promise((resolve) => {
          const socket = new WebSocket(`ws://${authority}/inspect`, protocols);
          socket.onopen = () => socket.send(JSON.stringify({ type: "hello", protocol: 1, token }));
          socket.onmessage = (event) => resolve((JSON.parse(String(event.data)) as { type: string }).type);
          socket.onclose = () => resolve(undefined);
        });
      return { file, hello: await listen([]), subprotocol: await listen(["marketplace.inspect.1", `token.${token}`]) };
    },
    { authority: where, token: secret },
  );
}

test("a page of another origin gets nothing from a debugger, though it knows the token", async ({ page }) => {
  await using attacker = await serveEmptyPage();
  const origin = `http://evil.example:${attacker.port}`;
  await page.goto(origin);
  await using inspected = await startInspected();
  const authority = `127.0.0.1:${inspected.port}`;
  expect(await loot(page, authority, inspected.token)).toEqual({});
  await using open = await startInspected({ allowedOrigins: [origin] });
  // The file stays out of reach: there are no CORS headers for anybody.
  expect(await loot(page, `127.0.0.1:${open.port}`, open.token)).toEqual({ hello: "welcome", subprotocol: "welcome" });
});

test("a page whose name was rebound to the debugger's address gets nothing, though it knows the token", async ({
  page,
}) => {
  for (const allowed of [false, true]) {
    const attacker = await serveEmptyPage();
    const authority = `evil.example:${attacker.port}`;
    await page.goto(`http://${authority}`);
    // From here on the name leads to the debugger, on the same port, and to the browser that is where the page came from.
    await attacker[Symbol.asyncDispose]();
    const names = allowed ? { allowedHosts: ["evil.example"] } : {};
    await using inspected = await startInspected({ port: attacker.port, ...names });
    expect(await loot(page, authority, inspected.token)).toEqual(
      allowed ? { file: "200 a page", hello: "welcome", subprotocol: "welcome" } : { file: "403 no page" },
    );
  }
});

test("a sandboxed page, whose origin is null, gets nothing", async ({ page }) => {
  await using attacker = await serveEmptyPage();
  await using inspected = await startInspected();
  await page.goto(`http://127.0.0.1:${attacker.port}`);
  const frame = await page.evaluateHandle(() => {
    const element = document.createElement("iframe");
    element.sandbox.add("allow-scripts");
    element.srcdoc = "<!doctype html><title>sandboxed</title>";
    return new Promise<HTMLIFrameElement>((resolve) => {
      element.onload = () => resolve(element);
      document.body.append(element);
    });
  });
  const inside = await frame.contentFrame();
  if (inside === null) throw new Error("the frame has no page");
  expect(await inside.evaluate(() => origin)).toBe("null");
  expect(await loot(inside, `127.0.0.1:${inspected.port}`, inspected.token)).toEqual({});
});

test("no page can frame the debugger, or use its files", async ({ page }) => {
  await using attacker = await serveEmptyPage();
  await using inspected = await startInspected();
  await page.goto(`http://evil.example:${attacker.port}`);
  const outcomes = await page.evaluate(
    async (address) => {
      const load = (name: "iframe" | "img" | "script"): Promise<string> =>
        new Promise((resolve) => {
          const element = document.createElement(name);
          element.onload = () => resolve("load");
          element.onerror = () => resolve("error");
          element.src = address;
          document.body.append(element);
        });
      return [await load("iframe"), await load("img"), await load("script")];
    },
    inspected.address.replace(/#.*/, "index.html"),
  );
  expect(outcomes.slice(1)).toEqual(["error", "error"]);
  expect(page.frames().map((frame) => frame.url())).toContain("chrome-error://chromewebdata/");
});

test("the debugger's own page opens under its policy without a complaint, and may connect", async ({ page }) => {
  await using inspected = await startInspected();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(inspected.address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(complaints).toEqual([]);
  expect(await loot(page, `127.0.0.1:${inspected.port}`, inspected.token)).toMatchObject({
    hello: "welcome",
    subprotocol: "welcome",
  });
});
