import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { serveDevtools, type ServedPage } from "./devtools-page.ts";

let served: ServedPage;

test.beforeAll(async () => {
  served = await serveDevtools();
});

test.afterAll(async () => {
  await served[Symbol.asyncDispose]();
});

test("the built page opens without an error and says what it is", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(served.url);
  await expect(page.getByRole("heading", { level: 1, name: "Marketplace devtools" })).toBeVisible();
  await expect(page.getByText("Not built yet")).toBeVisible();
  expect(errors).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the page in its ${colorScheme} theme has nothing that axe objects to`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(served.url);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations).toEqual([]);
  });
}
