import type { Quit } from "../model/action.ts";
import { isVisible, type Orientation } from "../model/role.ts";
import type { Term } from "../terms/term.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import type { PendingAction } from "../vm/pending-action.ts";
import type { Process } from "../vm/process.ts";
import type { Vm } from "../vm/vm.ts";
import { askedBy, nameOf, NOTHING_ASKED, type Asked } from "./action-names.ts";
import { endpointNode, handlersPresent, processNode, takesMessages } from "./endpoint-node.ts";
import { NONE, type ActionEntry, type ActivationEntry, type Entry, type SpawnEntry } from "./entry.ts";
import type { ActionName, ControlEvent, EndpointKey, Ending, EventId, InputEvent, ProcessPath } from "./events.ts";
import { Members } from "./members.ts";
import { endpointKey } from "./paths.ts";
import { Ring } from "./ring.ts";
import { weigh } from "./scale.ts";
import type { Occasion, Tracer } from "./tracer.ts";
import { Tree } from "./tree.ts";
import { Works, type Work } from "./works.ts";

/**
 * Keeps a record of what happens in a VM: each event with a number, and the number of the event that caused it. It refers to the
 * program's own values, within a budget; nothing is copied until somebody asks.
 */
export class Recorder implements Tracer {
  readonly ring: Ring;
  /** The tree before the oldest event of the ring. */
  readonly tree: Tree = new Tree();
  /** Told after each event. */
  onEvent: (() => void) | null = null;
  /** Told when an action has failed, before its process ends. */
  onFailure: ((process: Process) => void) | null = null;
  /** Has the ground VM ended while it was recorded? */
  hasEnded = false;
  readonly #clock: () => number;
  readonly #began: number;
  #now = 0;
  #id: EventId = 0;
  readonly #members = new Members();
  readonly #works = new Works();
  /** The activation that goes on. */
  #activation: ActivationEntry | null = null;
  /** What the next activation is caused by: what is being delivered, and the latest spawn that a parent may hear of. */
  #event: EventId = 0;
  #spawn: EventId = 0;
  #latestSpawn: SpawnEntry | null = null;
  /** What causes the next thing that is asked for from outside. */
  #origin: EventId = 0;
  #stopping = false;

  /**
   * @param budget in bytes, as estimated
   * @param clock in milliseconds, from any origin
   */
  constructor(budget: number, clock: () => number) {
    this.ring = new Ring(budget, (entry) => this.tree.apply(entry));
    this.#clock = clock;
    this.#began = clock();
  }

  /** How long it has recorded, in milliseconds. */
  get age(): number {
    return this.#clock() - this.#began;
  }

  /** Begin with a VM that runs already. */
  begin(root: Vm): void {
    for (const process of root.processes.values()) {
      this.tree.add(processNode(process));
      if (process.inner !== null) this.begin(process.inner);
    }
  }

  /** How many turns there have been in a VM. */
  turnsOf(vm: Vm): number {
    return this.#works.of(vm).turns;
  }

  // What a process does

  activationBegins(process: Process, on: Occasion, endpoint: Endpoint | null): void {
    const member = this.#members.of(process);
    const activation: ActivationEntry = {
      kind: "activation",
      id: ++this.#id,
      t: this.#now,
      cause: this.#causeOf(process, on),
      process: member.path,
      on,
      endpoint: endpoint === null ? null : endpointKey(member.path, endpoint),
      actions: 0,
      changed: false,
      value: NONE,
      print: 0,
      state: NONE,
      statePrint: 0,
      before: NONE,
      beforePrint: 0,
      heldBytes: 0,
    };
    this.#activation = activation;
    member.last = activation.id;
    this.#push(activation);
  }

  activationEnds(process: Process): void {
    const activation = this.#activation;
    this.#activation = null;
    if (activation === null) return;
    const member = this.#members.of(process);
    const { state } = process;
    if (typeof state !== "object" && state === member.state) return;
    const { bytes, print } = weigh(state, member.state);
    if (state === member.state && print === member.print) return;
    activation.changed = true;
    activation.state = state;
    activation.statePrint = print;
    let held = bytes;
    if (member.old) {
      activation.before = member.state;
      activation.beforePrint = member.print;
      member.old = false;
      held += weigh(member.state).bytes;
    }
    member.state = state;
    member.print = print;
    member.since = activation.id;
    activation.heldBytes += held;
    this.ring.reweigh(held);
  }

