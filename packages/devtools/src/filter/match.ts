import { clash, vmOf, type StreamItem } from "@marketplace/runtime/inspect";
import { kindNumber, KINDS, type Kind } from "../model/kinds.ts";
import type { Model } from "../model/model.ts";
import { isFault, processOf, subjectOf, summarize, termOf } from "../model/summary.ts";
import { termOfBody } from "../model/terms.ts";
import type { Condition, Filter, Quality } from "./parse.ts";

/** Kinds that go together under one name. */
export const GROUPS: Readonly<Record<string, readonly Kind[]>> = {
  endpoint: ["endpoint-added", "endpoint-replaced", "endpoint-deleted"],
  process: ["spawn", "exit"],
  work: ["turn", "action", "activation"],
};

/** Does a filter let the event at a position pass? To be asked for positions in ascending order, each once: `cause:` builds on that. */
export type Matcher = (position: number) => boolean;

type Predicate = (item: StreamItem, position: number) => boolean;

/** @returns null where the filter lets everything pass */
export function matcherOf({ conditions }: Filter, model: Model): Matcher | null {
  if (conditions.length === 0) return null;
  const { log } = model;
  const types = conditions.filter(({ test, negated }) => test.on === "type" && !negated);
  const predicates: Predicate[] = [];
  if (types.length > 0) {
    const any = types.map((condition) => predicateOf(condition, model));
    predicates.push((item, position) => any.some((one) => one(item, position)));
  }
  // What is quick to ask comes first, but for causes, which have to see every event.
  const rest = conditions.filter((condition) => !types.includes(condition));
  const order = { cause: 0, type: 1, is: 2, from: 3, to: 3, topic: 4, text: 5 };
  for (const condition of rest.sort((a, b) => order[a.test.on] - order[b.test.on])) {
    const predicate = predicateOf(condition, model);
    const { negated } = condition;
    const one: Predicate = (item, position) => predicate(item, position) !== negated;
    if (condition.test.on === "cause") predicates.unshift(one);
    else predicates.push(one);
  }
  return (position) => {
    const item = log.at(position);
    if (item === undefined) return false;
    for (const predicate of predicates) if (!predicate(item, position)) return false;
    return true;
  };
}

function predicateOf({ test }: Condition, model: Model): Predicate {
  switch (test.on) {
    case "type":
      return typePredicate(test.name, model);
    case "topic":
      return (item) => {
        const body = termOf(item);
        const term = body === undefined ? undefined : termOfBody(body);
        if (term === undefined) return false;
        try {
          return clash(term, test.pattern) === undefined;
        } catch {
          return false;
        }
      };
    case "from": {
      const is = whomPredicate(test.whom, model);
      return (item) => {
        const process =
          item.kind === "presence" || item.kind === "absence" ? processOf(item.publisher) : subjectOf(item);
        return process !== "" && is(process);
      };
    }
    case "to": {
      const is = whomPredicate(test.whom, model);
      return (item) => {
        if (item.kind === "message") return item.to.some((endpoint) => is(processOf(endpoint)));
        return (item.kind === "presence" || item.kind === "absence") && is(processOf(item.subscriber));
      };
    }
    case "is":
      return QUALITY[test.what];
    case "cause": {
      const caused = new Set<number>([test.id]);
      return (item) => {
        if (item.kind === "gap") return false;
        if (item.id === test.id) return true;
        if (!caused.has(item.cause)) return false;
        caused.add(item.id);
        return true;
      };
    }
    case "text":
      return (item) => test.pattern.test(`${item.kind} ${summarize(item, model, 4000).text}`);
  }
}

const QUALITY: Readonly<Record<Quality, Predicate>> = {
  unmatched: (item) => item.kind === "message" && item.unmatched,
  delivered: (item) => item.kind === "message" && !item.unmatched,
  feedback: (item) => item.kind === "message" && item.orientation === "subscriber",
  fault: isFault,
  changed: (item) => item.kind === "activation" && item.changed,
};

/** A kind, a group of kinds, or a word in the name of the record that a message is: `timer` for `set-timer` and `timer-expired`. */
function typePredicate(name: string, model: Model): Predicate {
  const kinds = KINDS.includes(name as Kind) ? [name as Kind] : GROUPS[name];
  if (kinds !== undefined) {
    const wanted = new Uint8Array(KINDS.length);
    for (const kind of kinds) wanted[kindNumber(kind)] = 1;
    return (_, position) => wanted[model.log.kindAt(position)] === 1;
  }
  return (item) => {
    const body = item.kind === "message" ? item.body : undefined;
    if (body === undefined || !("term" in body)) return false;
    const label = labelOf(body.term);
    return label !== undefined && (label === name || label.split("-").includes(name));
  };
}

function labelOf(json: unknown): string | undefined {
  const label = (json as { readonly struct?: unknown } | null)?.struct;
  if (typeof label === "string") return label.toLowerCase();
  const head = Array.isArray(json) ? (json[0] as unknown) : undefined;
  return typeof head === "string" ? head.toLowerCase() : undefined;
}

/** A process by its path, a VM with all in it (`3.*`), anybody (`*`), or a process by its name. */
function whomPredicate(whom: string, model: Model): (process: string) => boolean {
  if (whom === "*") return () => true;
  if (whom.endsWith(".*")) {
    const vm = whom.slice(0, -2);
    return (process) => vmOf(process) === vm || process.startsWith(`${vm}.`);
  }
  if (/^(\d+\.)*(\d+|outside)$/.test(whom)) return (process) => process === whom;
  const name = whom.toLowerCase();
  return (process) => model.tree.process(process)?.name?.toLowerCase() === name;
}
