import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let root = "";

/** A repository with one package of its own to install, so that npm needs no registry. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "setup-"));
  for (const script of ["setup.mjs", "apt.mjs", "browser.mjs"]) {
    cpSync(fileURLToPath(new URL(`../${script}`, import.meta.url)), join(root, "scripts", script));
  }
  mkdirSync(join(root, "packages/one"), { recursive: true });
  const one = { name: "one", version: "1.0.0" };
  writeFileSync(join(root, "packages/one/package.json"), JSON.stringify(one));
  writeFileSync(
    join(root, "package.json"),
    JSON.stringify({ name: "sample", private: true, workspaces: ["packages/*"] }),
  );
  const packages = {
    "": { name: "sample", workspaces: ["packages/*"] },
    "node_modules/one": { resolved: "packages/one", link: true },
    "packages/one": one,
  };
  writeFileSync(
    join(root, "package-lock.json"),
    JSON.stringify({ name: "sample", lockfileVersion: 3, requires: true, packages }),
  );
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function setup(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/setup.mjs", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

describe("setup.mjs", () => {
  test("installs where nothing is, says so on standard error only, and then has nothing to do", () => {
    const first = setup();
    expect(first).toMatchObject({ code: 0, stdout: "" });
    expect(first.stderr).toContain("installing packages (nothing is installed yet)");
    expect(existsSync(join(root, "node_modules/one/package.json"))).toBe(true);
    expect(setup()).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("installs anew where a package is gone or another version is installed", () => {
    setup();
    rmSync(join(root, "node_modules/one"));
    expect(setup().stderr).toContain("installing packages (node_modules/one is gone)");

    const list = join(root, "node_modules/.package-lock.json");
    writeFileSync(list, readFileSync(list, "utf8").replace(`"link": true`, `"version": "0.0.1"`));
    expect(setup().stderr).toContain("installing packages (node_modules/one has another version)");
    expect(setup().stderr).toBe("");
  });

  test("says what to do where npm ci fails", () => {
    writeFileSync(
      join(root, "packages/one/package.json"),
      `{ "name": "one", "version": "2.0.0", "dependencies": { "one": "9" } }`,
    );
    expect(setup()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("npm ci ended with exit code 1. Is the npm"),
    });
  });

  test("refuses an option that it does not know", () => {
    expect(setup("--brwser")).toMatchObject({ code: 1, stderr: expect.stringContaining("unknown option --brwser") });
  });
});