  crashes(process: Process, reason: unknown): void {
    this.#members.of(process).crash = { reason };
    const activation = this.#activation;
    if (activation === null) return;
    this.#hold(activation, reason);
    // What it had asked for is lost; the end that is queued now is not its own wish.
    activation.actions = -1;
  }

  queues(process: Process, action: PendingAction): PendingAction {
    if (action.type === "traced" || action.type === "inner-round") return action;
    let cause: EventId;
    if (this.#activation !== null) {
      this.#activation.actions++;
      cause = this.#activation.id;
    } else if (this.#origin !== 0) {
      cause = this.#origin;
      this.#origin = 0;
    } else {
      cause = this.#input(process, action);
    }
    return { type: "traced", action, cause };
  }

  // What a VM does

  turnBegins(process: Process): void {
    const work = this.#works.of(process.vm);
    work.turn = 0;
    work.turns++;
    work.pending = process.pending;
    this.#tick();
  }

  actionBegins(process: Process, pending: PendingAction): PendingAction {
    const action = pending.type === "traced" ? pending.action : pending;
    if (action.type === "inner-round") return action;
    const work = this.#works.of(process.vm);
    if (action.type === "outer-event") {
      work.event = pending.type === "traced" ? pending.cause : 0;
      return action;
    }
    const { path } = this.#members.of(process);
    if (work.turn === 0) {
      work.turn = ++this.#id;
      this.#push({ kind: "turn", id: work.turn, t: this.#now, cause: 0, process: path, pending: work.pending });
    }
    work.actor = process;
    work.cause = pending.type === "traced" ? pending.cause : 0;
    // A message and who gets it are one event, told when that is known.
    if (action.type === "send-message") {
      work.action = 0;
      return action;
    }
    const victim = action.type === "quit" ? this.#victim(process, action) : null;
    const { asks, levels } = action.type === "at-meta-level" ? askedBy(action) : NOTHING_ASKED;
    work.action = this.#action(work, path, nameOf(action), { asks, levels, victim });
    return action;
  }

