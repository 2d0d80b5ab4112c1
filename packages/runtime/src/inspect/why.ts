import { isVisible, type InterestType, type Orientation, type Role } from "../model/role.ts";
import type { Term } from "../terms/term.ts";
import { clash, type Clash } from "./clash.ts";
import { vmAtLevel } from "./paths.ts";
import type { ActivationEvent, EndpointKey, Ending, EventId, HandlersPresent, ProcessPath, VmPath } from "./events.ts";

/** What has to be known of an endpoint to tell why something reached it or not. */
export interface EndpointFacts {
  readonly endpoint: EndpointKey;
  readonly process: ProcessPath;
  readonly level: number;
  /** Its topic as a term. */
  readonly role: Role;
  readonly handlers: HandlersPresent;
  /** The event by which it came; 0: before the recording. */
  readonly added: EventId;
  /** How it went, if it did. */
  readonly deleted?: { readonly event: EventId; readonly reason: string };
  /** How its process went, if it did. */
  readonly exited?: { readonly event: EventId; readonly how: Ending; readonly reason: string };
  /** The endpoints that stand for it further out, the nearest first: of an endpoint at a meta level. */
  readonly proxies?: readonly EndpointFacts[];
}

export interface MessageFacts {
  readonly event: EventId;
  readonly process: ProcessPath;
  readonly orientation: Orientation;
  /** `undefined` where it is not known. */
  readonly body: Term | undefined;
  readonly to: readonly EndpointKey[];
}

/** Why a message reached an endpoint, or why not. */
export type Verdict =
  /** The message was sent in one VM, the endpoint takes part in another. */
  | { readonly verdict: "wrong-level"; readonly message: VmPath; readonly endpoint: VmPath }
  | { readonly verdict: "not-yet-added"; readonly added: EventId }
  | { readonly verdict: "already-removed"; readonly event: EventId; readonly reason: string }
  | { readonly verdict: "process-exited"; readonly event: EventId; readonly how: Ending; readonly reason: string }
  /** Both face the same way: messages go to the other side. */
  | { readonly verdict: "same-orientation"; readonly orientation: Orientation }
  | { readonly verdict: "topics-clash"; readonly clash: Clash }
  /** It would have been routed, but is not among those who got it: what is known does not explain it. */
  | { readonly verdict: "unknown"; readonly missing: "body" | "cause" }
  /** It got there, and the endpoint has no `onMessage`. */
  | { readonly verdict: "delivered-unhandled" }
  /** It got there, but nothing ran: the endpoint further in was gone, or what ran is no longer known. */
  | { readonly verdict: "delivered-unseen" }
  /** It got there, and this is what the handler did. */
  | { readonly verdict: "delivered"; readonly activation: ActivationEvent };

/** The activation of an endpoint that an event caused, if it is known. */
export type FindActivation = (cause: EventId, endpoint: EndpointKey) => ActivationEvent | undefined;

/** Why did this message reach this endpoint, or why not? */
export function why(message: MessageFacts, endpoint: EndpointFacts, findActivation: FindActivation): Verdict {
  const outermost = endpoint.proxies?.at(-1);
  const stands = outermost ?? endpoint;
  if (message.to.includes(stands.endpoint)) {
    if (!endpoint.handlers.message) return { verdict: "delivered-unhandled" };
    const activation = findActivation(message.event, endpoint.endpoint);
    return activation === undefined ? { verdict: "delivered-unseen" } : { verdict: "delivered", activation };
  }
  const messageVm = vmAtLevel(message.process, 0);
  const endpointVm = vmAtLevel(endpoint.process, endpoint.level);
  if (messageVm !== endpointVm) return { verdict: "wrong-level", message: messageVm, endpoint: endpointVm };
  if (endpoint.level > 0 && outermost === undefined) return { verdict: "not-yet-added", added: endpoint.added };
  if (stands.added > message.event) return { verdict: "not-yet-added", added: stands.added };
  const gone = absentAt(message.event, stands) ?? absentAt(message.event, endpoint);
  if (gone !== undefined) return gone;
  if (endpoint.role.orientation === message.orientation)
    return { verdict: "same-orientation", orientation: message.orientation };
  if (message.body === undefined) return { verdict: "unknown", missing: "body" };
  const found = clash(message.body, endpoint.role.topic);
  return found === undefined ? { verdict: "unknown", missing: "cause" } : { verdict: "topics-clash", clash: found };
}

/** What is wrong if an endpoint was gone when something happened. */
function absentAt(event: EventId, { deleted, exited }: EndpointFacts): Verdict | undefined {
  // A process's end deletes its endpoints first: what tells more is that it has ended.
  if (exited !== undefined && exited.event < event) {
    return { verdict: "process-exited", event: exited.event, how: exited.how, reason: exited.reason };
  }
  if (deleted !== undefined && deleted.event < event)
    return { verdict: "already-removed", event: deleted.event, reason: deleted.reason };
  return undefined;
}

/** Why one endpoint hears of the presence of another, or why not. */
export type PresenceVerdict =
  | { readonly verdict: "wrong-level"; readonly local: VmPath; readonly remote: VmPath }
  | { readonly verdict: "same-orientation"; readonly orientation: Orientation }
  | { readonly verdict: "topics-clash"; readonly clash: Clash }
  /** They were never there at the same time. */
  | { readonly verdict: "apart"; readonly gone: EndpointKey; readonly event: EventId; readonly came: EventId }
  /** They meet, but only participants are seen by those who do not watch everything. */
  | { readonly verdict: "hidden"; readonly remote: InterestType; readonly local: InterestType }
  | { readonly verdict: "meets"; readonly handled: boolean };

/** Does `local` hear of `remote`, and if not, why? */
export function whyPresence(local: EndpointFacts, remote: EndpointFacts): PresenceVerdict {
  const localVm = vmAtLevel(local.process, local.level);
  const remoteVm = vmAtLevel(remote.process, remote.level);
  if (localVm !== remoteVm) return { verdict: "wrong-level", local: localVm, remote: remoteVm };
  const { orientation, topic, interestType } = local.role;
  if (orientation === remote.role.orientation) return { verdict: "same-orientation", orientation };
  const found = clash(topic, remote.role.topic);
  if (found !== undefined) return { verdict: "topics-clash", clash: found };
  for (const [one, other] of [
    [local, remote],
    [remote, local],
  ] as const) {
    const end = one.deleted?.event ?? one.exited?.event;
    if (end !== undefined && end < other.added)
      return { verdict: "apart", gone: one.endpoint, event: end, came: other.added };
  }
  if (!isVisible(remote.role.interestType, interestType)) {
    return { verdict: "hidden", remote: remote.role.interestType, local: interestType };
  }
  return { verdict: "meets", handled: local.handlers.presence };
}

/** Who would get a message, by what is known of the endpoints that live now. */
export function receivers(
  vm: VmPath,
  orientation: Orientation,
  body: Term,
  endpoints: Iterable<EndpointFacts>,
): readonly EndpointKey[] {
  const found: EndpointKey[] = [];
  for (const { endpoint, process, level, role, deleted, exited } of endpoints) {
    if (deleted !== undefined || exited !== undefined || level > 0 || vmAtLevel(process, 0) !== vm) continue;
    if (role.orientation !== orientation && clash(body, role.topic) === undefined) found.push(endpoint);
  }
  return found;
}
