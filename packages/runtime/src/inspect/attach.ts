import { badArgument } from "../terms/error.ts";
import type { GroundVm } from "../vm/ground-vm.ts";
import type { Channel } from "./channel.ts";
import { BUDGET, Inspector } from "./inspector.ts";
import { Recorder } from "./recorder.ts";
import type { Tracer } from "./tracer.ts";

export interface RecorderOptions {
  /** How much of the past is kept, in bytes, as estimated: at least 64 KiB; left out, 64 MiB. */
  readonly budget?: number | undefined;
  /** Tells the time of events, in milliseconds; left out, the platform's clock. */
  readonly clock?: (() => number) | undefined;
}

/**
 * Records a VM from its first moment on: `groundVm(boot, { tracer: recorder() })`. Viewers that are attached later see what has happened,
 * as far as it is kept.
 *
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function recorder({ budget, clock = platformClock }: RecorderOptions = {}): Tracer {
  if (typeof clock !== "function") throw badArgument("recorder: clock", "a function", clock);
  return new Recorder(checkBudget("recorder", budget), clock);
}

export interface RecordingOptions {
  /** As for {@link recorder}; for a VM that is being recorded already, this changes nothing. */
  readonly budget?: number | undefined;
  /** What to call the program; left out, `marketplace`. */
  readonly target?: string | undefined;
}

/**
 * Begin to record a running VM, before anybody looks: who looks later sees what has happened since.
 *
 * @returns ends it; with the last viewer gone, what was recorded is let go
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function startRecording(vm: GroundVm, options: RecordingOptions = {}): () => void {
  return inspectorOf("startRecording", vm, options).keep();
}

export interface AttachOptions extends RecordingOptions {
  /** May the viewer pause and step the VM, end processes, send messages and set breakpoints? Left out, it may not. */
  readonly control?: boolean | undefined;
}

/**
 * Let a viewer look into a running VM. The channel carries the inspector protocol (docs/inspector-protocol.md). There may be several
 * viewers; none keeps the program alive.
 *
 * @returns sends the viewer away and closes its channel
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function attachInspector(vm: GroundVm, channel: Channel, options: AttachOptions = {}): () => void {
  for (const method of ["send", "close", "onMessage", "onClose"] as const) {
    if (typeof channel?.[method] !== "function")
      throw badArgument(`attachInspector: channel.${method}`, "a function", channel?.[method]);
  }
  const { control = false } = options;
  if (typeof control !== "boolean") throw badArgument("attachInspector: control", "true or false", control);
  return inspectorOf("attachInspector", vm, options).attach(channel, control);
}

function inspectorOf(what: string, vm: GroundVm, { budget, target }: RecordingOptions): Inspector {
  const checked = checkBudget(what, budget);
  if (target !== undefined && typeof target !== "string") throw badArgument(`${what}: target`, "a string", target);
  const inspector = Inspector.of(vm, checked);
  if (target !== undefined) inspector.target = target;
  return inspector;
}

/** Less would not hold the events of one turn. */
const LEAST_BUDGET = 65_536;

function checkBudget(what: string, budget: number = BUDGET): number {
  if (typeof budget === "number" && budget >= LEAST_BUDGET) return budget;
  throw badArgument(`${what}: budget`, `a number of bytes, at least ${LEAST_BUDGET}`, budget);
}

function platformClock(): number {
  return (globalThis as { readonly performance?: { now(): number } }).performance?.now() ?? Date.now();
}
