import { defineConfig } from "@playwright/test";
import { findBrowser, launchArguments } from "../scripts/browser.mjs";

const browser = findBrowser();

export default defineConfig({
  testDir: ".",
  globalSetup: "./build.ts",
  outputDir: "../test-results",
  forbidOnly: process.env["CI"] !== undefined,
  // What fails once is broken: nothing is tried again.
  retries: 0,
  fullyParallel: true,
  // Left alone, Playwright uses half of the processors; stories mostly wait.
  workers: "100%",
  // Stories wait for conditions; the limits are only there to end what hangs, also on a machine that is busy with other things.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser.path }),
      args: [...launchArguments],
    },
  },
});
