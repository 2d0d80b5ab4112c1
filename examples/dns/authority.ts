import { quit } from "@marketplace/runtime";
import { service } from "./service.ts";
import type { Zones } from "./zone.ts";

/** An authoritative name server: the action that spawns it, in a VM that has the drivers for UDP, TCP and timers. */
export function authority(port: number, zones: Zones) {
  return service(port, {
    isRecursive: false,
    boot: (query, reply) => [reply(zones.answer(query)), quit()],
  });
}
