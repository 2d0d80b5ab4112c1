import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { LineClient } from "./line-client.ts";
import { listening, startExample } from "./program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The chat client as a program that somebody types to. */
class Typist {
  stdout = "";
  stderr = "";
  readonly code: Promise<number | null>;
  readonly #child: ChildProcess;
  #changed = (): void => {};

  constructor(...options: readonly string[]) {
    this.#child = spawn(
      process.execPath,
      ["--conditions=@marketplace/source", "--import=tsx", "scripts/example.mjs", "chat-client", ...options],
      {
        cwd: root,
      },
    );
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#changed();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.code = new Promise((resolve) => this.#child.on("close", (code) => resolve(code)));
    onTestFinished(() => void this.#child.kill("SIGKILL"));
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  shows(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = () => {
        if (this.stdout.includes(text)) resolve();
      };
      this.#changed();
    });
  }
}

test("npm run example -- chat-client: what is typed is heard in the room, what is said there is shown, and the end of input leaves", async () => {
  await using server = startExample("chat", "--port", "0");
  const port = await listening(server, "chat");
  using other = new LineClient(port);
  await other.line(1);
  const typist = new Typist("--port", String(port));
  await other.until(() => other.lines.some((line) => line.endsWith("arrived.")));
  await typist.shows("You are ");
  typist.type("hello ěverybody\nsecond\n");
  await other.until(() => other.lines.some((line) => line.endsWith(": second")));
  expect(other.lines.some((line) => line.endsWith(": hello ěverybody"))).toBe(true);
  other.send("welcome\n");
  await typist.shows(": welcome\n");
  typist.type("the last");
  typist.endInput();
  expect(await typist.code).toBe(0);
  await other.until(() => other.lines.some((line) => line.endsWith("departed.")));
  expect(other.lines.some((line) => line.endsWith(": the last"))).toBe(true);
  expect(typist.stderr).toBe("");
});

test("chat-client ends with exit code 0 when the server ends, and at SIGINT", async () => {
  await using server = startExample("chat", "--port", "0");
  const port = await listening(server, "chat");
  const [first, second] = [new Typist("--port", String(port)), new Typist("--port", String(port))];
  await Promise.all([first.shows("You are "), second.shows("You are ")]);
  first.signal("SIGINT");
  expect(await first.code).toBe(0);
  server.signal("SIGTERM");
  expect(await second.code).toBe(0);
});

test("chat-client says in one line that nobody listens there, and ends with exit code 1", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => closed.once("listening", resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const typist = new Typist("--port", String(port));
  expect(await typist.code).toBe(1);
  expect(typist.stderr).toBe(
    `chat-client: cannot connect to 127.0.0.1 port ${port}: connect ECONNREFUSED 127.0.0.1:${port} (ECONNREFUSED)\n`,
  );
});

test("chat-client shows control characters that a server sends as U+FFFD", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end("\u001b[2Jcleared\n");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const typist = new Typist("--port", String((server.address() as { port: number }).port));
  expect(await typist.code).toBe(0);
  expect(typist.stdout).toBe("\uFFFD[2Jcleared\n");
});
