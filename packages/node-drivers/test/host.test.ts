import { expect, test, vi } from "vitest";
import { nodeHost } from "@marketplace/node-drivers";

test("nodeHost().defer gives timers and sockets their turn, also when it is called again and again", async () => {
  const host = nodeHost();
  let isOver = false;
  let tasks = 0;
  const task = (): void => {
    tasks++;
    if (!isOver) host.defer(task);
  };
  host.defer(task);
  expect(tasks).toBe(0);
  await Promise.resolve();
  expect(tasks).toBe(0);
  // A timer comes due although there is always another task.
  await new Promise((resolve) => void setTimeout(resolve, 1));
  isOver = true;
  expect(tasks).toBeGreaterThan(0);
});

test("nodeHost().after runs a task once, not before its time, and not at all when it is cancelled", async () => {
  const host = nodeHost();
  const order: string[] = [];
  const cancel = host.after(1, () => order.push("cancelled"));
  cancel();
  cancel();
  const begun = host.monotonic();
  await new Promise<void>((resolve) => {
    host.after(20, () => {
      order.push("later");
      resolve();
    });
    host.after(2, () => order.push("sooner"));
  });
  // Timers count whole milliseconds.
  expect(host.monotonic() - begun).toBeGreaterThan(19);
  expect(order).toEqual(["sooner", "later"]);
});

test("nodeHost().now is the wall clock, and monotonic never goes back", () => {
  const host = nodeHost();
  expect(Math.abs(host.now() - Date.now())).toBeLessThan(1000);
  const times = Array.from({ length: 1000 }, () => host.monotonic());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test("nodeHost().warn writes a line to stderr", () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    nodeHost().warn("look here");
    expect(write.mock.calls).toEqual([["look here\n"]]);
  } finally {
    write.mockRestore();
  }
});
