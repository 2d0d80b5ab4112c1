import type { EndpointId } from "../../model/action.ts";
import type { InterestType, Orientation } from "../../model/role.ts";
import { type Json, termFromJson } from "../../terms/json.ts";
import type { Term } from "../../terms/term.ts";
import { boolean, endpointId, expected, fields, list, oneOf, optional, string, VectorError } from "./check.ts";

export interface Scenario {
  readonly name: string;
  /** Does a process without endpoints stay? */
  readonly keepAlive: boolean;
  /** The children of the scenario's VM, in the order in which they are spawned. */
  readonly processes: readonly ChildSpec[];
  readonly steps: readonly StepSpec[];
}

export interface ChildSpec {
  readonly name: string;
  /** Where the child is a nested VM: the name of its boot process. */
  readonly process: string | undefined;
  readonly do: OpTree;
}

export interface StepSpec {
  /** The name of the process that is given the actions. */
  readonly in: string;
  readonly do: OpTree;
}

export interface EndpointOp {
  readonly op: "endpoint";
  readonly id: EndpointId;
  readonly orientation: Orientation;
  readonly interest: InterestType;
  readonly topic: Term;
  readonly onPresence: OpTree;
  readonly onAbsence: OpTree;
  readonly onMessage: OpTree;
  /** The message of what each of its handlers throws, in place of returning actions. */
  readonly trapRaise: string | undefined;
}

export interface SpawnOp {
  readonly op: "spawn";
  readonly name: string;
  readonly do: OpTree;
  /** What the spawn continuation asks for; there is none where this is `undefined`. */
  readonly parent: OpTree | undefined;
}

export interface VmOp {
  readonly op: "vm";
  readonly name: string;
  readonly process: string;
  readonly do: OpTree;
}

export interface YieldOp {
  readonly op: "yield";
  readonly do: OpTree;
  /** Its continuation is recorded if it has one. */
  readonly note: Json | undefined;
}

/** One action of a scenario, or what happens in its place when the list is built (`raise`, `garbage`). */
export type Op =
  | EndpointOp
  | SpawnOp
  | VmOp
  | YieldOp
  | { readonly op: "delete"; readonly id: EndpointId; readonly reason: Term | undefined }
  | { readonly op: "send"; readonly body: Term; readonly orientation: Orientation }
  | { readonly op: "quit"; readonly who: string | undefined; readonly reason: Term | undefined }
  | { readonly op: "meta"; readonly do: OpTree }
  | { readonly op: "raise"; readonly message: string }
  | { readonly op: "raise"; readonly value: Term }
  | { readonly op: "garbage" }
  | { readonly op: "unknown" };

/** An action tree as a scenario writes it. */
export type OpTree = Op | null | false | readonly OpTree[];

export function parseScenario(json: unknown, at: string): Scenario {
  const scenario = fields(json, at);
  const processes = fields(scenario["processes"], `${at}.processes`);
  return {
    name: string(scenario["name"], `${at}.name`),
    keepAlive: optional(scenario["keepAlive"], `${at}.keepAlive`, boolean) ?? true,
    processes: Object.keys(processes)
      .toSorted()
      .map((name) => parseChild(name, processes[name], `${at}.processes.${name}`)),
    steps: list(scenario["steps"], `${at}.steps`, (step, stepAt) => {
      const { in: name, do: actions } = fields(step, stepAt, ["in", "do"]);
      return { in: string(name, `${stepAt}.in`), do: tree(actions, `${stepAt}.do`) };
    }),
  };
}

function parseChild(name: string, json: unknown, at: string): ChildSpec {
  const child = fields(json, at, ["process", "do"]);
  return {
    name,
    process: optional(child["process"], `${at}.process`, string),
    do: optional(child["do"], `${at}.do`, tree) ?? [],
  };
}

