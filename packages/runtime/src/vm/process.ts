import type { Occasion } from "../inspect/tracer.ts";
import type { OnSpawned, Boot, Pin } from "../model/action.ts";
import type { Arrival, AbsenceEvent, PresenceEvent } from "../model/event.ts";
import { Sending } from "../model/sending.ts";
import { isTransition } from "../model/transition.ts";
import { describe, MarketplaceError } from "../terms/error.ts";
import { ActionQueue } from "./action-queue.ts";
import { EndpointTable, type Endpoint } from "./endpoint.ts";
import type { PendingAction } from "./pending-action.ts";
import type { Vm } from "./vm.ts";

/**
 * A process: private state, endpoints, and actions that wait for its turn. The one place where a user's functions are called:
 * whatever they throw becomes the end of this process and of nothing else.
 */
export class Process {
  // What a delivery looks at comes first: it fits into one line of the processor's cache.
  readonly vm: Vm;
  readonly pid: number;
  /** The VM inside, if this is a VM process. */
  inner: Vm | null = null;
  state: unknown = undefined;
  /** The action to be performed next, and a queue of those after it: mostly there is none or one, which needs no queue. */
  #next: PendingAction | null = null;
  #more: ActionQueue | null = null;
  /** Is it to have a turn? */
  scheduled = false;
  /** Is its end being performed? Its handlers still run then, and what they ask for is discarded. */
  ending = false;
  alive = true;
  readonly endpoints: EndpointTable = new EndpointTable();
  /** Endpoints at the meta level (index 0), the one beyond it (1) and so on; null for most. */
  meta: EndpointTable[] | null = null;
  /** Continuations of meta-level spawns that have not come back. */
  waiting = 0;
  readonly name: string | undefined;
  readonly pin: Pin;

  constructor(vm: Vm, pid: number, name: string | undefined, pin: Pin) {
    this.vm = vm;
    this.pid = pid;
    this.name = name;
    this.pin = pin;
  }

  boot(boot: Boot<unknown>): void {
    this.#activate("boot", null, boot, this.pid, undefined, undefined);
  }

  receive(endpoint: Endpoint, event: Arrival | PresenceEvent | AbsenceEvent): void {
    if (event.type === "message") {
      this.receiveMessage(endpoint, event);
    } else if (event.type === "presence") {
      const { onPresence } = endpoint;
      if (onPresence !== undefined) this.#activate("presence", endpoint, onPresence, event, this.state, undefined);
    } else {
      const { onAbsence } = endpoint;
      if (onAbsence !== undefined) this.#activate("absence", endpoint, onAbsence, event, this.state, undefined);
    }
  }

  /** As {@link receive}, for messages. */
  receiveMessage(endpoint: Endpoint, arrival: Arrival): void {
    const { onMessage } = endpoint;
    if (onMessage !== undefined) this.#activate("message", endpoint, onMessage, arrival.body, this.state, arrival);
  }

  /** As {@link receiveMessage} while nobody watches. This is where a program spends its time, so nothing stands between it and the handler. */
  receiveUnwatched(endpoint: Endpoint, arrival: Arrival): void {
    const { onMessage } = endpoint;
    if (onMessage === undefined) return;
    let step: unknown;
    try {
      step = onMessage(arrival.body, this.state, arrival);
    } catch (thrown) {
      return this.crash(thrown);
    }
    if (step !== undefined && step !== null) this.absorb(step);
  }

  /** A child has been spawned. */
  spawned(onSpawned: OnSpawned<unknown>, childPid: number): void {
    this.#activate("spawned", null, onSpawned, childPid, this.state, undefined);
  }

  /** Run a function of this process: a yield's continuation, or what a test hands in. */
  resume(run: (state: never) => unknown): void {
    this.#activate("yield", null, run, this.state, undefined, undefined);
  }

