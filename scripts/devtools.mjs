// Builds the debugger's page where it is missing or older than what it is made of.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { say } from "./apt.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, "packages/devtools/dist/app");
const page = join(built, "index.html");

/** What the page is made of. The lock file stands for the libraries. */
const sources = [
  "package-lock.json",
  "packages/devtools/index.html",
  "packages/devtools/package.json",
  "packages/devtools/vite.config.ts",
  "packages/devtools/src",
  "packages/runtime/src",
  // What the worker of the page runs.
  "examples/browser-chat",
  "examples/chat",
].map((path) => join(root, path));

/** When the newest file under a path was changed, in milliseconds. @param {string} path @returns {number} */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A directory's own time tells of files that are gone.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** @returns {string | undefined} why the page has to be built */
function whyBuild() {
  if (!existsSync(page)) return "it is not built yet";
  return Math.max(...sources.map(newest)) > statSync(page).mtimeMs ? "its sources have changed" : undefined;
}

/** Builds the page if need be, in a few seconds; what there is to say goes to standard error. A page that cannot be built is reported, and no more. */
export function buildDevtools() {
  const why = whyBuild();
  if (why === undefined) return;
  say(`building the debugger's page (${why}) ...`);
  // Beside the old one until it is complete: somebody may be served that one meanwhile, or build another.
  const fresh = `${built}.${process.pid}`;
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const args = [
    vite,
    "build",
    "--logLevel",
    "warn",
    "--outDir",
    fresh,
    "--emptyOutDir",
    join(root, "packages/devtools"),
  ];
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", 2, 2] });
  if (status === 0) {
    rmSync(built, { recursive: true, force: true });
    try {
      renameSync(fresh, built);
    } catch {
      // Another one came first, which is as good.
    }
  } else {
    say("the debugger's page could not be built; the chat runs without it.");
  }
  rmSync(fresh, { recursive: true, force: true });
}
