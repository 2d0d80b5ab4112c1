// Installs what is missing, and nothing else: `node scripts/setup.mjs [--browser] [--apt NAME...]`.
// It runs before anything is installed, so it has no dependencies; all it says goes to standard error.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureAptPackages, say } from "./apt.mjs";
import { findBrowser } from "./browser.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean }} LockEntry */

/** @param {string} text @returns {never} */
function fail(text) {
  say(text);
  process.exit(1);
}

/** @param {string} path @returns {Record<string, LockEntry> | undefined} */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** What keeps node_modules from being what package-lock.json describes; undefined if nothing does. */
function difference() {
  const wanted = lockedPackages("package-lock.json");
  if (wanted === undefined)
    fail("package-lock.json cannot be read. Take it from the repository again: git checkout package-lock.json");
  // npm writes this list last, so a broken installation has none.
  const installed = lockedPackages("node_modules/.package-lock.json");
  if (installed === undefined) return "nothing is installed yet";
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes("node_modules/")) continue;
    const there = installed[path];
    if (there === undefined) {
      // Another platform's binaries are in the lock file and rightly absent here.
      if (entry.optional === true) continue;
      return `${path} is missing`;
    }
    if (there.version !== entry.version || there.integrity !== entry.integrity) return `${path} has another version`;
    if (!existsSync(join(root, path, "package.json"))) return `${path} is gone`;
  }
  return undefined;
}

/**
 * Runs a program with the npm in PATH; what it writes to standard output goes to our standard error.
 * @param {"npm" | "npx"} command @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, stderr?: "pipe" }} [options]
 */
function npm(command, args, options = {}) {
  return spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", 2, options.stderr ?? 2],
    encoding: "utf8",
  });
}

function installPackages() {
  const why = difference();
  if (why === undefined) return;
  say(`installing packages (${why}) ...`);
  // Development tools are wanted here even where NODE_ENV says production.
  const run = npm("npm", ["ci", "--prefer-offline", "--include=dev"]);
  if (run.status !== 0) {
    fail(
      `npm ci ended with ${run.error?.message ?? run.signal ?? `exit code ${run.status}`}. ` +
        "Is the npm registry within reach? Once it is, run the same command again.",
    );
  }
}

function installBrowser() {
  if (findBrowser() !== undefined) return;
  say("no Chromium here; asking Playwright for one ...");
  // Where nothing answers, Playwright's own patience would take minutes.
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "8000" };
  const install = ["--no-install", "playwright", "install", "--only-shell", "chromium"];
  const download = npm("npx", install, { env, stderr: "pipe" });
  if (download.status !== 0)
    say(`Playwright could not download one: ${download.stderr?.match(/Error: .*/)?.[0] ?? "no reason given"}`);
  for (const name of ["chromium-headless-shell", "chromium"]) {
    if (findBrowser() !== undefined) break;
    ensureAptPackages([name]);
  }
  const browser = findBrowser();
  if (browser === undefined) {
    fail(
      "no Chromium could be found or installed, and the tests need one. Install Chromium or Google Chrome, " +
        "or set CHROME_PATH to the program, and run the same command again.",
    );
  }
  say(`${browser.version} is at ${browser.path}`);
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 12)) fail(`Node 20.12 or newer is needed; this is ${process.version}.`);

const args = process.argv.slice(2);
const apt = args.indexOf("--apt");
const debian = apt === -1 ? [] : args.splice(apt).slice(1);
const unknown = args.find((arg) => arg !== "--browser");
if (unknown !== undefined) fail(`unknown option ${unknown}. Options: --browser, --apt NAME...`);

installPackages();
if (args.includes("--browser")) installBrowser();
for (const name of debian) say(`${name}: ${ensureAptPackages([name]) ? "is there" : "is not there"}`);
