// An example, or an npm script, as a child process: what it prints, how it ends, and that nothing is left of it.
import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** How a program ended: one of the two is null. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program, with its children in a process group of its own. Disposing of it ends the whole group. */
export class Program implements AsyncDisposable {
  readonly ended: Promise<Ending>;
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;

  constructor(
    command: string,
    args: readonly string[],
    options: { readonly env?: Readonly<Record<string, string>>; readonly ipc?: boolean } = {},
  ) {
    const stdio: StdioOptions = ["ignore", "pipe", "pipe", ...(options.ipc === true ? (["ipc"] as const) : [])];
    this.#child = spawn(command, args, { cwd: root, env: { ...process.env, ...options.env }, detached: true, stdio });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
    });
  }

  /** Wait until standard output matches. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found !== null) return found;
      const more = new Promise<undefined>((resolve) => this.#child.stdout?.once("data", () => resolve(undefined)));
      const ending = await Promise.race([more, this.ended]);
      if (ending !== undefined) {
        throw new Error(
          `ended with ${JSON.stringify(ending)} before it printed ${pattern}:\n${this.stdout}${this.stderr}`,
        );
      }
    }
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.#pid, signal);
  }

  /** As a terminal's Ctrl-C does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.#pid, signal);
  }

  /** Wait until no process of the group is left. */
  async groupGone(): Promise<void> {
    while (this.#groupAlive()) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Ask the program, if it was started with `ipc` and has something that answers. */
  ask(question: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#child.once("message", resolve);
      this.#child.send(question, (error) => error !== null && reject(error));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#groupAlive()) this.signalGroup("SIGKILL");
    await this.ended.catch(() => {});
  }

  get #pid(): number {
    if (this.#child.pid === undefined) throw new Error("the program could not be started");
    return this.#child.pid;
  }

  #groupAlive(): boolean {
    try {
      process.kill(-this.#pid, 0);
      return true;
    } catch {
      return false;
    }
  }
}

/** An example, as `npm run example` runs it, without npm. */
export function startExample(name: string, ...options: readonly string[]): Program {
  return node(["scripts/example.mjs", name, ...options]);
}

/** Node, set up for the repository's sources. */
export function node(args: readonly string[], options?: { readonly ipc?: boolean }): Program {
  return new Program(process.execPath, ["--conditions=@marketplace/source", "--import=tsx", ...args], options);
}

/** Wait for the line that says where it listens. @returns the port */
export async function listening(program: Program, name: string): Promise<number> {
  const [, port] = await program.printed(new RegExp(`^${name}: tcp 127\\.0\\.0\\.1:(\\d+)$`, "m"));
  return Number(port);
}
