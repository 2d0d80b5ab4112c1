import { expect, test } from "vitest";
import type { WebClient } from "../../src/web/client.ts";
import { routedServer } from "../../src/web/server.ts";
import { enter, startEcho } from "./fixtures.ts";
import { frame, opcodes } from "./raw-client.ts";

const MiB = 1024 * 1024;

/** A server whose path does with its first client what a test wants. */
function serving(open: (client: WebClient) => void): ReturnType<typeof startEcho> {
  return startEcho(
    {},
    {
      route: {
        open(client) {
          client.send("welcome");
          open(client);
        },
      },
    },
  );
}

test("pause() stops reading: what a client sends stays with it, but for one frame and what the system buffers; resume() reads on", async () => {
  let heard = 0;
  let served!: WebClient;
  await using server = await serving((client) => {
    served = client;
    client.onMessage((data) => {
      heard += data.length;
      client.pause();
    });
  });
  const client = await enter(server.port);
  const block = frame(Buffer.alloc(64 * 1024), { opcode: opcodes.binary });
  // Far more than the buffers of both ends hold.
  const blocks = 512;
  let taken = 0;
  const allTaken = new Promise<void>((resolve) => {
    const fill = (): void => {
      if (taken === blocks) return resolve();
      client.socket.write(block, () => {
        taken += 1;
        fill();
      });
    };
    fill();
  });
  await expect.poll(() => heard).toBeGreaterThan(0);
  // Nothing moves any more once the buffers are full.
  let before = -1;
  await expect.poll(() => before === (before = taken), { interval: 100 }).toBe(true);
  expect(taken).toBeLessThan(blocks);
  expect(heard).toBeLessThan(MiB);
  served.onMessage((data) => (heard += data.length));
  served.resume();
  await allTaken;
  await expect.poll(() => heard).toBe(blocks * 64 * 1024);
});

test("onDrain() tells that a client that had stopped reading has caught up", async () => {
  let drained = 0;
  let served!: WebClient;
  await using server = await serving((client) => {
    served = client;
    client.onDrain(() => (drained += 1));
  });
  const client = await enter(server.port);
  client.socket.pause();
  for (let sent = 0; sent < 16; sent += 1) served.send(Buffer.alloc(MiB));
  expect(served.unsent).toBeGreaterThan(8 * MiB);
  expect(drained).toBe(0);
  client.socket.resume();
  // How often it catches up in between is the network's affair.
  await expect.poll(() => drained > 0 && served.unsent).toBe(0);
});

test("routedServer(caller, server) refuses what is no server of ours", () => {
  expect(() => routedServer("serveBridge", { port: 1 } as never)).toThrow(
    /^serveBridge: server: expected what serveInspector\(\) returned, awaited, got \{/,
  );
});
