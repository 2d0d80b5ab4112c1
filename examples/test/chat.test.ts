import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { LineClient } from "./line-client.ts";
import { listening, startExample, type Program } from "./program.ts";

// One room for all: each test leaves it empty.
describe("the chat room", () => {
  let program: Program;
  let port: number;
  let present: LineClient[] = [];

  beforeAll(async () => {
    program = startExample("chat", "--port", "0");
    port = await listening(program, "chat");
  });
  afterAll(() => program[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const client of present) client.end();
    for (const client of present) await client.closed();
    present = [];
  });

  /** Someone new, who has been told his name. */
  async function join(): Promise<{ name: string; client: LineClient }> {
    const client = new LineClient(port);
    present.push(client);
    const name = /^You are (user\d+)\.$/.exec(await client.line(1))?.[1];
    if (name === undefined) throw new Error(`expected a name, got ${client.lines[0]}`);
    return { name, client };
  }

  test("says to each newcomer who he is and then who is there, and to the others that he has come", async () => {
    const a = await join();
    const b = await join();
    const c = await join();
    expect(await c.client.line(3)).toBe(`${b.name} arrived.`);
    expect(await a.client.line(3)).toBe(`${c.name} arrived.`);
    expect(await b.client.line(3)).toBe(`${c.name} arrived.`);
    expect(a.client.lines).toEqual([`You are ${a.name}.`, `${b.name} arrived.`, `${c.name} arrived.`]);
    expect(b.client.lines).toEqual([`You are ${b.name}.`, `${a.name} arrived.`, `${c.name} arrived.`]);
    expect(c.client.lines).toEqual([`You are ${c.name}.`, `${a.name} arrived.`, `${b.name} arrived.`]);
  });

  test("relays a line to all who are there, the speaker included", async () => {
    const a = await join();
    const b = await join();
    a.client.send("hi\n");
    expect(await b.client.line(3)).toBe(`${a.name}: hi`);
    b.client.send("hello you\n\nstill there?\n");
    expect(await a.client.line(6)).toBe(`${b.name}: still there?`);
    expect(a.client.lines.slice(2)).toEqual([
      `${a.name}: hi`,
      `${b.name}: hello you`,
      `${b.name}: `,
      `${b.name}: still there?`,
    ]);
    expect(await b.client.line(6)).toBe(`${b.name}: still there?`);
  });

  test("announces who departs, whether he says goodbye or resets the connection", async () => {
    const a = await join();
    const b = await join();
    const c = await join();
    expect(await a.client.line(3)).toBe(`${c.name} arrived.`);
    b.client.end();
    expect(await a.client.line(4)).toBe(`${b.name} departed.`);
    c.client.reset();
    expect(await a.client.line(5)).toBe(`${c.name} departed.`);
    a.client.send("alone\n");
    expect(await a.client.line(6)).toBe(`${a.name}: alone`);
  });

  test("relays a last line without an end, to the speaker too, and ends the connection from its side", async () => {
    const a = await join();
    const b = await join();
    b.client.end("first\nand last");
    await b.client.closed();
    expect(b.client.ended).toBe(true);
    expect(b.client.lines.slice(2)).toEqual([`${b.name}: first`, `${b.name}: and last`]);
    expect(await a.client.line(5)).toBe(`${b.name} departed.`);
    expect(a.client.lines.slice(2, 4)).toEqual([`${b.name}: first`, `${b.name}: and last`]);
  });

  test("accepts CR LF, keeps tabs, and makes everything that could harm a terminal U+FFFD", async () => {
    const a = await join();
    a.client.send("from telnet\r\n\tindented\n");
    a.client.send(new Uint8Array([0x1b, 0x5b, 0x32, 0x4a, 0xff, 0xc3, 0x28, 0x07, 0x0d, 0x7f, 0xc2, 0x85, 0x0a]));
    await a.client.line(4);
    expect(a.client.lines.slice(1)).toEqual([
      `${a.name}: from telnet`,
      `${a.name}: \tindented`,
      `${a.name}: \uFFFD[2J\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD\uFFFD`,
    ]);
  });

  test("keeps a character whole whose bytes come in pieces", async () => {
    const a = await join();
    const b = await join();
    const bytes = new TextEncoder().encode("Grüße, 世界 🌍\n");
    for (const [index, byte] of bytes.entries()) {
      a.client.send(new Uint8Array([byte]));
      // What b hears back was said after a's byte had left, so that bytes seldom travel together.
      b.client.send(`${index}\n`);
      await b.client.until(() => b.client.lines.includes(`${b.name}: ${index}`));
    }
    await b.client.until(() => b.client.lines.some((line) => line.startsWith(`${a.name}: `)));
    expect(b.client.lines.filter((line) => line.startsWith(`${a.name}: `))).toEqual([`${a.name}: Grüße, 世界 🌍`]);
  });

  test("takes a line of 64 KiB, and ends the session of one who sends a longer one", async () => {
    const a = await join();
    const b = await join();
    const longest = "x".repeat(64 * 1024);
    b.client.send(`${longest}\r\n`);
    expect((await a.client.line(3)) === `${b.name}: ${longest}`).toBe(true);
    b.client.send(`before\n${longest}y\nafter\n`);
    await b.client.closed();
    expect(await a.client.line(5)).toBe(`${b.name} departed.`);
    expect(a.client.lines[3]).toBe(`${b.name}: before`);
  });

  test("ends the session of one who sends 64 KiB and more without any end of line", async () => {
    const a = await join();
    a.client.send("x".repeat(64 * 1024 + 2));
    await a.client.closed();
    expect(a.client.lines).toHaveLength(1);
  });

  test("is not disturbed by a client that connects and goes at once, nor by bytes that are no text", async () => {
    const a = await join();
    for (let i = 0; i < 20; i++) {
      const client = new LineClient(port);
      if (i % 2 === 0) client.end(new Uint8Array(1000).fill(i));
      else client.reset();
      await client.closed();
    }
    a.client.send("still here\n");
    await a.client.until(() => a.client.lines.includes(`${a.name}: still here`));
    const who = (did: string): string[] =>
      a.client.lines.filter((line) => line.endsWith(` ${did}.`)).map((line) => line.split(" ", 1)[0] as string);
    await a.client.until(() => who("departed").length >= who("arrived").length);
    expect(new Set(who("departed"))).toEqual(new Set(who("arrived")));
    expect(program.stderr).toBe("");
  });
});
