import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { InspectorOptions } from "@marketplace/node-drivers";

/** A running program whose debugger listens. */
export interface Inspected extends AsyncDisposable {
  /** The address that it printed, token and all. */
  readonly address: string;
  readonly port: number;
  readonly token: string;
}

const program = fileURLToPath(new URL("inspected-program.ts", import.meta.url));

/** Starts a program that serves its debugger, as a process of its own. */
export async function startInspected(options: InspectorOptions = {}): Promise<Inspected> {
  const node = ["--conditions=@marketplace/source", "--import=tsx", program, JSON.stringify(options)];
  const child = spawn(process.execPath, node, { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^devtools: (\S+)$/.exec(line)?.[1];
    if (address === undefined) throw new Error(`expected the line with the debugger's address, got ${line}`);
    const { port, hash } = new URL(address);
    const end = (): Promise<void> => {
      child.kill();
      return gone;
    };
    return { address, port: Number(port), token: hash.slice("#token=".length), [Symbol.asyncDispose]: end };
  }
  throw new Error("the program ended before it said where its debugger is");
}
