import { expect, onTestFinished, test } from "vitest";
import { groundVm } from "@marketplace/runtime";
import { acceptBridge, portChannel } from "@marketplace/runtime/bridge";
import { domDriver, domRecords } from "@marketplace/devtools/dom";

test("a program in a worker has a page, through relay(selfId, domRoles) and a bridge; what it shows goes with it", async () => {
  const root = document.createElement("div");
  root.innerHTML = '<main id="main"></main>';
  document.body.append(root);
  const vm = groundVm(() => null, { linger: true });
  onTestFinished(async () => {
    await vm.stop();
    root.remove();
  });
  const worker = new Worker(new URL("counting-worker.ts", import.meta.url), { type: "module" });
  const channel = portChannel(worker);
  acceptBridge(vm, channel, { boot: () => domDriver({ root }), records: domRecords });
  const button = (): HTMLElement | null => root.querySelector("#count");
  await expect.poll(() => button()?.textContent, { timeout: 20_000 }).toBe("pressed 0 times");
  const first = button();
  first?.focus();
  first?.click();
  first?.click();
  await expect.poll(() => button()?.textContent).toBe("pressed 2 times");
  // Described anew, it is the same button.
  expect(button()).toBe(first);
  expect(document.activeElement).toBe(first);
  worker.terminate();
  channel.close();
  await expect.poll(() => root.innerHTML).toBe('<main id="main"></main>');
});
