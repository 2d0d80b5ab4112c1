// Programs that are looked at by the debugger's page, as processes of their own.
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { InspectorOptions } from "@marketplace/node-drivers";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A running program whose debugger listens. */
export class Debugged implements AsyncDisposable {
  /** The address that it printed, token and all. */
  readonly address: string;
  /** The port of the chat, if it is one. */
  readonly chatPort: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;

  constructor(child: ChildProcess, gone: Promise<void>, output: string) {
    this.#child = child;
    this.#gone = gone;
    this.address = ADDRESS.exec(output)?.[1] ?? "";
    this.chatPort = Number(CHAT.exec(output)?.[1] ?? 0);
  }

  get port(): number {
    return Number(new URL(this.address).port);
  }

  /** Ends it at once, as a crash of the machine would. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

const ADDRESS = /^devtools: (\S+)$/m;
const CHAT = /^chat: tcp \S+:(\d+)$/m;

/** What `npm start` runs: the chat server with the debugger, on free ports. */
export function startChat(): Promise<Debugged> {
  return start(["scripts/start.mjs"], { CHAT_PORT: "0", PORT: "0" }, [ADDRESS, CHAT]);
}

/** A program in which a message was sent before anybody listened. */
export function startNews(options: InspectorOptions = {}): Promise<Debugged> {
  return start(["e2e/debugged-program.ts", JSON.stringify(options)], {}, [ADDRESS]);
}

async function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  awaited: readonly RegExp[],
): Promise<Debugged> {
  const child = spawn(process.execPath, ["--conditions=@marketplace/source", "--import=tsx", ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let output = "";
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout) {
    output += String(text);
    if (awaited.every((pattern) => pattern.test(output))) {
      child.stdout.resume();
      return new Debugged(child, gone, output);
    }
  }
  throw new Error(`the program ended before it said where its debugger is:\n${output}`);
}
