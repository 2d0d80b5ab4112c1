import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { InspectorOptions } from "../../src/inspector/serve-inspector.ts";
import { Viewer } from "./viewer.ts";

const program = fileURLToPath(new URL("waiting-program.ts", import.meta.url));

/** A program of its own with a viewer that is connected to it. */
async function startProgram(options: InspectorOptions) {
  const node = ["--conditions=@marketplace/source", "--import=tsx", program, JSON.stringify(options)];
  const child = spawn(process.execPath, node, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const { port, hash } = new URL((await line()).replace(/^devtools: /, ""));
  const server = { port: Number(port), token: hash.slice("#token=".length) };
  const viewer = await Viewer.open(server);
  await viewer.await("welcome");
  return { child, exited, line, server, viewer };
}

test("serveInspector(vm) keeps no program alive, not even for a viewer that looks", async () => {
  const { child, exited } = await startProgram({});
  child.stdin.end();
  expect(await exited).toBe(0);
}, 20_000);

test("serveInspector(vm, { linger: true }) goes on when the program has nothing else to do", async () => {
  const { child, line, server, viewer } = await startProgram({ linger: true });
  child.stdin.end();
  expect(await line()).toBe("input over");
  expect(await viewer.ask({ command: "snapshot" })).toMatchObject({ type: "reply" });
  const late = await Viewer.open(server);
  expect(await late.await("status")).toMatchObject({ ended: true });
  expect(child.exitCode).toBeNull();
}, 20_000);
