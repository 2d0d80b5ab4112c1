import type { DeleteEndpoint } from "../../model/action.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Process } from "../process.ts";

/** An endpoint goes; those that it met hear of it, and so does its own handler (rule 11). An unknown id does nothing. */
export function deleteEndpoint(process: Process, { id, reason }: DeleteEndpoint): void {
  disappear(process, process.endpoints.get(id), reason);
}

/** The same on behalf of an inner process of this VM process. */
export function deleteProxy(process: Process, target: Endpoint, reason: unknown): void {
  disappear(process, process.endpoints.get(target), reason);
}

function disappear(process: Process, endpoint: Endpoint | undefined, reason: unknown): void {
  if (endpoint === undefined) return;
  process.endpoints.remove(endpoint);
  if (process.endpoints.size === 0) process.vm.touch(process);
  process.vm.deliveries.absence(endpoint, reason);
}
