import { createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { LineClient } from "./line-client.ts";
import { listening, node, Program, startExample } from "./program.ts";

describe.each(["echo", "chat"])("npm run example -- %s", (name) => {
  test("prints where it listens as its first line, then how to join", async () => {
    await using program = startExample(name, "--port", "0");
    const port = await listening(program, name);
    await program.printed(/nc 127\.0\.0\.1 \d+/);
    const [first, ...hints] = program.stdout.trimEnd().split("\n");
    expect(first).toBe(`${name}: tcp 127.0.0.1:${port}`);
    expect(hints.join("\n")).toContain(`nc 127.0.0.1 ${port}`);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends it with exit code 0 and closes the connections",
    async (signal) => {
      await using program = startExample(name, "--port", "0");
      using client = new LineClient(await listening(program, name));
      client.send("hello\n");
      await client.line(1);
      program.signal(signal);
      // A second one, as npm passes it on, changes nothing.
      program.signal(signal);
      expect(await program.ended).toEqual({ code: 0, signal: null });
      await client.closed();
      expect(program.stderr).toBe("");
    },
  );

  test("says in one line that its port is in use, and ends with exit code 1", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as { port: number };
    try {
      await using program = startExample(name, "--port", String(port));
      expect(await program.ended).toEqual({ code: 1, signal: null });
      expect(program.stdout).toBe("");
      expect(program.stderr).toMatch(
        new RegExp(`^${name}: cannot listen on 127\\.0\\.0\\.1:${port}: .*in use.*--port.*\n$`),
      );
    } finally {
      squatter.close();
    }
  });

  test("listens where --host says, and says in one line that it cannot", async () => {
    await using there = startExample(name, "--port", "0", "--host", "localhost");
    expect((await there.printed(/^(\w+): tcp (127\.0\.0\.1|\[::1\]):\d+$/m))[1]).toBe(name);
    await using nowhere = startExample(name, "--port", "0", "--host", "192.0.2.1");
    expect(await nowhere.ended).toEqual({ code: 1, signal: null });
    expect(nowhere.stderr).toMatch(new RegExp(`^${name}: cannot listen on 192\\.0\\.2\\.1:0: .*--host.*\n$`));
  });

  test("--help tells the options", async () => {
    await using program = startExample(name, "--help");
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stdout).toContain("--port PORT");
  });
});

describe("npm run example", () => {
  test.each([
    "--port=http",
    "--port=-1",
    "--port -1",
    "--port=65536",
    "--port=0x10",
    "--port=",
    "--port",
    "--prot=1",
    "--host=",
    "5999",
  ])("refuses %s in one line, with the options that there are and exit code 1", async (options) => {
    await using program = startExample("echo", ...options.split(" "));
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.stdout).toBe("");
    expect(program.stderr).toMatch(new RegExp(`^echo: .+ Options: --port PORT .+, --host ADDRESS .+\n$`));
  });

  test("passes options on to the example", async () => {
    await using program = new Program("npm", ["run", "example", "--", "echo", "--port", "0"]);
    using client = new LineClient(await listening(program, "echo"));
    client.send("hello\n");
    expect(await client.line(1)).toBe("hello");
    program.signal("SIGINT");
    expect(await program.ended).toEqual({ code: 0, signal: null });
    await program.groupGone();
  });

  test("without a name lists the examples, each with what it does", async () => {
    await using program = node(["scripts/example.mjs"]);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stdout).toMatch(/^ {2}chat +A chat room/m);
    expect(program.stdout).toMatch(/^ {2}echo +Sends back/m);
  });

  test("with an unknown name says so, lists those that there are and ends with exit code 1", async () => {
    await using program = startExample("ehco");
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.stderr).toContain(`no example called "ehco"`);
    expect(program.stderr).toMatch(/^ {2}echo /m);
    expect(program.stdout).toBe("");
  });
});
