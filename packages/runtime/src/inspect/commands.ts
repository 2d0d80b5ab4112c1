import { MarketplaceError } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import type { Process } from "../vm/process.ts";
import type { Vm } from "../vm/vm.ts";
import { DROPPED, hasValue, NONE } from "./entry.ts";
import type { Inspector } from "./inspector.ts";
import { endpointKey, findProcess, findVm, processPath } from "./paths.ts";
import type { TermJson, VmPath } from "./events.ts";
import type { Command, Result, StateResult, ValueResult, Which } from "./protocol.ts";
import { takesMessages } from "./endpoint-node.ts";
import { weigh } from "./scale.ts";
import type { Session } from "./session.ts";
import { stateAt } from "./state-at.ts";
import { follow, FULL, take } from "./taken.ts";

/** How many breakpoints there may be. */
const MOST_BREAKPOINTS = 100;

/** A message that takes more than this, in bytes, is not sent as a term; its parts can be fetched. */
const LARGEST_TERM = 131_072;

/** So many of the latest messages are looked at for the types of records. */
const LATEST = 2000;

/** @throws MarketplaceError with a code of the protocol */
export function answer(inspector: Inspector, session: Session, command: Command): Result {
  switch (command.command) {
    case "snapshot":
      return { at: session.restart(command.history ?? 0) };
    case "bodies":
      session.setBodies(command.mode);
      return {};
    case "value":
      return valueOf(inspector, command.event, command);
    case "state":
      return stateOf(inspector, command);
    case "preview": {
      const vm = vmNamed(inspector, command.vm);
      const found: Endpoint[] = [];
      const body = termOf(inspector, vm, command.body);
      const count = vm.routing.receivers(command.orientation, body, vm.outside, found);
      const receivers = found.slice(0, count);
      return {
        to: receivers.map((each) => endpointKey(processPath(each.process), each)),
        unmatched: !receivers.some(takesMessages),
      };
    }
    default:
      if (inspector.isOver) throw new MarketplaceError("VM_ENDED", `${command.command}: the VM has ended`);
      return obey(inspector, command);
  }
}

type Control = Exclude<Command, { readonly command: "snapshot" | "bodies" | "value" | "state" | "preview" }>;

function obey(inspector: Inspector, command: Control): Result {
  const { brake, ground, recorder } = inspector;
  switch (command.command) {
    case "pause":
      if (!brake.isPaused) recorder.control("pause");
      brake.stop();
      return {};
    case "resume":
      if (!brake.isPaused) throw new MarketplaceError("NOT_PAUSED", "resume: the VM is not paused");
      recorder.control("resume");
      brake.resume();
      ground.wake();
      return {};
    case "step":
      recorder.control("step");
      brake.step();
      ground.wake();
      return {};
    case "kill": {
      const process = processNamed(inspector, command.process);
      const event = recorder.control("kill", process);
      recorder.causesNext(event);
      const reason = new MarketplaceError("KILLED", "ended by somebody who watches the VM");
      ground.request(process.vm, { type: "quit", pid: process.pid, reason });
      return { event };
    }
    case "inject": {
      const vm = vmNamed(inspector, command.vm);
      const body = termOf(inspector, vm, command.body);
      const event = recorder.injection(vm, body);
      recorder.causesNext(event);
      ground.request(vm, { type: "send-message", body, orientation: command.orientation });
      return { event };
    }
    case "break": {
      if ([...brake.breakpoints].length >= MOST_BREAKPOINTS) {
        throw new MarketplaceError(
          "TOO_MANY_BREAKPOINTS",
          `break: there may be at most ${MOST_BREAKPOINTS} breakpoints`,
        );
      }
      return { id: inspector.addBreakpoint(termOf(inspector, ground.machine.root, command.pattern), command.kind) };
    }
    case "unbreak":
      brake.clearBreakpoint(command.id);
      return {};
  }
}

function valueOf({ recorder, post }: Inspector, event: number, which: Which): ValueResult {
  const entry = recorder.ring.get(event);
  if (entry === undefined) {
    const known = event > 0 && event <= recorder.ring.newest;
    throw known
      ? new MarketplaceError("NOT_KEPT", `event ${event} is no longer kept`)
      : new MarketplaceError("NO_SUCH_EVENT", `there is no event ${event}`);
  }
  if (!hasValue(entry) || entry.value === NONE)
    throw new MarketplaceError("NO_SUCH_PART", `event ${event} holds no value`);
  if (entry.value === DROPPED) throw new MarketplaceError("NOT_KEPT", `what event ${event} held is no longer kept`);
  const result = show(entry.value, entry.print, which);
  if (entry.kind !== "message" || which.path !== undefined || entry.heldBytes > LARGEST_TERM) return result;
  try {
    return { ...result, term: post.toJson(entry.value) };
  } catch {
    // Changed since it was sent, so that it is no term any more.
    return result;
  }
}

function stateOf({ recorder, ground }: Inspector, command: Command & { readonly command: "state" }): StateResult {
  const { process, at = recorder.ring.newest } = command;
  const found = stateAt(recorder, ground.machine.root, process, at);
  if (found === undefined)
    throw new MarketplaceError("NO_SUCH_PROCESS", `there is no process ${process}, and none is remembered`);
  if (found === DROPPED)
    throw new MarketplaceError("NOT_KEPT", `the state of process ${process} at event ${at} is no longer kept`);
  return { ...show(found.state, found.print, command), event: found.event };
}

function show(value: unknown, print: number, { path = [], from = 0 }: Which): ValueResult {
  const part = follow(value, path);
  if (part === undefined) throw new MarketplaceError("NO_SUCH_PART", `there is nothing at [${path.join(", ")}]`);
  return { value: take(part.value, FULL, path, part.above, from), changedSince: weigh(value).print !== print };
}

function processNamed({ ground }: Inspector, path: string): Process {
  const process = findProcess(ground.machine.root, path);
  if (process === undefined) throw new MarketplaceError("NO_SUCH_PROCESS", `there is no process ${path}`);
  return process;
}

function vmNamed({ ground }: Inspector, path: VmPath): Vm {
  const vm = findVm(ground.machine.root, path);
  if (vm === undefined) throw new MarketplaceError("NO_SUCH_VM", `there is no VM ${path}`);
  return vm;
}

/** A term that a viewer wrote, with records as the program makes them. */
function termOf({ post, recorder }: Inspector, vm: Vm, json: TermJson): Term {
  const like: Term[] = [];
  for (const process of vm.processes.values()) for (const { role } of process.endpoints) like.push(role.topic);
  let left = LATEST;
  recorder.ring.backward(recorder.ring.newest, (entry) => {
    if (entry.kind === "message" && entry.value !== DROPPED) like.push(entry.value);
    return --left > 0;
  });
  return post.fromJson(json, like);
}
