import type { AbsenceEvent, PresenceEvent } from "../model/event.ts";
import type { ActionTree, AddEndpoint, Unchecked } from "../model/action.ts";
import type { Step } from "../model/transition.ts";
import { checkFunction, checkName, checkOptions } from "../terms/check.ts";
import { badArgument } from "../terms/error.ts";
import { formatTerm } from "../terms/format.ts";
import { fieldsOf, isList, isPlainObject, isRecord, isWild, type Term, type TermObject } from "../terms/kinds.ts";
import { checkTerm, equalTerms } from "../terms/term.ts";
import type { TopicOf } from "../terms/types.ts";
import { observePublishers, observeSubscribers, type ObserverOptions } from "./endpoints.ts";
import { spawn } from "./processes.ts";

export interface OnDemandOptions extends ObserverOptions {
  /** Whose presence is the demand; left out, `"publishers"`. */
  readonly of?: "publishers" | "subscribers" | undefined;
  /** Names the processes, for people. */
  readonly name?: string | undefined;
}

/**
 * One process for each conversation that somebody demands. A conversation is told from others by what the *named* wildcards of `topic` stand
 * for: it begins when an endpoint appears that says what each of them is, and a second endpoint of the same conversation starts
 * nothing. Whose wildcards stay open demands nothing. The process ends itself when its conversation does: by the absence it sees.
 *
 * ```ts
 * onDemand(tcpChannel(wild("client"), tcpListener(7), ANY), ({ source }) => session(source))
 * ```
 *
 * @param topic with at least one named wildcard
 * @param boot of the process for the conversation that has this topic; given the topic and the process's PID
 * @returns the endpoint that watches; wrap it in `atMetaLevel` to watch the container and have the processes in this VM
 */
export function onDemand<const P extends Term>(
  topic: P,
  boot: (topic: TopicOf<P>, pid: number) => Step<Unchecked>,
  options: OnDemandOptions = {},
): AddEndpoint<Unchecked> {
  checkTerm(topic, "onDemand: topic");
  checkFunction("onDemand: boot", boot);
  checkOptions("onDemand: options", options, ["of", "name", "id", "interest"]);
  const { of = "publishers", name, ...observer } = options;
  checkName("onDemand: name", name);
  if (of !== "publishers" && of !== "subscribers")
    throw badArgument("onDemand: of", `"publishers" or "subscribers"`, of);
  if (conversation(topic, topic).length === 0) {
    throw badArgument("onDemand: topic", 'a pattern with a named wildcard, such as wild("client")', topic);
  }

  /** By text, to be quick; parts of equal text may still differ, if there are objects in them that have no text form. */
  const demands = new Map<string, Demand[]>();
  const demandOf = (met: Term): Demand | undefined => {
    const parts = conversation(topic, met);
    if (parts.some((part) => checkTerm(part, "onDemand"))) return undefined;
    const text = formatTerm(parts);
    const alike = demands.get(text) ?? [];
    if (alike.length === 0) demands.set(text, alike);
    let demand = alike.find((each) => equalTerms(each.parts, parts));
    if (demand === undefined) alike.push((demand = { parts, text, count: 0 }));
    return demand;
  };
  const handlers = {
    onPresence(event: PresenceEvent): ActionTree<Unchecked> {
      const demand = demandOf(event.role.topic);
      return (
        demand !== undefined &&
        demand.count++ === 0 &&
        spawn((pid) => boot(event.role.topic as TopicOf<P>, pid), { name })
      );
    },
    onAbsence(event: AbsenceEvent): ActionTree<Unchecked> {
      const demand = demandOf(event.role.topic);
      if (demand === undefined || --demand.count > 0) return null;
      const others = (demands.get(demand.text) ?? []).filter((each) => each !== demand);
      if (others.length === 0) demands.delete(demand.text);
      else demands.set(demand.text, others);
      return null;
    },
  };
  return (of === "publishers" ? observePublishers : observeSubscribers)(topic, handlers, observer);
}

/** A conversation that somebody demands. */
interface Demand {
  /** What the named wildcards stand for in it. */
  readonly parts: readonly Term[];
  readonly text: string;
  /** How many endpoints demand it. */
  count: number;
}

/** What stands in `topic` where `pattern` has its named wildcards, in order. */
function conversation(pattern: Term, topic: Term): Term[] {
  if (isWild(pattern)) return pattern.name === "" ? [] : [topic];
  if (isRecord(pattern)) {
    const fields = isRecord(topic) ? fieldsOf(topic) : [];
    return fieldsOf(pattern).flatMap((field, i) => conversation(field, fields[i] ?? null));
  }
  if (isList(pattern)) {
    const elements = isList(topic) ? topic : [];
    return pattern.flatMap((element, i) => conversation(element, elements[i] ?? null));
  }
  if (isPlainObject(pattern)) {
    return Object.keys(pattern)
      .toSorted()
      .flatMap((key) => conversation(pattern[key] as Term, (topic as TermObject)[key] ?? null));
  }
  return [];
}
