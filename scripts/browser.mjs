// Finds a Chromium that Playwright and Vitest can drive. No dependencies: the set-up runs this before anything is installed.
import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** @typedef {{ path: string, version: string, from: string }} Browser */

/** The sandbox needs a user of its own, which root in a container does not have. */
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

/** What every launch needs: without the resolver rule Chromium looks up nine outside names at each start. */
export const launchArguments = /** @type {readonly string[]} */ ([
  ...sandbox,
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]);

const environmentNames = [
  "CHROME_PATH",
  "CHROME_BIN",
  "CHROMIUM_PATH",
  "PUPPETEER_EXECUTABLE_PATH",
  "PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH",
];

const commandNames = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];

const fixedPlaces = [
  "/usr/lib/chromium/headless_shell",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Playwright's own downloads, newest first. */
function* playwrightDownloads() {
  const home = homedir();
  const folder =
    process.env["PLAYWRIGHT_BROWSERS_PATH"] ??
    (process.platform === "darwin" ? join(home, "Library/Caches/ms-playwright") : join(home, ".cache/ms-playwright"));
  const builds = entriesOf(folder)
    .filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name))
    .toSorted((a, b) => Number(b.split("-")[1]) - Number(a.split("-")[1]));
  for (const build of builds) {
    for (const platform of entriesOf(join(folder, build))) {
      for (const program of [
        "headless_shell",
        "chrome-headless-shell",
        "chrome",
        "Chromium.app/Contents/MacOS/Chromium",
        "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
      ]) {
        yield join(folder, build, platform, program);
      }
    }
  }
}

function* candidates() {
  for (const name of environmentNames) {
    const path = process.env[name];
    if (path) yield { path, from: name };
  }
  for (const path of playwrightDownloads()) yield { path, from: "Playwright" };
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of commandNames) if (folder !== "") yield { path: join(folder, name), from: "PATH" };
  }
  for (const path of fixedPlaces) yield { path, from: "the system" };
}

/**
 * The first browser that is there and answers `--version`, in this order: named by the environment, downloaded by Playwright,
 * installed on the system.
 * @returns {Browser | undefined}
 */
export function findBrowser() {
  for (const { path, from } of candidates()) {
    if (!isExecutable(path)) continue;
    const answer = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
    if (answer.status === 0) return { path, version: answer.stdout.trim(), from };
  }
  return undefined;
}
