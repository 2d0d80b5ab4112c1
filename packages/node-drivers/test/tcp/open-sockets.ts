import { readdirSync, readlinkSync } from "node:fs";

/** How many sockets this process has open. */
export function openSockets(): number {
  if (process.platform !== "linux") {
    return process.getActiveResourcesInfo().filter((resource) => resource.startsWith("TCP")).length;
  }
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:");
    } catch {
      // The one with which the directory was read.
      return false;
    }
  }).length;
}
