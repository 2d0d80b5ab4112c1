import type { Boot, Pin, VmLimits } from "../model/action.ts";
import { Deliveries } from "./deliveries.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Machine } from "./machine.ts";
import { endMetaEndpoints } from "./meta-level.ts";
import { leave } from "./nested-vm.ts";
import type { PendingAction } from "./pending-action.ts";
import { perform } from "./perform.ts";
import { Process } from "./process.ts";
import { ReadyQueue } from "./ready-queue.ts";
import { Routing } from "./routing/routing.ts";
import { MarketplaceError } from "../terms/error.ts";

/** The PID of what is not a process but sends all the same: the world outside the VM. */
const OUTSIDE = -1;

/**
 * A table of processes and a network between them. It runs in rounds; where it is in its round is kept here, in fields, so that it can
 * stop at any action and go on later (semantics, rule 13).
 */
export class Vm {
  readonly machine: Machine;
  /** The process that this VM is in its container; null for the ground VM. */
  readonly self: Process | null;
  /** The live ones by PID, ascending. */
  readonly processes: Map<number, Process> = new Map();
  readonly routing: Routing = new Routing();
  readonly deliveries: Deliveries = new Deliveries(this);
  readonly limits: Required<{ [K in keyof VmLimits]: number }>;
  /** Told of each endpoint that comes and goes: the ground VM watches for event sources. */
  onEndpoint: ((endpoint: Endpoint) => void) | null = null;
  onEndpointGone: ((endpoint: Endpoint) => void) | null = null;
  /** What the present round has asked of the meta level. */
  outbox: PendingAction[] = [];
  /** How many processes are to have a turn. */
  busy = 0;
  endpointCount = 0;
  /** Inner processes whose pin keeps this VM from being collected. */
  holders = 0;
  /** The process whose turn it is. */
  turn: Process | null = null;
  /** How many actions its turn has left. */
  turnLeft = 0;
  inRound = false;

  #nextPid = 0;
  #nextSequence = 0;
  /** Whose turn is still to come in the present round: processes with PIDs above the first and below the second of these. */
  #past = OUTSIDE;
  #tooYoung = OUTSIDE;
  readonly #ready = new ReadyQueue();
  /** Those that may be collected when the round ends. */
  #touched: Process[] = [];
  #outside: Process | null = null;

  constructor(machine: Machine, self: Process | null, limits: VmLimits = {}) {
    this.machine = machine;
    this.self = self;
    this.limits = {
      processes: limits.processes ?? Infinity,
      endpoints: limits.endpoints ?? Infinity,
      pendingActions: limits.pendingActions ?? Infinity,
    };
  }

  /** What sends from outside: its messages are performed first in a round. It has no endpoints and nobody meets it. */
  get outside(): Process {
    this.#outside ??= new Process(this, OUTSIDE, "outside", 1);
    return this.#outside;
  }

  // Processes