  #activate(
    on: Occasion,
    endpoint: Endpoint | null,
    run: (a: never, b: never, c: never) => unknown,
    a: unknown,
    b: unknown,
    c: unknown,
  ): void {
    const { tracer } = this.vm.machine;
    if (tracer !== null) tracer.activationBegins(this, on, endpoint);
    this.#run(run, a, b, c);
    if (tracer !== null) tracer.activationEnds(this);
  }

  #run(run: (a: never, b: never, c: never) => unknown, a: unknown, b: unknown, c: unknown): void {
    let step: unknown;
    try {
      step = run(a as never, b as never, c as never);
    } catch (thrown) {
      return this.crash(thrown);
    }
    if (step !== undefined && step !== null) this.absorb(step);
  }

  /**
   * Take the new state and queue the actions of what a user's function returned; all of it or, if it is malformed, nothing. To read it may
   * run a user's code again (a getter) or find no end (a list that contains itself), so what is thrown here is this process's own crash, too.
   */
  absorb(step: unknown): void {
    const { pending } = this;
    try {
      // A single message and nothing pending: by far the most frequent case.
      if (step instanceof Sending && pending === 0 && !this.ending) return this.enqueue(step);
      const next = isTransition(step) ? step : null;
      const actions = next === null ? step : next.actions;
      if (this.ending) checkTree(actions);
      else this.#enqueueTree(actions);
      if (next !== null) this.state = next.state;
    } catch (thrown) {
      this.dropPending(pending);
      this.crash(thrown);
    }
  }

  /** How many actions wait to be performed. */
  get pending(): number {
    const first = this.#next === null ? 0 : 1;
    return this.#more === null ? first : first + this.#more.length;
  }

  /** The action to be performed next; null if there is none. */
  get next(): PendingAction | null {
    return this.#next ?? this.#more?.first ?? null;
  }

  /** Queue one action at the end. */
  enqueue(action: PendingAction): void {
    const { tracer } = this.vm.machine;
    const queued = tracer === null ? action : tracer.queues(this, action);
    if (this.#more !== null) this.#more.push(queued);
    else if (this.#next === null) this.#next = queued;
    else this.#more = new ActionQueue([queued]);
    if (!this.scheduled) this.vm.schedule(this);
  }

  /** Take the next action; there must be one. */
  takeNext(): PendingAction {
    const next = this.#next;
    if (next === null) return this.#takeMore(this.#more as ActionQueue);
    this.#next = null;
    return next;
  }

  #takeMore(more: ActionQueue): PendingAction {
    const action = more.shift();
    if (more.length === 0) this.#more = null;
    return action;
  }

  /** Drop all pending actions but the first `keep`. */
  dropPending(keep: number): void {
    const first = this.#next === null ? 0 : 1;
    if (keep === 0) this.#next = null;
    if (this.#more === null) return;
    this.#more.truncate(Math.max(0, keep - first));
    if (this.#more.length === 0) this.#more = null;
  }

  /** This process ends, in the place that the queue's end is: what was queued before is performed. */
  crash(reason: unknown): void {
    if (this.ending || !this.alive) return;
    const { machine } = this.vm;
    machine.tracer?.crashes(this, reason);
    this.enqueue({ type: "quit", pid: undefined, reason });
    machine.crashed(this, reason);
  }

  #enqueueTree(tree: unknown): void {
    if (tree === null || tree === undefined || tree === false) return;
    if (!Array.isArray(tree)) {
      if (!isActionLike(tree)) throw noTransition(tree);
      return this.#enqueueOne(tree);
    }
    const queue = this.#asQueue(tree);
    if (queue !== null) {
      this.#more = queue;
      if (!this.scheduled) this.vm.schedule(this);
      return;
    }
    for (let i = 0; i < tree.length; i++) {
      const item: unknown = tree[i];
      if (isActionLike(item)) this.#enqueueOne(item);
      else this.#enqueueTree(item);
    }
  }

  /** The queue that a list makes which has nothing but actions in it, where nothing is pending; null where they have to go one by one. */
  #asQueue(list: readonly unknown[]): ActionQueue | null {
    const { limits, machine } = this.vm;
    const { length } = list;
    if (length < 2 || length > limits.pendingActions || this.pending > 0 || machine.tracer !== null) return null;
    const actions: PendingAction[] = [];
    for (let i = 0; i < length; i++) {
      const item = list[i];
      if (!isActionLike(item)) return null;
      actions.push(item);
    }
    return new ActionQueue(actions);
  }

  #enqueueOne(action: PendingAction): void {
    const { pendingActions } = this.vm.limits;
    if (this.pending >= pendingActions) {
      throw new MarketplaceError(
        "VM_LIMIT",
        `${this.vm.path(this)} may have at most ${pendingActions} actions pending in this VM`,
      );
    }
    this.enqueue(action);
  }
}

/** Whether it is an action that we know is seen when it is performed: an unknown one ends its process in its place in the list. */
function isActionLike(value: unknown): value is PendingAction {
  if (value instanceof Sending) return true;
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

function checkTree(tree: unknown): void {
  if (tree === null || tree === undefined || tree === false) return;
  if (Array.isArray(tree)) tree.forEach(checkTree);
  else if (!isActionLike(tree)) throw noTransition(tree);
}

function noTransition(value: unknown): MarketplaceError {
  return new MarketplaceError(
    "NOT_A_TRANSITION",
    `expected a transition(state, ...actions), actions or nothing to be returned; got ${describe(value)}`,
  );
}
