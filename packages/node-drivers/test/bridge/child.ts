import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { BridgeOptions } from "../../src/bridge/options.ts";
import type { BridgeServer } from "../../src/bridge/serve-bridge.ts";

/** A program of this folder in a process of its own, which ends with the test; and the port that it has printed. */
async function startChild(program: string, args: readonly string[]): Promise<{ child: ChildProcess; port: number }> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@marketplace/source", "--import=tsx", path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("exit", (code, signal) => reject(new Error(`${program} ended with ${signal ?? code}`)));
  });
  return { child, port: Number(port) };
}

/** A bridge in a process of its own. */
export async function startBridgeChild(
  options: BridgeOptions & { readonly token: string },
): Promise<{ child: ChildProcess; server: Pick<BridgeServer, "url" | "token" | "port"> }> {
  const { child, port } = await startChild("bridge-program.ts", [JSON.stringify(options)]);
  return { child, server: { port, token: options.token, url: `ws://127.0.0.1:${port}/bridge` } };
}

/** A VM with an echo server, in a process of its own, on the other side of a bridge. */
export function startBridgedChild({
  url,
  token,
}: Pick<BridgeServer, "url" | "token">): Promise<{ child: ChildProcess; port: number }> {
  return startChild("bridged-program.ts", [url, token]);
}
