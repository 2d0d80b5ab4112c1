import { Arrival, type AbsenceEvent, type PresenceEvent } from "../model/event.ts";
import { isVisible, type Orientation } from "../model/role.ts";
import { isGround, type Term } from "../terms/term.ts";
import { intersection } from "../terms/unify.ts";
import type { Endpoint } from "./endpoint.ts";
import { enterForEvent } from "./nested-vm.ts";
import type { Process } from "./process.ts";
import type { Vm } from "./vm.ts";

/**
 * What the action being performed in a VM still has to deliver, and to whom. A cursor rather than a loop: a delivery to a nested
 * VM is a whole inner round, and the VM waits here while that goes on (semantics, rule 22).
 */
export class Deliveries {
  readonly #vm: Vm;
  /** Reused by every action; only the first `#count` are of the present one. */
  readonly #hits: (Endpoint | null)[] = [];
  #count = 0;
  #index = 0;
  /** Is there anything left to deliver? */
  active = false;

  /** The message, or null while it is presence or absence that is told. */
  #arrival: Arrival | null = null;

  /** The endpoint that came or goes. */
  #subject: Endpoint | null = null;
  /** What its topic and each hit's have in common. */
  readonly #common: (Term | null)[] = [];
  /** Has the peer of the present pair been told? */
  #peerTold = false;
  #going = false;
  #reason: unknown = undefined;
  /** The process whose end this is: its next endpoint follows when the present one has gone. */
  #ending: Process | null = null;

  constructor(vm: Vm) {
    this.#vm = vm;
  }

  /** A message goes to all whose topic it matches. */
  message(orientation: Orientation, body: Term, sender: Process): void {
    const vm = this.#vm;
    const hits = this.#hits;
    const count = vm.routing.receivers(orientation, body, sender, hits as Endpoint[]);
    const { tracer } = vm.machine;
    if (tracer !== null) tracer.routes(sender, orientation, body, hits as Endpoint[], count);
    if (count > 0) this.#deliverMessage(new Arrival(orientation, body), 0, count);
  }

  /** The endpoint that {@link meet} was called with has come: it and those that it meets are told of each other. */
  presence(): void {
    this.#going = false;
    this.#ending = null;
    this.active = true;
    this.resume();
  }

  /** An endpoint has gone: it and those that it met are told. */
  absence(subject: Endpoint, reason: unknown): void {
    this.#going = true;
    this.#reason = reason;
    this.#ending = null;
    this.#leave(subject);
    this.active = true;
    this.resume();
  }

  /** A process ends: its endpoints go in order of creation. */
  end(process: Process, reason: unknown): void {
    this.#going = true;
    this.#reason = reason;
    this.#ending = process;
    this.#count = 0;
    this.#index = 0;
    this.active = true;
    this.resume();
  }

  /** Go on until all is delivered, or a nested VM has been entered. */
  resume(): void {
    if (this.#arrival !== null) return this.#resumeMessage(this.#arrival);
    const { tracer } = this.#vm.machine;
    if (tracer !== null) tracer.delivers(this.#vm);
    this.#resumePairs();
  }

  /** Where it is is written down only when it has to wait: most messages are delivered in one go. */
  #deliverMessage(arrival: Arrival, from: number, count: number): void {
    const hits = this.#hits;
    const { tracer } = this.#vm.machine;
    if (tracer !== null) tracer.delivers(this.#vm);
    for (let i = from; i < count; i++) {
      const receiver = hits[i] as Endpoint;
      hits[i] = null;
      const { process } = receiver;
      if (process.inner !== null) return this.#enter(process.inner, receiver, arrival, i + 1, count);
      if (tracer === null) process.receiveUnwatched(receiver, arrival);
      else process.receiveMessage(receiver, arrival);
    }
  }

  #enter(inner: Vm, { target }: Endpoint, arrival: Arrival, next: number, count: number): void {
    enterForEvent(inner, target as Endpoint, arrival);
    this.#arrival = arrival;
    this.#index = next;
    this.#count = count;
    this.active = true;
  }

  #resumeMessage(arrival: Arrival): void {
    this.#arrival = null;
    this.active = false;
    this.#deliverMessage(arrival, this.#index, this.#count);
  }

  #resumePairs(): void {
    for (;;) {
      while (this.#index < this.#count) {
        const subject = this.#subject as Endpoint;
        const peer = this.#hits[this.#index] as Endpoint;
        const common = this.#common[this.#index] as Term;
        if (!this.#peerTold) {
          this.#peerTold = true;
          this.#vm.machine.tracer?.pair(subject, peer, common, this.#going, this.#reason);
          if (this.#tell(peer, subject, common)) return;
        }
        this.#peerTold = false;
        this.#hits[this.#index] = null;
        this.#common[this.#index++] = null;
        if (this.#tell(subject, peer, common)) return;
      }
      this.#subject = null;
      const ending = this.#ending;
      if (ending === null) break;
      const next = ending.endpoints.first;
      if (next === null) {
        const reason = this.#reason;
        this.#ending = null;
        this.#reason = undefined;
        this.active = false;
        this.#vm.ended(ending, reason);
        return;
      }
      ending.endpoints.remove(next);
      this.#leave(next);
    }
    this.#reason = undefined;
    this.active = false;
  }

  #leave(subject: Endpoint): void {
    this.#vm.routing.remove(subject);
    this.#vm.endpointCount--;
    this.#vm.onEndpointGone?.(subject);
    this.#vm.machine.tracer?.endpointGoes(subject, this.#reason);
    this.meet(subject);
  }

  /** Find the peers of `subject`. All that may fail is done here, before anybody has been told of anything. */
  meet(subject: Endpoint): void {
    const { topic } = subject.role;
    const count = this.#vm.routing.peers(subject, this.#hits as Endpoint[]);
    // What a topic without wildcards has in common with one that it meets is itself.
    const whole = count > 0 && isGround(topic);
    for (let i = 0; i < count; i++) {
      this.#common[i] = whole ? topic : (intersection((this.#hits[i] as Endpoint).role.topic, topic) as Term);
    }
    this.#subject = subject;
    this.#count = count;
    this.#index = 0;
    this.#peerTold = false;
  }

  #tell(listener: Endpoint, of: Endpoint, topic: Term): boolean {
    const { orientation, interestType } = of.role;
    if (!isVisible(interestType, listener.role.interestType)) return false;
    const handler = this.#going ? listener.onAbsence : listener.onPresence;
    if (handler === undefined && listener.process.inner === null) return false;
    const role = { orientation, topic, interestType };
    return deliver(
      listener,
      this.#going ? { type: "absence", role, reason: this.#reason } : { type: "presence", role },
    );
  }
}

/** @returns whether a nested VM has been entered, which has to finish its round first */
function deliver(endpoint: Endpoint, event: PresenceEvent | AbsenceEvent): boolean {
  const { process } = endpoint;
  if (process.inner === null) {
    process.receive(endpoint, event);
    return false;
  }
  enterForEvent(process.inner, endpoint.target as Endpoint, event);
  return true;
}
