import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

test("docs/tcp.md shows a program that prints what the text says, and ends", async () => {
  const text = readFileSync(`${root}docs/tcp.md`, "utf8");
  const [, code = "", output] = /^```ts\n(.*?)^```$.*?^```text\n(.*?)^```$/ms.exec(text) ?? [];
  const folder = `${root}node_modules/.cache/tcp-docs`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/program.mts`, code);
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@marketplace/source", "--import=tsx", `${folder}/program.mts`],
    { cwd: root },
  );
  expect(stderr).toBe("");
  expect(stdout).toBe(output);
});
