import type { AddEndpoint } from "../../model/action.ts";
import type { Role } from "../../model/role.ts";
import { MarketplaceError } from "../../terms/error.ts";
import { formatTerm } from "../../terms/format.ts";
import { equivalent } from "../../terms/term.ts";
import { Endpoint } from "../endpoint.ts";
import type { Process } from "../process.ts";

/** Add an endpoint to the network of the process's VM, or replace the handlers of one with an equal role (rules 9 to 12). */
export function addEndpoint(process: Process, { id, role, handlers }: AddEndpoint<unknown>): void {
  const existing = id === undefined ? undefined : process.endpoints.get(id);
  if (existing !== undefined) {
    checkRole(existing, role);
    existing.setHandlers(handlers);
    process.vm.machine.tracer?.endpointReplaced(existing);
    return;
  }
  const sequence = process.vm.nextSequence();
  const endpoint = new Endpoint(process, id ?? freshId(process, sequence), role, sequence, null);
  endpoint.setHandlers(handlers);
  appear(endpoint);
}

/** Add an endpoint on behalf of an inner process of this VM process. */
export function addProxy(process: Process, target: Endpoint): void {
  appear(new Endpoint(process, target, target.role, process.vm.nextSequence(), target));
}

function appear(endpoint: Endpoint): void {
  const { process } = endpoint;
  const { vm } = process;
  vm.checkRoomForEndpoint();
  vm.deliveries.meet(endpoint);
  vm.endpointCount++;
  process.endpoints.add(endpoint);
  vm.routing.add(endpoint);
  vm.onEndpoint?.(endpoint);
  vm.machine.tracer?.endpointComes(endpoint, 0);
  vm.deliveries.presence();
}

/** @throws MarketplaceError `ROLE_MISMATCH` */
export function checkRole(existing: Endpoint, role: Role): void {
  const old = existing.role;
  if (old === role) return;
  if (
    old.orientation !== role.orientation ||
    old.interestType !== role.interestType ||
    !equivalent(old.topic, role.topic)
  ) {
    throw new MarketplaceError(
      "ROLE_MISMATCH",
      `the endpoint ${JSON.stringify(existing.id)} is ${inWords(old)}; to make it ${inWords(role)}, delete it first`,
    );
  }
}

function inWords({ orientation, interestType, topic }: Role): string {
  return `a ${orientation} of ${formatTerm(topic, { maxLength: 200 })} with interest "${interestType}"`;
}

/** An id that this process does not use; counted by the VM, so that the same program gives the same ids twice. */
function freshId(process: Process, sequence: number): number | string {
  let id: number | string = sequence;
  while (process.endpoints.get(id) !== undefined) id = `${id}'`;
  return id;
}
