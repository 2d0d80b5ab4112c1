import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let home = "";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "browser-"));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

/** A program that answers as a browser does, or not at all. */
function program(path: string, answer: string | undefined): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, answer === undefined ? "#!/bin/sh\nexit 127\n" : `#!/bin/sh\necho ${JSON.stringify(answer)}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** What findBrowser says in a process whose home and PATH are in the temporary folder. */
function found(environment: Record<string, string> = {}): { version: string; from: string } | undefined {
  const script = new URL("../browser.mjs", import.meta.url).href;
  const ask = `import { findBrowser } from ${JSON.stringify(script)}; console.log(JSON.stringify(findBrowser() ?? null));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", ask], {
    encoding: "utf8",
    env: { HOME: home, PATH: join(home, "bin"), ...environment },
  });
  const browser = JSON.parse(stdout) as { version: string; from: string } | null;
  return browser === null ? undefined : { version: browser.version, from: browser.from };
}

const download = (build: number): string =>
  `.cache/ms-playwright/chromium_headless_shell-${build}/chrome-linux/headless_shell`;

describe("findBrowser", () => {
  test("takes what CHROME_PATH names before a download of Playwright's, and that before the system's", () => {
    program("bin/chromium", "Chromium 1");
    expect(found()).toEqual({ version: "Chromium 1", from: "PATH" });
    program(download(9), "Chromium 2");
    expect(found()).toEqual({ version: "Chromium 2", from: "Playwright" });
    const named = program("elsewhere/chrome", "Chromium 3");
    expect(found({ CHROME_PATH: named })).toEqual({ version: "Chromium 3", from: "CHROME_PATH" });
  });

  test("takes the newest download, by number", () => {
    program(download(998), "Chromium old");
    program(download(1002), "Chromium new");
    expect(found()?.version).toBe("Chromium new");
  });

  test("passes over a program that does not answer --version", () => {
    const broken = program("elsewhere/chrome", undefined);
    program(download(9), undefined);
    program("bin/chromium", "Chromium 1");
    expect(found({ CHROME_PATH: broken })).toEqual({ version: "Chromium 1", from: "PATH" });
  });
});
