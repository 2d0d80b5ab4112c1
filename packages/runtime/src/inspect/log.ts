import type { Orientation } from "../model/role.ts";
import { badArgument } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import { writeValue } from "../terms/write.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import type { Process } from "../vm/process.ts";
import { BUDGET } from "./inspector.ts";
import { Recorder } from "./recorder.ts";
import type { Tracer } from "./tracer.ts";

/** How much is told, from most to least; each level tells what those after it tell. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
  /** The wall clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** The clock for the debugger's record, in milliseconds from any origin; left out, the wall clock. */
  readonly monotonic?: (() => number) | undefined;
}

/**
 * Tells in words what happens in a VM, one line an event: `groundVm(boot, { tracer: logger({ ... }) })`. A debugger can be attached beside it.
 *
 * - `error`: processes that crash.
 * - `warning`: processes and endpoints that end with a reason.
 * - `info`: processes that begin and end, and who meets whom.
 * - `debug`: messages, and endpoints that come and go.
 *
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function logger({ level, write, now, monotonic = now }: LoggerOptions): Tracer {
  if (!LOG_LEVELS.includes(level)) throw badArgument("logger: level", LOG_LEVELS.join(", "), level);
  return new Logger(LOG_LEVELS.indexOf(level), write, now, monotonic);
}

/** A recorder, so that a debugger finds one. */
class Logger extends Recorder {
  readonly #least: number;
  readonly #write: (line: string) => void;
  readonly #wall: () => number;

  constructor(least: number, write: (line: string) => void, now: () => number, monotonic: () => number) {
    super(BUDGET, monotonic);
    this.#least = least;
    this.#write = write;
    this.#wall = now;
  }

  override crashes(process: Process, reason: unknown): void {
    super.crashes(process, reason);
    this.#log("error", () => `${path(process)} crashed: ${reasonOf(reason)}`);
  }

  override actionFails(process: Process, error: unknown): void {
    super.actionFails(process, error);
    this.#log("error", () => `${path(process)} asked for what cannot be done: ${reasonOf(error)}`);
  }

  override processComes(process: Process): void {
    super.processComes(process);
    this.#log("info", () => `${path(process)} begins`);
  }

  override processGoes(process: Process, reason: unknown, collected: boolean): void {
    super.processGoes(process, reason, collected);
    const end = (): string => (collected ? " has nothing left to do" : withReason(" ends", reason));
    this.#log(reason === undefined ? "info" : "warning", () => path(process) + end());
  }

  override endpointComes(endpoint: Endpoint, level: number): void {
    super.endpointComes(endpoint, level);
    this.#log("debug", () => `${path(endpoint.process)} adds ${roleOf(endpoint)}`);
  }

  override endpointGoes(endpoint: Endpoint, reason: unknown): void {
    super.endpointGoes(endpoint, reason);
    this.#log(reason === undefined ? "debug" : "warning", () =>
      withReason(`${path(endpoint.process)} takes ${roleOf(endpoint)} back`, reason),
    );
  }

  override pair(subject: Endpoint, peer: Endpoint, topic: Term, going: boolean, reason: unknown): void {
    super.pair(subject, peer, topic, going, reason);
    const how = going ? "parts from" : "meets";
    this.#log("info", () => `${path(subject.process)} ${how} ${path(peer.process)} on ${shown(topic)}`);
  }

  override routes(
    process: Process,
    orientation: Orientation,
    body: Term,
    receivers: readonly Endpoint[],
    count: number,
  ): void {
    super.routes(process, orientation, body, receivers, count);
    const kind = orientation === "publisher" ? "message" : "feedback";
    this.#log("debug", () => `${path(process)} ${kind} to ${count} endpoint${count === 1 ? "" : "s"}: ${shown(body)}`);
  }

  #log(level: LogLevel, text: () => string): void {
    if (LOG_LEVELS.indexOf(level) < this.#least) return;
    // Names and error messages may hold anything; an event is one line.
    const line = text().replaceAll(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    this.#write(`${new Date(this.#wall()).toISOString()} ${level} ${line}`);
  }
}

function path(process: Process): string {
  return process === process.vm.outside ? "outside" : process.vm.path(process);
}

function roleOf({ role: { orientation, topic, interestType } }: Endpoint): string {
  return `${orientation} (${interestType}) of ${shown(topic)}`;
}

function shown(term: unknown): string {
  return writeValue(term, 200);
}

function withReason(what: string, reason: unknown): string {
  return reason === undefined ? what : `${what}: ${reasonOf(reason)}`;
}

function reasonOf(reason: unknown): string {
  if (!(reason instanceof Error)) return shown(reason);
  const { code } = reason as { readonly code?: unknown };
  return typeof code === "string" ? `${code}: ${reason.message}` : `${reason.name}: ${reason.message}`;
}
