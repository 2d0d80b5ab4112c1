import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";

/** The debugger's page, in the words of who uses it. */
export class DebuggerPage {
  readonly page: Page;
  readonly tree: Locator;
  readonly log: Locator;
  readonly filter: Locator;
  /** The inspector panel's content. */
  readonly aspect: Locator;
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    this.tree = page.getByRole("tree", { name: "VMs, processes and endpoints" });
    this.log = page.getByRole("grid", { name: "Events" });
    this.filter = page.getByRole("combobox", { name: "Filter events" });
    this.aspect = page.locator("#aspect");
    // Who asks for files later finds the browser prepared: to begin with it just then would race with the key.
    page.on("filechooser", () => {});
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      // A server that is gone refuses connections, and the browser says so.
      if (message.type() === "error" && !message.text().includes("ERR_CONNECTION_REFUSED"))
        this.errors.push(message.text());
    });
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await expect(this.page.getByText(/^connected to /)).toBeVisible();
  }

  /** A row of the tree that holds this text. */
  inTree(text: string | RegExp): Locator {
    return this.tree.getByRole("treeitem").filter({ hasText: text });
  }

  tab(name: string): Locator {
    return this.page.getByRole("tab", { name });
  }

  /** Shows the log, filtered. */
  async show(filter: string): Promise<void> {
    await this.tab("Log").click();
    await this.filter.fill(filter);
    await this.filter.press("Enter");
  }

  /** The rows of the log that are in sight. */
  get rows(): Locator {
    return this.log.locator(".log-row");
  }

  /** Nothing that axe objects to. */
  async expectAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    expect(
      violations.map(({ id, nodes }) => ({
        id,
        at: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
      })),
    ).toEqual([]);
  }
}
