import { yieldThen } from "../../dsl/processes.ts";
import type { Action, AddEndpoint, MetaAction, Spawn } from "../../model/action.ts";
import type { EndpointEvent } from "../../model/event.ts";
import { Cast, type Level, outermost } from "./cast.ts";
import { recordEvent } from "./record.ts";
import type { ChildSpec, EndpointOp, OpTree, Scenario, SpawnOp, StepSpec, VmOp, YieldOp } from "./scenario.ts";
import type { Snapshot, TraceEvent } from "./trace.ts";
import type { World } from "./world.ts";

/** What was seen until the VM was idle; the rest of a snapshot says how to compare. */
export type Observation = Pick<Snapshot, "events" | "alive" | "skipped">;

/** A process, and the level at which it lives. */
interface Home {
  readonly process: string;
  readonly level: Level;
}

/** Whose list of actions is being built, and the level on which they are performed. */
interface Place {
  readonly home: Home;
  readonly target: Level;
}

type Built = Action<unknown> | null | false | readonly Built[];

/** Thrown where a list has `garbage` in it, and caught where the list is to be returned. */
const GARBAGE = Symbol("garbage");

/** A PID that no process ever has. */
const NOBODY = -1;

/** Runs a scenario step by step and records what its processes see. */
export class ScenarioRun {
  readonly #keepAlive: boolean;
  readonly #cast = new Cast();
  readonly #world: World;
  #events: TraceEvent[] = [];
  #vmsBuilt = 0;

  /** @param world in which the scenario's VM runs */
  constructor({ keepAlive, processes }: Scenario, world: World) {
    this.#keepAlive = keepAlive;
    this.#world = world;
    const level = outermost(() => world.root);
    const place = { home: { process: "the boot process", level }, target: level };
    world.boot(() => processes.map((child) => this.#build(spawnOf(child), place)));
  }

  /** Give a process its actions; what follows from them happens when the world runs. @returns whether the process is there */
  give({ in: name, do: actions }: StepSpec): boolean {
    const member = this.#cast.find(name);
    const process = member?.process();
    if (member === undefined || process === undefined) return false;
    this.#world.inject(process, () => this.#activate({ process: name, level: member.level }, actions));
    return true;
  }

  /** What has been seen since the last time. */
  observe(): Omit<Observation, "skipped"> {
    const events = this.#events;
    this.#events = [];
    return { events, alive: this.#cast.alive() };
  }

  /** An activation of a process that asks for `actions`: what it returns, or throws. */
  #activate(home: Home, actions: OpTree): Built {
    try {
      return this.#build(actions, { home, target: home.level });
    } catch (thrown) {
      if (thrown === GARBAGE) return "no transition" as never;
      throw thrown;
    }
  }

  #build(tree: OpTree, place: Place): Built {
    if (tree === null || tree === false) return tree;
    if (!("op" in tree)) return tree.map((branch) => this.#build(branch, place));
    switch (tree.op) {
      case "endpoint":
        return this.#endpoint(tree, place);
      case "delete":
        return { type: "delete-endpoint", id: tree.id, reason: tree.reason };
      case "send":
        return { type: "send-message", body: tree.body, orientation: tree.orientation };
      case "quit": {
        const pid =
          tree.who === undefined ? undefined : (this.#cast.find(tree.who, place.target)?.process()?.pid ?? NOBODY);
        return { type: "quit", pid, reason: tree.reason };
      }
      case "spawn":
        return this.#spawn(tree, place);
      case "vm":
        return this.#spawnVm(tree, place);
      case "meta":
        return atMetaLevel(this.#build(tree.do, { ...place, target: place.target.container }));
      case "yield":
        return yieldThen(() => this.#resume(tree, place.home));
      case "raise":
        throw "value" in tree ? tree.value : new Error(tree.message);
      case "garbage":
        throw GARBAGE;
      case "unknown":
        break;
    }
    return { type: "no-such-action" } as never;
  }

  #endpoint(op: EndpointOp, { home, target }: Place): AddEndpoint<unknown> {
    const handle = (event: EndpointEvent, actions: OpTree): Built => {
      this.#events.push(recordEvent(home.process, op.id, target !== home.level, event));
      if (op.trapRaise !== undefined) throw new Error(op.trapRaise);
      return this.#activate(home, actions);
    };
    return {
      type: "add-endpoint",
      id: op.id,
      role: { orientation: op.orientation, topic: op.topic, interestType: op.interest },
      handlers: {
        onPresence: (event) => handle(event, op.onPresence),
        onAbsence: (event) => handle(event, op.onAbsence),
        onMessage: (_body, _state, event) => handle(event, op.onMessage),
      },
    };
  }

  #spawn(op: SpawnOp, { home, target }: Place): Spawn<unknown> {
    const { parent } = op;
    return {
      type: "spawn",
      name: op.name,
      pin: this.#keepAlive ? 1 : 0,
      boot: (pid) => {
        this.#cast.join(op.name, target, pid);
        return this.#activate({ process: op.name, level: target }, op.do);
      },
      onSpawned:
        parent === undefined
          ? undefined
          : () => {
              this.#events.push({ process: home.process, event: "spawned", child: op.name });
              return this.#activate(home, parent);
            },
    };
  }

  #spawnVm(op: VmOp, { target }: Place): Action<unknown> {
    const name = `${op.name} (${this.#vmsBuilt++})`;
    return this.#world.nest({
      name,
      container: target.vm,
      pin: this.#keepAlive ? 2 : 0,
      boot: (pid) => {
        const level = this.#cast.joinVm(op.name, target, name, (process) => this.#world.innerOf(process));
        this.#cast.join(op.process, level, pid);
        return this.#activate({ process: op.process, level }, op.do);
      },
    });
  }

  #resume(op: YieldOp, home: Home): Built {
    if (op.note !== undefined) this.#events.push({ process: home.process, event: "yield", note: op.note });
    return this.#activate(home, op.do);
  }
}

function spawnOf({ name, process, do: actions }: ChildSpec): SpawnOp | VmOp {
  return process === undefined
    ? { op: "spawn", name, do: actions, parent: undefined }
    : { op: "vm", name, process, do: actions };
}

function atMetaLevel(tree: Built): Built {
  if (tree === null || tree === false) return tree;
  if (!("type" in tree)) return tree.map(atMetaLevel);
  // A scenario may ask for a yield there too, which is no MetaAction: that is the runtime's to refuse.
  return { type: "at-meta-level", action: tree as MetaAction<unknown> };
}