function tree(json: unknown, at: string): OpTree {
  if (json === null || json === false) return json;
  if (Array.isArray(json)) return list(json, at, tree);
  const op = fields(json, at)["op"];
  const parse = typeof op === "string" && Object.hasOwn(PARSERS, op) ? PARSERS[op] : undefined;
  if (parse === undefined) throw expected(`${at}.op`, `one of ${Object.keys(PARSERS).join(", ")}`, op);
  return parse(json, at);
}

/** One for each `op`. A `cons` is a list of two like any other. */
const PARSERS: { readonly [op: string]: (json: unknown, at: string) => OpTree } = {
  endpoint(json, at) {
    const names = ["op", "id", "orientation", "interest", "topic", "onPresence", "onAbsence", "onMessage", "trapRaise"];
    const op = fields(json, at, names);
    return {
      op: "endpoint",
      id: endpointId(op["id"], `${at}.id`),
      orientation: oneOf(op["orientation"], `${at}.orientation`, ORIENTATIONS),
      interest: oneOf(op["interest"], `${at}.interest`, INTERESTS),
      topic: term(op["topic"], `${at}.topic`),
      onPresence: optional(op["onPresence"], `${at}.onPresence`, tree) ?? [],
      onAbsence: optional(op["onAbsence"], `${at}.onAbsence`, tree) ?? [],
      onMessage: optional(op["onMessage"], `${at}.onMessage`, tree) ?? [],
      trapRaise: optional(op["trapRaise"], `${at}.trapRaise`, string),
    };
  },
  delete(json, at) {
    const op = fields(json, at, ["op", "id", "reason"]);
    return { op: "delete", id: endpointId(op["id"], `${at}.id`), reason: optional(op["reason"], `${at}.reason`, term) };
  },
  send(json, at) {
    const op = fields(json, at, ["op", "body", "orientation"]);
    return {
      op: "send",
      body: term(op["body"], `${at}.body`),
      orientation: oneOf(op["orientation"], `${at}.orientation`, ORIENTATIONS),
    };
  },
  quit(json, at) {
    const op = fields(json, at, ["op", "who", "reason"]);
    return {
      op: "quit",
      who: optional(op["who"], `${at}.who`, string),
      reason: optional(op["reason"], `${at}.reason`, term),
    };
  },
  spawn(json, at) {
    const op = fields(json, at, ["op", "name", "do", "parent"]);
    return {
      op: "spawn",
      name: string(op["name"], `${at}.name`),
      do: tree(op["do"], `${at}.do`),
      parent: optional(op["parent"], `${at}.parent`, tree),
    };
  },
  vm(json, at) {
    const op = fields(json, at, ["op", "name", "process", "do"]);
    return {
      op: "vm",
      name: string(op["name"], `${at}.name`),
      process: string(op["process"], `${at}.process`),
      do: tree(op["do"], `${at}.do`),
    };
  },
  meta(json, at) {
    return { op: "meta", do: tree(fields(json, at, ["op", "do"])["do"], `${at}.do`) };
  },
  yield(json, at) {
    const op = fields(json, at, ["op", "do", "note"]);
    return { op: "yield", do: tree(op["do"], `${at}.do`), note: op["note"] };
  },
  raise(json, at) {
    const op = fields(json, at, ["op", "message", "value"]);
    return Object.hasOwn(op, "value")
      ? { op: "raise", value: term(op["value"], `${at}.value`) }
      : { op: "raise", message: string(op["message"], `${at}.message`) };
  },
  cons(json, at) {
    const op = fields(json, at, ["op", "car", "cdr"]);
    return [tree(op["car"], `${at}.car`), tree(op["cdr"], `${at}.cdr`)];
  },
  garbage: (json, at) => (fields(json, at, ["op"]), { op: "garbage" }),
  unknown: (json, at) => (fields(json, at, ["op"]), { op: "unknown" }),
};

const ORIENTATIONS = ["publisher", "subscriber"] as const;
const INTERESTS = ["participant", "observer", "everything"] as const;

function term(json: unknown, at: string): Term {
  try {
    return termFromJson(json);
  } catch (error) {
    throw new VectorError(`${at}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
