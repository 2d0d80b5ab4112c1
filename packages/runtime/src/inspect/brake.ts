import { meets } from "../terms/unify.ts";
import type { Term } from "../terms/term.ts";
import { writeValue } from "../terms/write.ts";
import type { PendingAction } from "../vm/pending-action.ts";
import type { Process } from "../vm/process.ts";
import type { Vm } from "../vm/vm.ts";
import { foresee, foreseeEnd, type Visit } from "./foresee.ts";
import { processPath } from "./paths.ts";
import type { BreakpointKind, Pause } from "./protocol.ts";
import type { Gate } from "./tracer.ts";

/** Stops the VM before an action that would cause an event of this kind whose message or topic has something in common with the pattern. */
export interface BreakPattern {
  readonly id: number;
  readonly pattern: Term;
  readonly kind: BreakpointKind;
}

/** What the brake needs to know of the VM's work, and whom it tells. */
export interface Driver {
  /** Tells one turn of a VM from the next. */
  turnsOf(vm: Vm): number;
  /** A breakpoint has been met, in an action of this process. */
  broke(process: Process): void;
  /** What {@link Brake.pause} says has changed. */
  changed(): void;
}

/** Holds a machine: while it is paused, between the turns that it steps through, and where a breakpoint is met. */
export class Brake implements Gate {
  readonly #driver: Driver;
  readonly #breakpoints = new Map<number, BreakPattern>();
  #mode: "run" | "pause" | "step" = "run";
  #why: Pause["why"] = "pause";
  #breakpoint: number | null = null;
  /** The turn that is being stepped through, once it has begun. */
  #stepped: { readonly vm: Vm; readonly turn: number } | null = null;
  /** The VM that is held before the next action of its turn. */
  #held: Vm | null = null;
  /** The action at which a breakpoint was met: it may pass now. */
  #passes: PendingAction | null = null;
  #lifted = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  get breakpoints(): Iterable<BreakPattern> {
    return this.#breakpoints.values();
  }

  get isPaused(): boolean {
    return this.#mode !== "run";
  }

  /** Where the VM stands; to be asked while it does not work. */
  get pause(): Pause | null {
    if (this.#mode === "run") return null;
    const next = this.#held === null ? null : nextOf(this.#held);
    const where = next === null ? { why: this.#why } : { why: this.#why, next };
    return this.#breakpoint === null ? where : { ...where, breakpoint: this.#breakpoint };
  }

  setBreakpoint(breakpoint: BreakPattern): void {
    this.#breakpoints.set(breakpoint.id, breakpoint);
    this.#driver.changed();
  }

  /** @returns whether there was one */
  clearBreakpoint(id: number): boolean {
    const found = this.#breakpoints.delete(id);
    if (found) this.#driver.changed();
    return found;
  }

  stop(): void {
    this.#pauseFor("pause", null);
  }

  /** Go on for one turn. */
  step(): void {
    this.#mode = "step";
    this.#why = "step";
    this.#stepped = null;
    this.#release();
  }

  resume(): void {
    this.#mode = "run";
    this.#release();
  }

  lift(): void {
    this.#lifted = true;
    this.resume();
  }

  /** A process ends because its action has failed, which nobody could foresee: where that would have met a breakpoint, stop afterwards. */
  fails(process: Process): void {
    if (this.#lifted || this.#breakpoints.size === 0) return;
    const met = this.#meet((visit) => foreseeEnd(process, visit));
    if (met !== null) this.#break(met, process);
  }

  stopsBefore(vm: Vm): boolean {
    if (this.#lifted) return false;
    const process = vm.turn as Process;
    const pending = process.next as PendingAction;
    const action = pending.type === "traced" ? pending.action : pending;
    // What is next is inside.
    if (action.type === "inner-round") return false;
    if (this.#mode === "pause") return this.#hold(vm);
    if (this.#mode === "step") {
      const turn = this.#driver.turnsOf(vm);
      if (this.#stepped === null) this.#stepped = { vm, turn };
      else if (this.#stepped.vm !== vm || this.#stepped.turn !== turn) {
        this.#pauseFor("step", null);
        return this.#hold(vm);
      }
    }
    if (this.#breakpoints.size > 0 && this.#passes !== pending) {
      const met = this.#meet((visit) => foresee(process, action, visit));
      if (met !== null) {
        this.#passes = pending;
        this.#break(met, process);
        return this.#hold(vm);
      }
    }
    this.#passes = null;
    return false;
  }

  #meet(causes: (visit: Visit) => boolean): number | null {
    for (const { id, pattern, kind } of this.#breakpoints.values()) {
      try {
        if (causes((caused, term) => (kind === "any" || kind === caused) && meets(pattern, term))) return id;
      } catch {
        // A pattern too complex to be compared with this term: the VM will find out for itself if its own are.
      }
    }
    return null;
  }

  #break(breakpoint: number, process: Process): void {
    this.#driver.broke(process);
    this.#pauseFor("breakpoint", breakpoint);
  }

  #pauseFor(why: Pause["why"], breakpoint: number | null): void {
    this.#mode = "pause";
    this.#why = why;
    this.#breakpoint = breakpoint;
    this.#stepped = null;
    this.#driver.changed();
  }

  #hold(vm: Vm): true {
    if (this.#held !== vm) {
      this.#held = vm;
      this.#driver.changed();
    }
    return true;
  }

  #release(): void {
    this.#held = null;
    this.#breakpoint = null;
    this.#driver.changed();
  }
}

function nextOf(vm: Vm): NonNullable<Pause["next"]> | null {
  const pending = vm.turn === null || vm.turnLeft === 0 ? null : vm.turn.next;
  if (vm.turn === null || pending === null) return null;
  const action = pending.type === "traced" ? pending.action : pending;
  return { process: processPath(vm.turn), action: action.type, text: textOf(action) };
}

function textOf(action: PendingAction): string {
  switch (action.type) {
    case "send-message":
      return writeValue(action.body, 200);
    case "add-endpoint":
      return `${action.role.orientation} of ${writeValue(action.role.topic, 200)}`;
    case "add-proxy":
      return `${action.target.role.orientation} of ${writeValue(action.target.role.topic, 200)}`;
    case "outer-event":
      return `${action.event.type} of ${writeValue(action.event.role.topic, 200)}`;
    case "delete-endpoint":
      return writeValue(action.id, 100);
    case "quit":
      return action.pid === undefined ? "itself" : `process ${action.pid}`;
    case "at-meta-level":
      return action.action.type;
    default:
      return "";
  }
}
