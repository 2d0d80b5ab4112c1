import type { Boot, Unchecked } from "../model/action.ts";
import { checkFunction, checkOptions } from "../terms/check.ts";
import { badArgument } from "../terms/error.ts";
import { startGroundVm, type GroundVm, type GroundVmOptions } from "../vm/ground-vm.ts";

/**
 * Run a ground VM: the outermost one, which meets the outside world through event sources. It ends when nothing is pending and no source
 * is armed, or when it is stopped; with `linger`, only when it is stopped.
 *
 * @param boot the first activation of its first process
 * @returns a handle to wait for its end, or to stop it
 * @throws MarketplaceError `BAD_ARGUMENT`, `NO_HOST`
 */
export function groundVm(boot: Boot<Unchecked>, options: GroundVmOptions = {}): GroundVm {
  checkFunction("groundVm: boot", boot);
  checkOptions("groundVm: options", options, ["host", "signal", "onWarning", "tracer", "container", "linger"]);
  const { host, signal, onWarning, tracer, container, linger } = options;
  if (onWarning !== undefined) checkFunction("groundVm: onWarning", onWarning);
  if (signal !== undefined) {
    for (const method of ["addEventListener", "removeEventListener"] as const) {
      if (typeof signal?.[method] !== "function") throw badArgument("groundVm: signal", "an AbortSignal", signal);
    }
  }
  if (tracer !== undefined && typeof tracer?.activationBegins !== "function") {
    throw badArgument("groundVm: tracer", "what recorder() returns", tracer);
  }
  if (container !== undefined && typeof container?.begin !== "function") {
    throw badArgument("groundVm: container", "what bridge() returns", container);
  }
  if (linger !== undefined && typeof linger !== "boolean") throw badArgument("groundVm: linger", "a boolean", linger);
  if (host !== undefined) {
    for (const method of ["now", "monotonic", "defer", "after", "warn"] as const) {
      if (typeof host?.[method] !== "function")
        throw badArgument(`groundVm: host.${method}`, "a function", host?.[method]);
    }
  }
  return startGroundVm(boot, options);
}
