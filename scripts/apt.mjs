// Debian packages that a set-up or a test would like to have: installs them where that is possible, and never fails.
import { spawnSync } from "node:child_process";

/** Says what the set-up is doing. Standard output belongs to the program that follows. @param {string} text */
export function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** @param {string} name */
function isInstalled(name) {
  const answer = spawnSync("dpkg-query", ["--show", "--showformat=${db:Status-Status}", name], { encoding: "utf8" });
  return answer.status === 0 && answer.stdout === "installed";
}

/** @param {readonly string[]} args */
function aptGet(args) {
  const options = ["-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=120"];
  const run = spawnSync("apt-get", [...options, ...args], {
    // No questions, and at run level 1 a package that brings a service does not start it.
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { done: run.status === 0, output: `${run.stdout ?? ""}${run.stderr ?? ""}`.trim() };
}

let listsAreFresh = false;

/**
 * Makes sure that Debian packages are installed, as far as this machine and this user allow.
 * @param {readonly string[]} names Debian's package names, such as "bind9-dnsutils"
 * @returns {boolean} whether all of them are there now; the reason why not goes to standard error
 */
export function ensureAptPackages(names) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return true;
  const wanted = missing.join(" ");
  if (spawnSync("apt-get", ["--version"]).status !== 0) {
    say(`${wanted}: not installed, and this system has no apt-get`);
    return false;
  }
  if (process.getuid?.() !== 0) {
    say(`${wanted}: not installed, and only root may. Run: sudo apt-get install --no-install-recommends ${wanted}`);
    return false;
  }
  if (!listsAreFresh) {
    say("reading Debian's package lists ...");
    const update = aptGet(["update"]);
    if (!update.done) say(`apt-get update failed; trying with the lists that are here\n${update.output}`);
    listsAreFresh = true;
  }
  say(`installing Debian's ${wanted} ...`);
  const install = aptGet(["install", "--yes", "--no-install-recommends", ...missing]);
  if (!install.done) say(`apt-get install ${wanted} failed\n${install.output}`);
  return missing.every(isInstalled);
}
