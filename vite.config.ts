import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { findBrowser, launchArguments } from "./scripts/browser.mjs";

// Vite replaces its own conditions by these, so the defaults are spread in. Both are needed: the first for code that a browser
// runs, the second for code that Node runs.
const source = "@marketplace/source";
const conditions = {
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
};

const runtimeTests = "packages/runtime/test/**/*.test.ts";
// What needs a page.
const pageTests = "packages/devtools/test/dom/**/*.test.ts";
const browser = findBrowser();

// Tests wait for conditions; the limit is only there to end what hangs, also on a machine that is busy with other things.
const patience = { testTimeout: 30_000, hookTimeout: 30_000 };

export default defineConfig({
  test: {
    // Left alone, vitest keeps one processor free for watching; on two that is half of the machine.
    maxWorkers: "100%",
    projects: [
      {
        ...conditions,
        test: {
          ...patience,
          name: "node",
          environment: "node",
          include: [
            runtimeTests,
            "packages/node-drivers/test/**/*.test.ts",
            "packages/devtools/test/**/*.test.ts",
            "scripts/test/**/*.test.ts",
          ],
          exclude: [pageTests],
        },
      },
      {
        ...conditions,
        test: {
          ...patience,
          name: "examples",
          environment: "node",
          include: ["examples/test/**/*.test.ts"],
        },
      },
      {
        ...conditions,
        test: {
          ...patience,
          name: "browser",
          include: [runtimeTests, pageTests],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(browser === undefined ? {} : { executablePath: browser.path }),
                args: [...launchArguments],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
        optimizeDeps: { include: ["cborg", "fast-check", "react", "react-dom", "react-dom/client"] },
      },
    ],
  },
});
