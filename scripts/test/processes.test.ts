import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { run } from "../processes.mjs";

const node = process.execPath;

/** Whether a process is there. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("run", () => {
  test("gives the exit code, standard output, and both outputs together", async () => {
    const program = `console.log("out"); console.error("err"); process.exitCode = 7`;
    const { code, stdout, output } = await run(node, ["-e", program]);
    expect({ code, stdout }).toEqual({ code: 7, stdout: "out\n" });
    expect(output.split("\n").toSorted()).toEqual(["", "err", "out"]);
  });

  test("reports a program that is not there as a failure that says so", async () => {
    const { code, output } = await run("no-such-program-here", []);
    expect(code).toBe(1);
    expect(output).toContain("no-such-program-here could not be started");
  });

  test("ends a program that takes longer than timeLimit", async () => {
    const { code, output } = await run(node, ["-e", "setInterval(() => {}, 1000)"], { timeLimit: 50 });
    expect(code).toBe(1);
    expect(output).toContain("took longer than 0.05 s");
  });

  test("ends what the program left running in its group, which would keep the pipes open for ever", async () => {
    const left = `["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" }`;
    const program = `require("node:child_process").spawn(process.execPath, ${left}); process.exit(0)`;
    expect((await run(node, ["-e", program])).code).toBe(0);
  });
});

describe("endChildrenOnSignals", () => {
  const script = new URL("../processes.mjs", import.meta.url).href;
  const program = `
    import { endChildrenOnSignals, run } from ${JSON.stringify(script)};
    endChildrenOnSignals();
    await run(process.execPath, ["-e", "console.log(process.pid); setInterval(() => {}, 1000)"], { show: true });`;

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} ends the children first, then us with exit code ${code}`, async () => {
      const parent = spawn(node, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
      const exit = once(parent, "exit");
      const [child] = await once(parent.stdout, "data");
      expect(exists(Number(child))).toBe(true);
      parent.kill(signal);
      parent.kill(signal);
      expect(await exit).toEqual([code, null]);
      expect(exists(Number(child))).toBe(false);
    });
  }
});
