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
  use: {
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser.path }),
      args: [...launchArguments],
    },
  },
});
