import { performance } from "node:perf_hooks";
import type { Host } from "@marketplace/runtime";

/**
 * The world of a ground VM that runs on Node: `groundVm(boot, { host: nodeHost() })`. Between two slices of work Node's event loop
 * goes round once (`setImmediate`), so that timers and sockets get their turn however busy the VM is. Warnings go to stderr.
 */
export function nodeHost(): Host {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    defer: (task) => void setImmediate(task),
    after(milliseconds, task) {
      const timer = setTimeout(task, milliseconds);
      return () => clearTimeout(timer);
    },
    warn: (text) => void process.stderr.write(`${text}\n`),
  };
}
