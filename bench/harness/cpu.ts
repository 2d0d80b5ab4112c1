import { readFileSync } from "node:fs";

/**
 * How long a thread has had a processor, in milliseconds. On Linux that of the thread itself; elsewhere, that of all threads of this
 * process, so garbage collection and compilation on other threads are counted too.
 *
 * @param thread as Linux names it: "thread-self", or "1234/task/1234" for the main thread of process 1234
 */
export function cpuTime(thread = "thread-self"): number {
  try {
    return Number.parseInt(readFileSync(`/proc/${thread}/schedstat`, "utf8"), 10) / 1e6;
  } catch (cause) {
    if (thread !== "thread-self") throw cause;
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}
