import { expect, test } from "@playwright/test";
import { DebuggerPage } from "./debugger-page.ts";
import { serveDevtools, type ServedPage } from "./devtools-page.ts";

let served: ServedPage;

test.beforeAll(async () => {
  served = await serveDevtools();
});

test.afterAll(async () => {
  await served[Symbol.asyncDispose]();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`without a token the page says what to do; in its ${colorScheme} theme axe objects to nothing`, async ({
    page,
  }) => {
    const view = new DebuggerPage(page);
    await page.emulateMedia({ colorScheme });
    await page.goto(served.url);
    await expect(page.getByRole("heading", { level: 1, name: "Marketplace devtools" })).toBeVisible();
    await expect(page.getByText("serveInspector(vm")).toBeVisible();
    await view.expectAccessible();
    expect(view.errors).toEqual([]);
  });
}
