import { publisher, subscriber } from "../dsl/endpoints.ts";
import { spawn } from "../dsl/processes.ts";
import type { ActionTree, Spawn, Unchecked } from "../model/action.ts";
import type { Role } from "../model/role.ts";
import { checkFunction, checkOptions } from "../terms/check.ts";
import { badArgument } from "../terms/error.ts";
import { formatTerm } from "../terms/format.ts";
import type { Term } from "../terms/term.ts";
import { ANY } from "../terms/wildcard.ts";

export interface SpyOptions {
  /** Takes what is to be shown, a line or several without the last one's end; left out, the console's `error` (stderr in Node). */
  readonly write?: ((text: string) => void) | undefined;
}

export interface GenericSpyOptions extends SpyOptions {
  /** What to look at: everything if left out. */
  readonly topic?: Term | undefined;
}

/**
 * A process that sees all that goes on in its VM, observers included, and writes it down: presence, absence, messages and feedback.
 * Nobody sees it but those who look at everything themselves, and it demands nothing of a driver. (The original's `generic-spy`.)
 *
 * @param label begins each line
 * @returns the action that spawns it
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function genericSpy(label: string, options: GenericSpyOptions = {}): Spawn<Unchecked> {
  checkOptions("genericSpy: options", options, ["topic", "write"]);
  const { topic = ANY } = options;
  const write = checkSpy("genericSpy", label, options);
  return spawn(() => watch(topic, label, write, (body) => formatTerm(body, { maxLength: LONGEST_LINE })), {
    name: `spy ${label}`,
  });
}

/** How much of a message is shown, in characters. */
const LONGEST_LINE = 2000;

/** @returns what to write with */
export function checkSpy(what: string, label: unknown, { write }: SpyOptions): (text: string) => void {
  if (typeof label !== "string") throw badArgument(`${what}: label`, "a string", label);
  if (write !== undefined) checkFunction(`${what}: write`, write);
  return write ?? ((text) => (globalThis as Surroundings).console?.error(text));
}

/** The endpoints of a spy. */
export function watch(
  topic: Term,
  label: string,
  write: (text: string) => void,
  show: (body: Term) => string,
): ActionTree<Unchecked> {
  // What `write` returns is no action.
  const say = (text: string): void => void write(`${label}: ${text}`);
  const who = ({ orientation, interestType, topic: met }: Role<unknown>): string =>
    `${orientation} (${interestType}) of ${formatTerm(met, { maxLength: LONGEST_LINE })}`;
  const handlers = (kind: string) => ({
    onPresence: ({ role }: { readonly role: Role<unknown> }): void => say(`presence: ${who(role)}`),
    onAbsence: ({ role, reason }: { readonly role: Role<unknown>; readonly reason: unknown }): void =>
      say(`absence: ${who(role)}, reason: ${reason === undefined ? "none" : formatTerm(reason, { maxLength: 500 })}`),
    onMessage: (body: Term): void => say(`${kind}: ${show(body)}`),
  });
  return [
    subscriber<Term>(topic, handlers("message"), { interest: "everything" }),
    publisher<Term>(topic, handlers("feedback"), { interest: "everything" }),
  ];
}

interface Surroundings {
  readonly console?: { error(text: string): void };
}
