import { performance } from "node:perf_hooks";
import type { Host } from "@marketplace/runtime";
import { LOG_LEVELS, logger, type LogLevel, type Tracer } from "@marketplace/runtime/inspect";

/**
 * The world of a ground VM that runs on Node: `groundVm(boot, { host: nodeHost() })`. Between two slices of work Node's event loop
 * goes round once (`setImmediate`), so that timers and sockets get their turn however busy the VM is. Warnings go to stderr, and so does
 * what happens in the VM, if the environment variable `MARKETPLACE_LOG` is `debug`, `info`, `warning` or `error`.
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
    warn: say,
    tracer: environmentLogger,
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function environmentLogger(): Tracer | undefined {
  const level = process.env["MARKETPLACE_LOG"];
  if (level === undefined || level === "") return undefined;
  if ((LOG_LEVELS as readonly string[]).includes(level)) {
    return logger({
      level: level as LogLevel,
      write: say,
      now: () => Date.now(),
      monotonic: () => performance.now(),
    });
  }
  say(
    `marketplace: MARKETPLACE_LOG: expected ${LOG_LEVELS.join(", ")}, got ${JSON.stringify(level)}; nothing is logged`,
  );
  return undefined;
}
