import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

function command(script: string, ...args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}.mjs`, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

describe("npm test", () => {
  test("--list names the stages in their order", () => {
    const { code, stdout } = command("test", "--list");
    expect(code).toBe(0);
    const stages = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(stages.slice(0, 3)).toEqual(["types", "lint", "format"]);
    expect(stages).toContain("conformance");
  });

  test("runs the named stage only, and ends with its count", () => {
    const { code, stdout } = command("test", "imports");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^\[1\/1\] imports /);
    expect(lines.at(-1)).toBe(code === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
  });

  test("refuses a stage that there is not, and names those there are", () => {
    const { code, stderr } = command("test", "imports", "speed");
    expect(code).toBe(1);
    expect(stderr).toMatch(/no stage is called speed\. Stages: types, lint, /);
  });
});

describe("npm run soak", () => {
  test("refuses a name that no program of soak/ has", () => {
    const { code, stderr } = command("soak", "no-such");
    expect(code).toBe(1);
    expect(stderr).toContain("There is no soak test called no-such.");
  });
});
