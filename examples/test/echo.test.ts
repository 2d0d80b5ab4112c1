import { createHash, randomBytes, type Hash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { LineClient } from "./line-client.ts";
import { listening, node, startExample, type Program } from "./program.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const TOTAL = 62 * MIB;

/** Write `total` random bytes as fast as the socket takes them, and end our half. */
async function upload(socket: Socket, total: number, hash: Hash): Promise<void> {
  for (let written = 0; written < total; written += 64 * KIB) {
    const chunk = randomBytes(64 * KIB);
    hash.update(chunk);
    if (!socket.write(chunk)) await once(socket, "drain");
  }
  socket.end();
}

/**
 * Wait until nothing that `socket` has to send is taken any more, although the server has time: until that many messages in a row went
 * there and back on another connection.
 *
 * @returns how many bytes were taken
 */
async function stalled(socket: Socket, other: LineClient): Promise<number> {
  let taken = -1;
  for (let unchanged = 0; unchanged < 200; unchanged++) {
    const now = socket.bytesWritten - socket.writableLength;
    if (now !== taken) unchanged = 0;
    taken = now;
    other.send("there and back\n");
    await other.line(other.lines.length + 1);
  }
  return taken;
}

/** The bytes in use. What a collection frees is given back in the background, so the least of several answers counts. */
async function memory(program: Program): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 20; i++) least = Math.min(least, ((await program.ask("memory")) as { used: number }).used);
  return least;
}

test("the echo server returns what it gets, and closes its half when the client has closed its own", async () => {
  await using program = startExample("echo", "--port", "0");
  using client = new LineClient(await listening(program, "echo"));
  client.send("one\ntwo\n");
  expect(await client.line(2)).toBe("two");
  expect(client.ended).toBe(false);
  client.end("three\n");
  await client.closed();
  expect(client.ended).toBe(true);
  expect(client.lines).toEqual(["one", "two", "three"]);
});

test(
  "64 MiB through the echo server come back whole after half-close, and memory is bounded while the client reads nothing",
  { timeout: 240_000 },
  async () => {
    const probe = "--import=./examples/test/memory-probe.mjs";
    await using program = node(["--expose-gc", probe, "scripts/example.mjs", "echo", "--port", "0"], { ipc: true });
    const port = await listening(program, "echo");
    using other = new LineClient(port);
    other.send("warm up\n");
    await other.line(1);
    const before = await memory(program);

    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    try {
      const sent = createHash("sha256");
      const uploaded = upload(socket, TOTAL, sent);
      expect(await stalled(socket, other)).toBeLessThan(TOTAL);
      expect((await memory(program)) - before).toBeLessThan(2 * MIB);

      const received = createHash("sha256");
      let size = 0;
      socket.on("data", (chunk: Buffer) => {
        received.update(chunk);
        size += chunk.length;
      });
      await Promise.all([uploaded, once(socket, "end")]);
      expect(size).toBe(TOTAL);
      expect(received.digest("hex")).toBe(sent.digest("hex"));
      expect((await memory(program)) - before).toBeLessThan(2 * MIB);
    } finally {
      socket.destroy();
    }
  },
);

test("the echo server survives clients who reset, and goes on with the others", async () => {
  await using program = startExample("echo", "--port", "0");
  const port = await listening(program, "echo");
  using staying = new LineClient(port);
  for (let i = 0; i < 20; i++) {
    using resetting = new LineClient(port);
    resetting.send("x".repeat(1000) + "\n");
    await resetting.line(1);
    resetting.reset();
    await resetting.closed();
  }
  staying.send("still here\n");
  expect(await staying.line(1)).toBe("still here");
  expect(program.stderr).toBe("");
});

test("the echo server ends on SIGINT although a client takes nothing of what it still has to send", async () => {
  await using program = startExample("echo", "--port", "0");
  const port = await listening(program, "echo");
  using other = new LineClient(port);
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    // The end of the server cuts it off.
    upload(socket, TOTAL, createHash("sha256")).catch(() => {});
    await stalled(socket, other);
    program.signal("SIGINT");
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe("");
  } finally {
    socket.destroy();
  }
});
