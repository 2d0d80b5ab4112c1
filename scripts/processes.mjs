// Child processes of the scripts: each in a process group of its own, so that none outlives us.
import { spawn } from "node:child_process";

/**
 * @typedef {object} Run
 * @property {number} code the exit code; 1 where a signal ended the program or it could not be started
 * @property {string} stdout
 * @property {string} output standard output and standard error in the order they came
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** Whether a signal is ending us. */
let ending = false;

/** @param {import("node:child_process").ChildProcess} child @param {NodeJS.Signals} signal */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, timeLimit?: number }} [options] `show` passes the
 *   output on while it comes; `timeLimit` is in milliseconds, 15 minutes unless told: a program that hangs must not hang us
 * @returns {Promise<Run>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(child);
    let stdout = "";
    let output = "";
    const { timeLimit = 900_000 } = options;
    const tooLong = () => {
      output += `${command} took longer than ${timeLimit / 1000} s and was ended\n`;
      signalGroup(child, "SIGKILL");
    };
    const limit = timeLimit === Infinity ? undefined : setTimeout(tooLong, timeLimit);
    child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      stdout += text;
      output += text;
      if (options.show === true) process.stdout.write(text);
    });
    child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      output += text;
      if (options.show === true) process.stderr.write(text);
    });
    /** @param {number} code */
    const end = (code) => {
      running.delete(child);
      clearTimeout(limit);
      // A program that we end has no result to go on with.
      if (!ending) resolve({ code, stdout, output });
    };
    child.on("error", (error) => {
      output += `${command} could not be started: ${error.message}\n`;
      end(1);
    });
    // What the program left running would hold ports, and the pipes that we read to their end.
    child.on("exit", () => signalGroup(child, "SIGKILL"));
    child.on("close", (code, signal) => {
      if (signal !== null) output += `${command} was ended by ${signal}\n`;
      end(code ?? 1);
    });
  });
}

/**
 * Runs one of the programs that npm installed, by its module, so that no shell or shim stands between.
 * @param {string} script path of the JavaScript file, from the repository's root
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNode(script, args, options) {
  return run(process.execPath, [script, ...args], options);
}

/** @param {number} code what we end with, once no child is left */
function endAll(code) {
  // npm passes a terminal's Ctrl-C on, so the same signal can come twice.
  if (ending) return;
  ending = true;
  for (const child of running) signalGroup(child, "SIGTERM");
  setTimeout(() => {
    for (const child of running) signalGroup(child, "SIGKILL");
  }, 3000);
  setInterval(() => {
    if (running.size === 0) process.exit(code);
  }, 20);
}

/** From now on SIGINT, SIGTERM and SIGHUP end every running child with its group, and then us. */
export function endChildrenOnSignals() {
  process.on("SIGINT", () => endAll(130));
  process.on("SIGTERM", () => endAll(143));
  process.on("SIGHUP", () => endAll(129));
}