  /** @throws MarketplaceError `VM_LIMIT` */
  newProcess(name: string | undefined, pin: Pin): Process {
    if (this.processes.size >= this.limits.processes) throw this.#limit("processes", this.limits.processes);
    const process = new Process(this, this.#nextPid++, name, pin);
    this.processes.set(process.pid, process);
    if (pin === 2) this.holders++;
    this.#touched.push(process);
    this.machine.tracer?.processComes(process);
    return process;
  }

  bootNew(boot: Boot<unknown>, name: string | undefined, pin: Pin): Process {
    const process = this.newProcess(name, pin);
    process.boot(boot);
    return process;
  }

  /** The VM inside a new VM process. */
  newInner(self: Process, limits: VmLimits | undefined): Vm {
    self.inner = new Vm(this.machine, self, limits);
    this.machine.tracer?.vmComes(self);
    return self.inner;
  }

  /** Place of a new endpoint in the order of creation, and its id where it was given none. */
  nextSequence(): number {
    return this.#nextSequence++;
  }

  /** @throws MarketplaceError `VM_LIMIT` */
  checkRoomForEndpoint(): void {
    if (this.endpointCount >= this.limits.endpoints) throw this.#limit("endpoints", this.limits.endpoints);
  }

  /** All endpoints of `process` have gone: so has it. */
  ended(process: Process, reason: unknown): void {
    endMetaEndpoints(process, reason);
    this.machine.tracer?.processGoes(process, reason, false);
    this.forget(process);
  }

  /** The process is no more; whoever still refers to it keeps nothing of what it knew. */
  forget(process: Process): void {
    process.alive = false;
    process.state = undefined;
    process.inner = null;
    if (process.pin === 2) {
      this.holders--;
      if (this.self !== null) this.self.vm.touch(this.self);
    }
    this.processes.delete(process.pid);
  }

  /** Something about `process` has changed that may make it collectable. */
  touch(process: Process): void {
    this.#touched.push(process);
  }

  // Turns

  /** `process` has something to do: in this round if its turn is still to come, else in the next. */
  schedule(process: Process): void {
    process.scheduled = true;
    this.busy++;
    if (process.pid > this.#past && process.pid < this.#tooYoung) this.#ready.join(process);
    else this.#ready.postpone(process);
  }

  /** Drop what `process` still wanted to do. */
  dropPending(process: Process): void {
    if (this.turn === process) this.turnLeft = 0;
    if (process.scheduled) {
      process.scheduled = false;
      this.busy--;
    }
    process.dropPending(0);
  }

  beginRound(): void {
    this.inRound = true;
    this.turn = null;
    this.turnLeft = 0;
    this.#past = OUTSIDE - 1;
    this.#tooYoung = this.#nextPid;
    this.#ready.begin();
  }

  /** Begin the next turn of the round. @returns false when there is none */
  nextTurn(): boolean {
    for (;;) {
      const process = this.#ready.take();
      if (process === null) return false;
      // Killed in the meantime.
      if (!process.scheduled) continue;
      process.scheduled = false;
      this.busy--;
      this.turn = process;
      this.#past = process.pid;
      this.turnLeft = process.pending;
      this.machine.tracer?.turnBegins(process);
      // One that has endpoints is touched when the last of them goes.
      if (process.endpoints.size === 0) this.#touched.push(process);
      return true;
    }
  }

  /**
   * Perform the next actions of the turn.
   *
   * @param most at least one; fewer, where the turn is over, work goes on in a nested VM, or somebody wants to hold the machine
   * @returns how many
   */
  performNext(most: number): number {
    const { machine } = this;
    const process = this.turn as Process;
    let performed = 0;
    do {
      this.turnLeft--;
      performed++;
      perform(process, process.takeNext());
    } while (performed < most && this.turnLeft > 0 && machine.current === this && machine.gate === null);
    return performed;
  }

  /** The round is over: what can do nothing any more is collected, and the container goes on (semantics, rule 21). */
  endRound(): void {
    this.inRound = false;
    this.turn = null;
    this.#tooYoung = OUTSIDE;
    const touched = this.#touched;
    if (touched.length > 0) {
      for (let i = 0; i < touched.length; i++) {
        const process = touched[i] as Process;
        if (!process.alive || !isFinished(process)) continue;
        this.machine.tracer?.processGoes(process, undefined, true);
        this.forget(process);
      }
      this.#touched = [];
    }
    if (this.self !== null) leave(this, this.self);
  }

  /** The process in words, by PIDs from the ground down and its name: `3.7 (session)`. */
  path(process: Process): string {
    const pids: number[] = [];
    for (let each: Process | null = process; each !== null; each = each.vm.self) pids.unshift(each.pid);
    return `process ${pids.join(".")}${process.name === undefined ? "" : ` (${process.name})`}`;
  }

  #limit(what: string, limit: number): MarketplaceError {
    return new MarketplaceError("VM_LIMIT", `this VM may hold at most ${limit} ${what}`);
  }
}

function isFinished(process: Process): boolean {
  return (
    process.pin === 0 &&
    !process.scheduled &&
    process.waiting === 0 &&
    process.endpoints.size === 0 &&
    (process.meta === null || process.meta.every((table) => table.size === 0)) &&
    (process.inner === null || process.inner.holders === 0)
  );
}
