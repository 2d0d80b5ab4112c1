import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What the program prints on stderr, without the times; it prints nothing on stdout. */
async function logOf(level?: string): Promise<string[]> {
  const program = `${root}packages/node-drivers/test/log-program.ts`;
  const { MARKETPLACE_LOG: _ours, ...env } = process.env;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@marketplace/source", "--import=tsx", program],
    { cwd: root, env: level === undefined ? env : { ...env, MARKETPLACE_LOG: level } },
  );
  expect(stdout).toBe("");
  const lines = stderr.split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, "<time> "));
}

const CRASH = "<time> error process 3 (unlucky) crashed: Error: no luck";

test("a program prints nothing of what happens without MARKETPLACE_LOG", async () => {
  expect(await logOf()).toEqual([]);
});

test("MARKETPLACE_LOG=error prints crashes, one line each", async () => {
  expect(await logOf("error")).toEqual([CRASH]);
});

test("MARKETPLACE_LOG=warning prints what ends with a reason, too", async () => {
  const lines = await logOf("warning");
  expect(lines).toContain(CRASH);
  expect(lines).toContain('<time> warning process 2 (speaker) ends: "tired"');
  expect(lines.every((line) => /^<time> (warning|error) /.test(line))).toBe(true);
});

test("MARKETPLACE_LOG=info prints processes that come and go, and who meets whom", async () => {
  const lines = await logOf("info");
  expect(lines).toContain("<time> info process 1 (hearer\\u000aof greetings) begins");
  expect(lines).toContain(
    '<time> info process 2 (speaker) meets process 1 (hearer\\u000aof greetings) on ["greeting", _]',
  );
  expect(lines.some((line) => line.includes("message"))).toBe(false);
});

test("MARKETPLACE_LOG=debug prints messages and endpoints, too", async () => {
  const lines = await logOf("debug");
  expect(lines).toContain('<time> debug process 2 (speaker) message to 1 endpoint: ["greeting", "hello"]');
  expect(lines).toContain('<time> debug process 2 (speaker) adds publisher (participant) of ["greeting", _]');
});

test("MARKETPLACE_LOG of a level that there is not is complained of in one line", async () => {
  expect(await logOf("verbose")).toEqual([
    'marketplace: MARKETPLACE_LOG: expected debug, info, warning, error, got "verbose"; nothing is logged',
  ]);
});
