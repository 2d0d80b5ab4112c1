import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../processes.mjs";

const right = { events: [], alive: ["A"], order: "total" };

function vector(boot: unknown, steps: readonly unknown[] = [], trace: readonly unknown[] = []): string {
  return JSON.stringify({
    scenario: { name: "a", processes: { A: {} }, steps },
    trace: { boot, steps: trace },
  });
}

describe("npm run conformance -- DIR", () => {
  let caller: string;

  beforeAll(() => {
    caller = mkdtempSync(join(tmpdir(), "marketplace-conformance-"));
    const files = {
      "good/one.json": vector(right),
      "good/deep/two.json": vector(right),
      "good/notes.txt": "no vector",
      "bad/differs.json": vector(right, [{ in: "A", do: [{ op: "quit" }] }], [right]),
      "bad/good.json": vector(right),
      "bad/malformed.json": vector({ ...right, order: "any" }),
      "bad/no.json": "{",
      "none/notes.txt": "no vector",
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(caller, file, ".."), { recursive: true });
      writeFileSync(join(caller, file), text);
    }
  });
  afterAll(() => rmSync(caller, { recursive: true }));

  /** As npm starts it: in the project's folder, with the caller's in the environment. */
  const conformance = (...args: readonly string[]): ReturnType<typeof run> => {
    const command = ["--conditions=@marketplace/source", "--import=tsx", "scripts/conformance.ts", ...args];
    return run(process.execPath, command, { env: { INIT_CWD: caller } });
  };

  it("runs the vectors in DIR and its subfolders, DIR seen from the caller's folder", async () => {
    const { code, stdout } = await conformance("good");
    expect(stdout).toBe("2 passed, 0 failed\n");
    expect(code).toBe(0);
  });

  it("prints the first step that differs, or what is wrong with the file, and ends with exit code 1", async () => {
    const { code, stdout } = await conformance(join(caller, "bad"));
    expect(stdout.trimEnd().split("\n")).toEqual([
      'differs.json: step 0 {"in":"A","do":[{"op":"quit"}]}: alive',
      '  expected  ["A"]',
      "  came      []",
      'malformed.json: trace.boot.order: expected one of total, perProcess, perEndpoint, multiset, got "any"',
      expect.stringMatching(/^no\.json: expected JSON: /),
      "1 passed, 3 failed",
    ]);
    expect(code).toBe(1);
  });

  it.each([
    ["has no vector", ["none"], /^conformance: expected vectors \(\*\.json\) in .*none, found none\n$/],
    ["does not exist", ["nowhere"], /^conformance: cannot read the vectors in .*nowhere: ENOENT/],
    ["is a file", ["none/notes.txt"], /^conformance: cannot read the vectors in .*notes\.txt: ENOTDIR/],
    ["comes with another", ["good", "bad"], /^conformance: expected one folder of vectors at most, got good bad\n$/],
  ])("says so and ends with exit code 2 where DIR %s", async (_, args, message) => {
    const { code, stdout, output } = await conformance(...args);
    expect(output).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
