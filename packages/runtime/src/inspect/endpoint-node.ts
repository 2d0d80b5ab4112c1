import type { EndpointId, Handlers } from "../model/action.ts";
import type { Endpoint } from "../vm/endpoint.ts";
import type { Process } from "../vm/process.ts";
import type { EndpointNode } from "./entry.ts";
import type { HandlersPresent } from "./events.ts";
import { endpointKey, processPath } from "./paths.ts";
import type { ProcessNode } from "./tree.ts";

/** A live process as the tree shows it, of which nothing is known but what it is now. */
export function processNode(process: Process): ProcessNode {
  const endpoints = Array.from(process.endpoints, (each) => endpointNode(each, 0));
  process.meta?.forEach((table, i) => endpoints.push(...Array.from(table, (each) => endpointNode(each, i + 1))));
  return {
    process: processPath(process),
    name: process.name ?? null,
    vm: process.inner !== null,
    since: 0,
    endpoints: new Map(endpoints.map((each) => [each.endpoint, each])),
  };
}

export function endpointNode(endpoint: Endpoint, level: number): EndpointNode {
  const { role, target } = endpoint;
  return {
    endpoint: keyOf(endpoint),
    name: endpointName(endpoint),
    level,
    role,
    handlers: handlersPresent(endpoint),
    for: target === null ? null : keyOf(target),
  };
}

function keyOf(endpoint: Endpoint): string {
  return endpointKey(processPath(endpoint.process), endpoint);
}

/** What it is called by the process that asked for it. */
function endpointName(endpoint: Endpoint): EndpointId {
  let named = endpoint;
  while (named.target !== null) named = named.target;
  return named.id as EndpointId;
}

/** Has it, or what it stands for, a handler for messages, and is no spy? */
export function takesMessages(endpoint: Endpoint): boolean {
  let last = endpoint;
  while (last.target !== null) last = last.target;
  return last.onMessage !== undefined && last.role.interestType !== "everything";
}

export function handlersPresent({
  onPresence,
  onAbsence,
  onMessage,
}: Partial<Record<keyof Handlers<unknown>, unknown>>): HandlersPresent {
  return { presence: onPresence !== undefined, absence: onAbsence !== undefined, message: onMessage !== undefined };
}
