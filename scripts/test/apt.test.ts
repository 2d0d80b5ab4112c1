import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";

const script = new URL("../apt.mjs", import.meta.url).href;

/** Calls ensureAptPackages in a process that finds no program at all. */
function ensure(names: readonly string[]): { stdout: string; stderr: string } {
  const ask = `import { ensureAptPackages } from ${JSON.stringify(script)}; console.log(ensureAptPackages(${JSON.stringify(names)}));`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", ask], { encoding: "utf8", env: { PATH: "" } });
}

describe("ensureAptPackages", () => {
  test("says no, and why, on a system without apt-get", () => {
    const { stdout, stderr } = ensure(["nsd", "bind9-dnsutils"]);
    expect(stdout).toBe("false\n");
    expect(stderr).toBe("setup: nsd bind9-dnsutils: not installed, and this system has no apt-get\n");
  });

  test("has nothing to do for no package", () => {
    expect(ensure([])).toMatchObject({ stdout: "true\n", stderr: "" });
  });
});
