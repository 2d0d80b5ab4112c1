import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

function command(
  script: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@marketplace/source", "--import=tsx", `scripts/${script}.mjs`, ...args],
    { cwd: root, encoding: "utf8", env: { ...process.env, ...environment } },
  );
  return { code: status, stdout, stderr };
}

describe("npm run example", () => {
  test("lists every example with what it says of itself", () => {
    const { code, stdout } = command("example", []);
    expect(code).toBe(0);
    const listed = stdout.split("\n").filter((line) => line.startsWith("  "));
    const mains = readdirSync(`${root}examples`, { recursive: true, encoding: "utf8" }).filter((file) =>
      /^[^/]+\/main\.ts$/.test(file),
    );
    expect(listed).toHaveLength(mains.length);
    for (const line of listed) expect(line).toMatch(/^ {2}[a-z-]+ {2,}[A-Z].*\.$/);
  });

  test("names the examples where there is none of that name, or where the name is a path", () => {
    for (const name of ["no-such", "../scripts", "test"]) {
      const { code, stdout, stderr } = command("example", [name]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(`There is no example called "${name}". Examples:\n`);
    }
  });
});

describe("npm start", () => {
  test("refuses a CHAT_PORT that is no port, without a stack trace", () => {
    for (const port of ["65536", "-1", "http", ""]) {
      const { code, stderr } = command("start", [], { CHAT_PORT: port });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `CHAT_PORT is to be a port, 0 to 65535 (0: any that is free); it is "${port}".\n`,
      });
    }
  });
});

describe("npm test", () => {
  test("--list names the stages in their order", () => {
    const { code, stdout } = command("test", ["--list"]);
    expect(code).toBe(0);
    const stages = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(stages.slice(0, 3)).toEqual(["types", "lint", "format"]);
    expect(stages).toContain("conformance");
  });

  test("runs the named stage only, and ends with its count", () => {
    const { code, stdout } = command("test", ["imports"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^\[1\/1\] imports /);
    expect(lines.at(-1)).toBe(code === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
  });

  test("refuses a stage that there is not, and names those there are", () => {
    const { code, stderr } = command("test", ["imports", "speed"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no stage is called speed\. Stages: types, lint, /);
  });
});

describe("npm run soak", () => {
  test("refuses a name that no program of soak/ has", () => {
    const { code, stderr } = command("soak", ["no-such"]);
    expect(code).toBe(1);
    expect(stderr).toContain("There is no soak test called no-such.");
  });
});
