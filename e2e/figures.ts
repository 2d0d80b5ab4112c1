import type { Page } from "@playwright/test";

/** How many events the page keeps, from its top bar. */
export async function eventsKept(page: Page): Promise<number> {
  const title = await page.locator(".figures [title*='events are kept']").getAttribute("title");
  return Number(title?.replace(/ .*/, "").replaceAll(",", ""));
}