  actionFails(process: Process, error: unknown): void {
    const work = this.#works.of(process.vm);
    if (work.action === 0) {
      work.action = this.#action(work, this.#members.of(process).path, "send-message", {
        ...NOTHING_ASKED,
        victim: null,
      });
    }
    const begun = this.ring.get(work.action);
    if (begun?.kind === "action") this.#hold(begun, error);
    this.#members.of(process).crash = { reason: error };
    this.onFailure?.(process);
  }

  asksMeta(vm: Vm, action: PendingAction): PendingAction {
    if (action.type === "traced" || action.type === "inner-round") return action;
    return { type: "traced", action, cause: this.#works.of(vm).action };
  }

  routes(process: Process, orientation: Orientation, body: Term, receivers: readonly Endpoint[], count: number): void {
    const work = this.#works.of(process.vm);
    const to: EndpointKey[] = [];
    let unmatched = true;
    for (let i = 0; i < count; i++) {
      const receiver = receivers[i] as Endpoint;
      to.push(this.#key(receiver));
      if (unmatched && takesMessages(receiver)) unmatched = false;
    }
    const { bytes, print } = weigh(body);
    work.action = work.event = this.#event = ++this.#id;
    this.#push({
      kind: "message",
      id: this.#id,
      t: this.#now,
      cause: work.cause,
      process: this.#members.of(process).path,
      turn: work.turn,
      orientation,
      value: body,
      print,
      heldBytes: bytes,
      to,
      unmatched,
    });
  }

  delivers(vm: Vm): void {
    this.#event = this.#works.of(vm).event;
  }

  endpointComes(endpoint: Endpoint, level: number): void {
    const { process } = endpoint;
    const work = this.#works.of(process.vm);
    const { path } = this.#members.of(process);
    const id = ++this.#id;
    if (level === 0) work.subject = id;
    const node = endpointNode(endpoint, level);
    this.#push({ kind: "endpoint-added", id, t: this.#now, cause: work.action, process: path, node });
  }

  endpointReplaced(endpoint: Endpoint): void {
    const cause = this.#works.of(endpoint.process.vm).action;
    const key = this.#key(endpoint);
    const handlers = handlersPresent(endpoint);
    this.#push({ kind: "endpoint-replaced", id: ++this.#id, t: this.#now, cause, endpoint: key, handlers });
  }

  endpointGoes(endpoint: Endpoint, reason: unknown): void {
    const work = this.#works.of(endpoint.process.vm);
    const id = ++this.#id;
    work.subject = id;
    const { bytes, print } = weigh(reason);
    this.#push({
      kind: "endpoint-deleted",
      id,
      t: this.#now,
      cause: work.action,
      endpoint: this.#key(endpoint),
      value: reason,
      print,
      heldBytes: bytes,
    });
  }

  pair(subject: Endpoint, peer: Endpoint, topic: Term, going: boolean, reason: unknown): void {
    const [publisher, subscriber] = subject.role.orientation === "publisher" ? [subject, peer] : [peer, subject];
    const publisherSees = isVisible(subscriber.role.interestType, publisher.role.interestType);
    const subscriberSees = isVisible(publisher.role.interestType, subscriber.role.interestType);
    if (!publisherSees && !subscriberSees) return;
    const work = this.#works.of(subject.process.vm);
    work.event = this.#event = ++this.#id;
    // The reason weighs nothing more: the endpoint that went has it too.
    this.#push({
      kind: going ? "absence" : "presence",
      id: this.#id,
      t: this.#now,
      cause: work.subject,
      publisher: this.#key(publisher),
      subscriber: this.#key(subscriber),
      topic,
      publisherSees,
      subscriberSees,
      value: going ? reason : NONE,
      print: going ? weigh(reason).print : 0,
      heldBytes: 0,
    });
  }

  processComes(process: Process): void {
    const { vm } = process;
    const work = this.#works.of(vm);
    // The first process of a nested VM comes with the VM.
    const first = vm.self !== null && process.pid === 0;
    const cause = first ? this.#spawn : work.action;
    const member = this.#members.of(process, true);
    const { path } = member;
    const entry: SpawnEntry = {
      kind: "spawn",
      id: ++this.#id,
      t: this.#now,
      cause,
      process: path,
      name: process.name ?? null,
      vm: false,
    };
    work.event = entry.id;
    if (!first) this.#spawn = entry.id;
    this.#latestSpawn = entry;
    member.last = entry.id;
    this.#push(entry);
  }

  vmComes(_process: Process): void {
    if (this.#latestSpawn !== null) this.#latestSpawn.vm = true;
  }

  processGoes(process: Process, reason: unknown, collected: boolean): void {
    const member = this.#members.of(process);
    const work = this.#works.of(process.vm);
    const how: Ending = collected
      ? "collected"
      : this.#stopping
        ? "stopped"
        : member.crash !== null && member.crash.reason === reason
          ? "crashed"
          : work.actor === process
            ? "quit"
            : "killed";
    const { state } = process;
    const statePrint = weigh(state).print;
    const { bytes, print } = weigh(reason);
    this.#push({
      kind: "exit",
      id: ++this.#id,
      t: this.#now,
      cause: collected ? member.last : work.action,
      process: member.path,
      how,
      value: reason,
      print,
      state,
      statePrint,
      stateSince: member.since,
      // Its state was weighed when it changed, but that event may be let go before this one.
      heldBytes: bytes + weigh(state).bytes,
    });
    if (process.inner !== null) this.#works.forget(process.inner);
  }

  stops(root: Vm, reason: unknown): void {
    this.#stopping = true;
    this.#works.of(root).action = this.#outside(root.outside, "host", "stop", reason);
  }

  ends(failure: { readonly thrown: unknown } | null): void {
    this.#tick();
    this.hasEnded = true;
    const value = failure === null ? NONE : failure.thrown;
    const { bytes, print } = weigh(value);
    this.#push({ kind: "ended", id: ++this.#id, t: this.#now, cause: 0, value, print, heldBytes: bytes });
  }

  // What a debugger does

  /** A viewer gave a command. */
  control(command: ControlEvent["command"], process: Process | null = null): EventId {
    this.#tick();
    const path = process === null ? null : this.#members.of(process).path;
    const id = ++this.#id;
    this.#push({ kind: "control", id, t: this.#now, cause: 0, command, process: path });
    return id;
  }

  /** A viewer sends a message. */
  injection(vm: Vm, body: Term): EventId {
    return this.#outside(vm.outside, "debugger", "message", body);
  }

  /** What is asked for next, from outside any process, is caused by this event. */
  causesNext(event: EventId): void {
    this.#origin = event;
  }

  /** The event since which a live process has had its present state; 0 if that is older than the recording. */
  stateSince(process: Process): { readonly event: EventId; readonly print: number } {
    const { since, print } = this.#members.of(process);
    return { event: since, print };
  }

  #input(process: Process, action: PendingAction): EventId {
    if (action.type === "outer-event") {
      const { event } = action;
      return this.#outside(process, "container", event.type, event.type === "message" ? event.body : event.role.topic);
    }
    const outside = process === process.vm.outside;
    if (outside && action.type === "send-message") {
      const { body } = action;
      return isYield(body)
        ? this.#outside(process, "source", "value", body[1])
        : this.#outside(process, "host", "message", body);
    }
    return action.type === "quit"
      ? this.#outside(process, "source", "failure", action.reason)
      : this.#outside(process, "host", action.type, undefined);
  }

  #outside(process: Process, from: InputEvent["from"], what: string, value: unknown): EventId {
    this.#tick();
    const id = ++this.#id;
    const { bytes, print } = weigh(value);
    const { path } = this.#members.of(process);
    this.#push({
      kind: "input",
      id,
      t: this.#now,
      cause: 0,
      process: path,
      from,
      what,
      value,
      print,
      heldBytes: bytes,
    });
    return id;
  }

  #action(
    { cause, turn }: Work,
    process: ProcessPath,
    action: ActionName,
    { asks, levels, victim }: Asked & { readonly victim: ProcessPath | null },
  ): EventId {
    const id = ++this.#id;
    this.#push({
      kind: "action",
      id,
      t: this.#now,
      cause,
      process,
      turn,
      action,
      asks,
      levels,
      victim,
      value: NONE,
      print: 0,
      heldBytes: 0,
    });
    return id;
  }

  #victim(process: Process, { pid }: Quit): ProcessPath | null {
    const victim = pid === undefined ? process : process.vm.processes.get(pid);
    return victim === undefined ? null : this.#members.of(victim).path;
  }

  #causeOf(process: Process, on: Occasion): EventId {
    switch (on) {
      case "boot":
        return this.#works.of(process.vm).event;
      case "spawned":
        return this.#spawn;
      case "yield":
        return this.#works.of(process.vm).action;
      default:
        return this.#event;
    }
  }

  /** An event comes to refer to what was thrown. */
  #hold(entry: ActionEntry | ActivationEntry, thrown: unknown): void {
    const { bytes, print } = weigh(thrown);
    entry.value = thrown;
    entry.print = print;
    entry.heldBytes += bytes;
    this.ring.reweigh(bytes);
  }

  #tick(): void {
    this.#now = Math.round((this.#clock() - this.#began) * 10);
  }

  #push(entry: Entry): void {
    this.ring.push(entry);
    if (this.onEvent !== null) this.onEvent();
  }

  #key(endpoint: Endpoint): EndpointKey {
    return endpointKey(this.#members.of(endpoint.process).path, endpoint);
  }
}

/** Whether it is `[source, value]`, as the ground VM sends what an event source has yielded. */
function isYield(body: Term): body is readonly [Term, Term] {
  return Array.isArray(body) && typeof (body[0] as { arm?: unknown } | null)?.arm === "function";
}
