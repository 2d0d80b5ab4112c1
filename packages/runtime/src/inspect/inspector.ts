import { GROUND } from "../model/ground.ts";
import { badArgument } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import type { Ground, GroundVm } from "../vm/ground-vm.ts";
import { Brake, type BreakPattern } from "./brake.ts";
import type { Channel } from "./channel.ts";
import type { EventId } from "./events.ts";
import type { StatusFrame } from "./protocol.ts";
import { Recorder } from "./recorder.ts";
import { Session } from "./session.ts";
import { TermPost } from "./term-post.ts";
import type { Tracer } from "./tracer.ts";
import type { ProcessNode } from "./tree.ts";

/** How much of the past is kept, in bytes, if nobody says otherwise. */
export const BUDGET = 67_108_864;

/** How long events are gathered before they are sent, in milliseconds. */
const FLUSH_TIME = 50;

/** The inspectors of the VMs that are being watched or recorded. */
const inspectors = new WeakMap<Ground, Inspector>();

/** The one place where a VM's recorder, its brake and its viewers meet. */
export class Inspector {
  readonly ground: Ground;
  readonly recorder: Recorder;
  readonly brake: Brake;
  readonly post: TermPost = new TermPost();
  /** Names this recording. */
  readonly run: string;
  readonly started: number;
  target = "marketplace";
  readonly #sessions = new Set<Session>();
  /** Those who want the recording to go on although nobody looks. */
  #keepers = 0;
  /** The tracer that was there before: our own recorder, where the VM was given one from its first moment on. */
  readonly #before: Tracer | null;
  #cancelFlush: (() => void) | null = null;
  /** Had the VM ended already? */
  readonly #late: boolean;
  #nextBreakpoint = 1;

  /** The inspector of a VM; made if there is none. */
  static of(vm: GroundVm, budget: number): Inspector {
    const ground = (vm as { [GROUND]?: Ground } | null | undefined)?.[GROUND];
    if (ground === undefined) throw badArgument("vm", "what groundVm() returned", vm);
    let inspector = inspectors.get(ground);
    if (inspector === undefined) {
      inspector = new Inspector(ground, budget);
      inspectors.set(ground, inspector);
    }
    return inspector;
  }

  private constructor(ground: Ground, budget: number) {
    const { host, machine } = ground;
    this.ground = ground;
    this.#late = ground.isOver;
    this.#before = machine.tracer;
    if (machine.tracer instanceof Recorder) {
      this.recorder = machine.tracer;
    } else {
      this.recorder = new Recorder(budget, () => host.monotonic());
      this.recorder.begin(machine.root);
      machine.tracer = this.recorder;
    }
    this.run = `${host.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
    this.started = host.now() - this.recorder.age;
    this.brake = new Brake({
      turnsOf: (vm) => this.recorder.turnsOf(vm),
      broke: (process) => void this.recorder.control("break", process),
      changed: () => this.#brakeChanged(),
    });
    this.recorder.onEvent = () => this.#arm(FLUSH_TIME);
    this.recorder.onFailure = (process) => this.brake.fails(process);
  }

  now(): number {
    return this.ground.host.monotonic();
  }

  /** Has the VM ended? */
  get isOver(): boolean {
    return this.ground.isOver;
  }

  /** A viewer comes. @returns sends it away */
  attach(channel: Channel, control: boolean): () => void {
    const session = new Session(this, channel, control);
    this.#sessions.add(session);
    this.statusChanged();
    channel.onMessage((text) => session.receive(text));
    channel.onClose(() => session.close());
    return () => {
      if (!this.#sessions.has(session)) return;
      session.close();
      channel.close();
    };
  }

  /** A viewer has gone. */
  leave(session: Session): void {
    this.#sessions.delete(session);
    if (![...this.#sessions].some((each) => each.control)) this.#release();
    this.statusChanged();
    this.#detachIfIdle();
  }

  /** Record although nobody looks. @returns ends that */
  keep(): () => void {
    let kept = true;
    this.#keepers++;
    return () => {
      if (!kept) return;
      kept = false;
      this.#keepers--;
      this.#detachIfIdle();
    };
  }

  /** The tree as it was just after an event that is not older than the ring. */
  treeAt(at: EventId): readonly ProcessNode[] {
    const { ring, tree } = this.recorder;
    const copy = tree.copy();
    ring.forward(ring.floor + 1, (entry) => {
      if (entry.id > at) return false;
      copy.apply(entry);
      return true;
    });
    return [...copy.processes];
  }

  status(): Pick<StatusFrame, "paused" | "breakpoints" | "viewers" | "ended"> {
    const breakpoints = [...this.brake.breakpoints].map(({ id, pattern, kind }) => ({
      id,
      pattern: this.post.toJson(pattern),
      kind,
    }));
    return {
      paused: this.brake.pause,
      breakpoints,
      viewers: this.#sessions.size,
      ended: this.#late || this.recorder.hasEnded,
    };
  }

  statusChanged(): void {
    for (const session of this.#sessions) session.statusChanged();
    this.#arm(0);
  }

  addBreakpoint(pattern: Term, kind: BreakPattern["kind"]): number {
    const id = this.#nextBreakpoint++;
    this.brake.setBreakpoint({ id, pattern, kind });
    return id;
  }

  #brakeChanged(): void {
    const { machine } = this.ground;
    const needed = this.brake.isPaused || !this.brake.breakpoints[Symbol.iterator]().next().done;
    machine.gate = needed ? this.brake : null;
    this.statusChanged();
  }

  /** Nobody is left who could let the VM go on. */
  #release(): void {
    for (const { id } of this.brake.breakpoints) this.brake.clearBreakpoint(id);
    if (!this.brake.isPaused) return;
    this.recorder.control("resume");
    this.brake.resume();
    this.ground.wake();
  }

  #arm(milliseconds: number): void {
    if (this.#sessions.size === 0 || this.#cancelFlush !== null) return;
    this.#cancelFlush = this.ground.host.after(milliseconds, () => {
      this.#cancelFlush = null;
      for (const session of this.#sessions) session.pump();
      this.#armForStatus();
    });
  }

  /** Numbers that have changed are told even if nothing more happens. */
  #armForStatus(): void {
    let soonest = Infinity;
    for (const session of this.#sessions) soonest = Math.min(soonest, session.statusIn ?? Infinity);
    if (soonest !== Infinity) this.#arm(Math.max(FLUSH_TIME, soonest));
  }

  #detachIfIdle(): void {
    if (this.#sessions.size > 0 || this.#keepers > 0) return;
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    if (this.#before === this.recorder) return;
    const { machine } = this.ground;
    machine.tracer = this.#before;
    machine.gate = null;
    this.recorder.onEvent = null;
    inspectors.delete(this.ground);
  }
}
