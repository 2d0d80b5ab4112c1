import { describe, vi } from "vitest";
import { eventRelay, spawnVm, tcpRelay, udpRelay, type ActionTree } from "@marketplace/runtime";

// What holds for programs beside a driver holds for them in a VM of their own, behind relays. So these are the drivers' stories told
// once more: in each world, all but the driver, which comes first, are nested. (The event relay is for the buttons.)
vi.mock("./ground.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("./ground.ts")>();
  const startGround: typeof original.startGround = (world, host) => {
    const [driver, ...programs] = world as readonly ActionTree<any>[];
    const nested = spawnVm(() => [tcpRelay("story"), udpRelay("story"), eventRelay("story"), programs]);
    return original.startGround([driver, nested], host);
  };
  return { ...original, startGround };
});

describe("behind tcpRelay(selfId)", async () => {
  await import("./tcp/connect.test.ts");
  await import("./tcp/ending.test.ts");
  await import("./tcp/credit.test.ts");
  await import("./tcp/reopen.test.ts");
});

describe("behind udpRelay(selfId)", async () => {
  await import("./udp/udp.test.ts");
});
