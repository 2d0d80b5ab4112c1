import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { LineClient } from "./line-client.ts";
import { listening, Program } from "./program.ts";

function npmStart(port: string, devtools = "0", browserChat = "0"): Program {
  return new Program("npm", ["start"], { env: { CHAT_PORT: port, PORT: devtools, BROWSER_CHAT_PORT: browserChat } });
}

describe("npm start", { timeout: 60_000 }, () => {
  test.each([
    ["SIGINT", "npm alone"],
    ["SIGTERM", "npm alone"],
    ["SIGINT", "the whole group"],
    ["SIGTERM", "the whole group"],
  ] as const)("serves the chat, and on %s to %s ends with exit code 0 and leaves no process", async (signal, to) => {
    await using program = npmStart("0");
    const port = await listening(program, "chat");
    using client = new LineClient(port);
    expect(await client.line(1)).toBe("You are user1.");
    if (to === "npm alone") program.signal(signal);
    else program.signalGroup(signal);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    await client.closed();
    await program.groupGone();
  });

  test("listens on CHAT_PORT; where that is in use it says so in one line and ends with exit code 1", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as { port: number };
    await using refused = npmStart(String(port));
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.stderr).toMatch(new RegExp(`^chat: cannot listen on 127\\.0\\.0\\.1:${port}: .*in use`, "m"));
    expect(refused.stderr).not.toMatch(/^\s+at /m);
    squatter.close();
    await once(squatter, "close");
    await using accepted = npmStart(String(port));
    expect(await listening(accepted, "chat")).toBe(port);
  });

  test("serves the debugger of the chat, and prints its address beside the chat's line", async () => {
    await using program = npmStart("0");
    await listening(program, "chat");
    const [, address = ""] = await program.printed(/^devtools: (http:\/\/127\.0\.0\.1:\d+\/#token=\S+)$/m);
    const page = await fetch(address.replace(/#.*/, ""));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Marketplace devtools");
  });

  test("where PORT is in use it says so in one line and ends with exit code 1", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as { port: number };
    await using refused = npmStart("0", String(port));
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.stderr).toMatch(new RegExp(`^devtools: cannot listen on 127\\.0\\.0\\.1:${port}: .*in use`, "m"));
    expect(refused.stderr).not.toMatch(/^\s+at /m);
    squatter.close();
    await once(squatter, "close");
  });

  test.each(["chat", "-1", "65536", "59 99", ""])("refuses CHAT_PORT=%j in one line", async (port) => {
    await using program = npmStart(port);
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.stderr).toMatch(/^CHAT_PORT .+$/m);
    expect(program.stderr).not.toMatch(/^\s+at /m);
  });

  test("refuses a PORT that is none in one line", async () => {
    await using program = npmStart("0", "web");
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.stderr).toMatch(/^PORT .+$/m);
  });

  test("refuses a BROWSER_CHAT_PORT that is none in one line", async () => {
    await using program = npmStart("0", "0", "tab");
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.stderr).toMatch(/^BROWSER_CHAT_PORT .+$/m);
  });
});
