import { badArgument, checkOptions } from "@marketplace/runtime";
import { Admission, type Listening } from "./admission.ts";
import { systemLookup, type LookupNames } from "./lookups.ts";
import { Never, type LocalServer } from "./never.ts";
import { Rules, type PolicyRule } from "./rules.ts";
import { SessionQuota, type QuotaOptions } from "./session-quota.ts";

export interface PolicyOptions {
  /** Looks names up; the system does if it is left out. */
  readonly lookup?: LookupNames | undefined;
}

/** What one session is told beside the rules. */
export interface SessionOptions extends QuotaOptions {
  /**
   * The servers that must not be reached from within, such as the one that carries the session: each with the IP address it is bound to. Its port is
   * refused on every address of this machine.
   */
  readonly forbidden?: readonly LocalServer[] | undefined;
  /** Told of each listening socket of the session that has been opened: by the drivers, so no process can claim to have one. */
  readonly onListening?: ((listening: Listening) => void) | undefined;
}

/** Rules, read and ready for any number of sessions. */
export interface NetworkPolicy {
  /**
   * What the drivers of one session have for their option `admit`. They share its limits.
   *
   * @throws MarketplaceError `BAD_ARGUMENT`
   */
  session(options?: SessionOptions): Admission;
}

/**
 * Says what drivers may do in the network. Nothing is allowed but by a rule:
 *
 * ```ts
 * const policy = networkPolicy([
 *   { op: "connect", host: "example.com", ports: 443 },
 *   { op: "listen", host: "127.0.0.1", ports: [0, [8000, 8099]] },
 * ]);
 * tcpBareDriver({ admit: policy.session() });
 * ```
 *
 * `docs/security.md` says what is checked, and how.
 *
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function networkPolicy(rules: readonly PolicyRule[], options: PolicyOptions = {}): NetworkPolicy {
  const compiled = new Rules("networkPolicy: rules", rules);
  checkOptions("networkPolicy: options", options, ["lookup"]);
  const { lookup = systemLookup } = options;
  if (typeof lookup !== "function") throw badArgument("networkPolicy: lookup", "a function", lookup);
  return {
    session(session = {}) {
      const what = "networkPolicy: session";
      checkOptions(what, session, ["forbidden", "onListening", "sockets", "opens", "now"]);
      const { onListening = () => {} } = session;
      if (typeof onListening !== "function") throw badArgument(`${what}: onListening`, "a function", onListening);
      const never = new Never(`${what}: forbidden`, session.forbidden ?? []);
      return new Admission(compiled, never, lookup, new SessionQuota(what, session), onListening);
    },
  };
}
