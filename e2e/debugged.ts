// Programs that are looked at by the debugger's page, as processes of their own.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { InspectorOptions } from "@marketplace/node-drivers";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A running program whose debugger listens. */
export class Debugged implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #printed: Printed;

  constructor(child: ChildProcess, gone: Promise<void>, printed: Printed) {
    this.#child = child;
    this.#gone = gone;
    this.#printed = printed;
  }

  /** The address that it printed, token and all. */
  get address(): string {
    return this.#printed.all(ADDRESS)[0] ?? "";
  }

  get port(): number {
    return Number(new URL(this.address).port);
  }

  /** The port of the chat, if it is one. */
  get chatPort(): number {
    return Number(this.#printed.all(CHAT)[0] ?? 0);
  }

  /** The address of its chat page, if it serves one. */
  get pageAddress(): string {
    return this.#printed.all(CHAT_PAGE)[0] ?? "";
  }

  /** The ports of chats in pages, in the order in which they were opened. */
  get browserChatPorts(): readonly number[] {
    return this.#printed.all(BROWSER_CHAT).map(Number);
  }

  /** Ends it at once, as a crash of the machine would. */
  async kill(): Promise<void> {
    const { pid, spawnfile } = this.#child;
    if (spawnfile !== "npm") this.#child.kill("SIGKILL");
    else if (pid !== undefined && this.#child.exitCode === null) process.kill(-pid, "SIGKILL");
    await this.#gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** What a program has printed on stdout so far. */
class Printed {
  #text = "";

  constructor(stdout: Readable) {
    stdout.setEncoding("utf8");
    stdout.on("data", (text: string) => (this.#text += text));
  }

  get text(): string {
    return this.#text;
  }

  /** What the first group of a pattern stands for, wherever it matches. */
  all(pattern: RegExp): string[] {
    return [...this.#text.matchAll(new RegExp(pattern, "gm"))].map(([, found = ""]) => found);
  }
}

const ADDRESS = /^devtools: (\S+)$/m;
const CHAT = /^chat: tcp \S+:(\d+)$/m;
const CHAT_PAGE = /^chat-page: (\S+)$/m;
const BROWSER_CHAT = /^browser chat: tcp 127\.0\.0\.1:(\d+)$/m;

/** What `npm start` runs: the chat server with the debugger, on free ports unless told otherwise. */
export function startChat(env: Readonly<Record<string, string>> = {}): Promise<Debugged> {
  return start(["scripts/start.mjs"], { CHAT_PORT: "0", PORT: "0", BROWSER_CHAT_PORT: "0", ...env }, [ADDRESS, CHAT]);
}

/** `npm start` itself, at a port of the debugger, with its files in a directory of its own. */
export function npmStart(port: number, state: string): Promise<Debugged> {
  const env = { CHAT_PORT: "0", BROWSER_CHAT_PORT: "0", PORT: String(port), XDG_STATE_HOME: state };
  return run("npm", ["start", "--silent"], env, [ADDRESS, CHAT]);
}

/** A program in which a message was sent before anybody listened. */
export function startNews(options: InspectorOptions = {}): Promise<Debugged> {
  return start(["e2e/debugged-program.ts", JSON.stringify(options)], {}, [ADDRESS]);
}

/** A program in which a message reaches some endpoints, and others not, for all reasons that there are. */
export function startVerdicts(): Promise<Debugged> {
  return start(["e2e/verdicts-program.ts"], {}, [ADDRESS]);
}

/** A program of 1,000 processes. */
export function startCrowd(): Promise<Debugged> {
  return start(["e2e/crowd-program.ts"], {}, [ADDRESS]);
}

/** A chat room without a debugger. */
export function startRoom(port = 0): Promise<Debugged> {
  return start(["examples/chat/main.ts", "--port", String(port)], {}, [CHAT]);
}

/** Serves pages that join the room at this port. */
export function startChatPage(port: number): Promise<Debugged> {
  return start(["examples/chat-page/main.ts", "--port", String(port)], {}, [CHAT_PAGE]);
}

/** A program that does nothing but have pages run a chat. */
export function startOffer(
  options: InspectorOptions & { readonly chatPort: number; readonly denied?: boolean },
): Promise<Debugged> {
  return start(["e2e/browser-vm-program.ts", JSON.stringify(options)], {}, [ADDRESS]);
}

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  awaited: readonly RegExp[],
): Promise<Debugged> {
  return run(process.execPath, ["--conditions=@marketplace/source", "--import=tsx", ...args], env, awaited);
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  awaited: readonly RegExp[],
): Promise<Debugged> {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    // npm runs other programs: a group of its own ends as a whole. What is alone ends with the group of the tests.
    detached: program === "npm",
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const printed = new Printed(child.stdout);
  while (!awaited.every((pattern) => pattern.test(printed.text))) {
    await Promise.race([once(child.stdout, "data"), gone]);
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the program ended before it said where its debugger is:\n${printed.text}`);
  }
  return new Debugged(child, gone, printed);
}
