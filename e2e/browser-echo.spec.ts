import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test, type Page } from "@playwright/test";
import { serveTab, type TabPage } from "./tab-page.ts";

const MIB = 1024 * 1024;

let tab: TabPage;

test.beforeAll(async () => {
  tab = await serveTab();
});

test.afterAll(async () => {
  await tab[Symbol.asyncDispose]();
});

/** Opens the tab. @returns the port on which it listens */
async function open(page: Page): Promise<number> {
  const before = tab.ports.length;
  await page.goto(tab.address);
  await expect.poll(() => tab.ports.length).toBe(before + 1);
  return tab.ports[before] ?? 0;
}

function sha256(chunks: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** Reads until the other side has ended its half. */
async function all(socket: Socket): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return chunks;
}

/** Sends it, and reads as much as it was. @returns what came */
async function there(socket: Socket, bytes: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let missing = bytes.length;
  const done = new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      missing -= chunk.length;
      if (missing > 0) return;
      socket.off("data", take).off("close", fail);
      resolve();
    };
    const fail = (): void => reject(new Error(`closed with ${missing} bytes missing`));
    socket.on("data", take).once("close", fail);
  });
  socket.write(bytes);
  await done;
  return Buffer.concat(chunks);
}

test("64 MiB from a TCP client go through the tab and come back as they were, to the end", async ({ page }, info) => {
  test.setTimeout(180_000);
  const client = await connected(await open(page));
  const part = randomBytes(MIB);
  const parts = Array.from({ length: 64 }, (_, i) => Buffer.concat([part.subarray(i), part.subarray(0, i)]));
  const begin = performance.now();
  const back = all(client);
  for (const each of parts) if (!client.write(each)) await once(client, "drain");
  client.end();
  const chunks = await back;
  const seconds = (performance.now() - begin) / 1000;
  info.annotations.push({ type: "rate", description: `${(64 / seconds).toFixed(1)} MiB/s` });
  console.log(`64 MiB through a tab and back: ${(64 / seconds).toFixed(1)} MiB/s`);
  expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(64 * MIB);
  expect(sha256(chunks)).toBe(sha256(parts));
});

test("of 100 connections one does not read: the others go on, and in the end it gets all that is its own", async ({
  page,
}, info) => {
  test.setTimeout(300_000);
  const port = await open(page);
  const clients = await Promise.all(Array.from({ length: 100 }, () => connected(port)));
  const [stalled, ...others] = clients as [Socket, ...Socket[]];
  const bytes = randomBytes(64 * 1024);
  /** Each of them sends 64 KiB twice, and gets it back. @returns how long that takes */
  const round = async (): Promise<number> => {
    const begin = performance.now();
    const echoes = others.map(async (client) => {
      for (let i = 0; i < 2; i++) expect((await there(client, bytes)).equals(bytes)).toBe(true);
    });
    await Promise.all(echoes);
    return performance.now() - begin;
  };
  const rounds = async (): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) times.push(await round());
    return times.toSorted((a, b) => a - b)[1] ?? 0;
  };
  await round();
  const before = await rounds();
  // More than all buffers on the way hold, so that it is stopped by the bridge.
  const much = Array.from({ length: 32 }, () => randomBytes(MIB));
  stalled.pause();
  for (const each of much) stalled.write(each);
  stalled.end();
  let unsent = Infinity;
  const isStuck = (): boolean => unsent === (unsent = stalled.writableLength);
  await expect.poll(isStuck, { intervals: [1000], timeout: 60_000 }).toBe(true);
  const during = await rounds();
  expect(stalled.writableFinished).toBe(false);
  const rate = (before / during).toFixed(2);
  info.annotations.push({ type: "rate of the others", description: `${rate} of what it was` });
  console.log(`99 connections beside one that is stalled: ${rate} of their rate`);
  expect(sha256(await all(stalled))).toBe(sha256(much));
  for (const client of others) client.destroy();
});
