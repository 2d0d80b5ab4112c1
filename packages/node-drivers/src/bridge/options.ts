import { badArgument, checkOptions, type ActionTree, type Unchecked, type VmLimits } from "@marketplace/runtime";
import type { Listening } from "../policy/admission.ts";
import { networkPolicy, type NetworkPolicy } from "../policy/network-policy.ts";
import type { PolicyRule } from "../policy/rules.ts";
import { webOptionNames, type WebOptions } from "../web/options.ts";
import type { WebServer } from "../web/server.ts";

/** A listening socket that a session has. */
export interface SessionListener extends Listening {
  /** Of the session, as in its name. */
  readonly session: number;
}

/** Whom a bridge admits, and what those may do. Where it gets a server, the options of {@link WebOptions} are that server's, and not to be given. */
export interface BridgeOptions extends WebOptions {
  /** A server to serve the bridge on, beside what it serves already: what `serveInspector` returned, awaited. Left out, one of its own is opened. */
  readonly server?: WebServer | undefined;
  /** What sessions may do in the network. Left out: nothing. */
  readonly policy?: readonly PolicyRule[] | undefined;
  /** Which TCP driver a session has: `tcpBareDriver` (`"bare"`), unless told otherwise, or `tcpDriver` (`"credit"`). */
  readonly tcp?: "bare" | "credit" | undefined;
  /** The address that listeners of sessions bind: `127.0.0.1` if left out. It needs a rule like any other. */
  readonly listenHost?: string | undefined;
  /** Sockets that one session may have at one time. 256 if left out. */
  readonly sockets?: number | undefined;
  /** Sockets that one session may open in a second. 50 if left out. */
  readonly opens?: number | undefined;
  /** What the VM of one session may hold, its drivers included. */
  readonly limits?: VmLimits | undefined;
  /** Sessions at one time; more are closed with 4429. 64 if left out. */
  readonly maxSessions?: number | undefined;
  /** Milliseconds between two heartbeats; a client that answers none is cut off. 10,000 if left out. */
  readonly heartbeat?: number | undefined;
  /** What each session's VM has beside the drivers: services of your own, which the client's program meets at its meta level. */
  readonly boot?: ((session: number) => ActionTree<Unchecked>) | undefined;
  /** Told of each listening socket that a session has opened. */
  readonly onListening?: ((listener: SessionListener) => void) | undefined;
}

/** Checked options, those of the server apart. */
export interface BridgeSettings {
  readonly policy: NetworkPolicy;
  readonly tcp: "bare" | "credit";
  readonly listenHost: string;
  readonly quota: { readonly sockets: number; readonly opens: number };
  readonly limits: VmLimits;
  readonly maxSessions: number;
  readonly heartbeat: number;
  readonly boot: (session: number) => ActionTree<Unchecked>;
  readonly onListening: (listener: SessionListener) => void;
}

/** Enough for 256 connections, each with a process of the driver and two endpoints on each side, and a good deal more. */
const roomy = { processes: 1000, endpoints: 5000, pendingActions: 10_000 };

const ownNames = [
  "server",
  "policy",
  "tcp",
  "listenHost",
  "sockets",
  "opens",
  "limits",
  "maxSessions",
  "heartbeat",
  "boot",
  "onListening",
];

/** @throws MarketplaceError `BAD_ARGUMENT` */
export function readBridgeOptions(caller: string, options: BridgeOptions): BridgeSettings {
  checkOptions(`${caller}: options`, options, [...webOptionNames, ...ownNames]);
  if (options.server !== undefined) {
    const given = webOptionNames.find((name) => options[name] !== undefined);
    if (given !== undefined)
      throw badArgument(`${caller}: ${given}`, "nothing, as the server has it already", options[given]);
  }
  const { policy = [], tcp = "bare", listenHost = "127.0.0.1", sockets = 256, opens = 50, limits = {} } = options;
  const { maxSessions = 64, heartbeat = 10_000, boot = () => null, onListening = () => {} } = options;
  if (tcp !== "bare" && tcp !== "credit") throw badArgument(`${caller}: tcp`, '"bare" or "credit"', tcp);
  if (typeof listenHost !== "string" || listenHost === "")
    throw badArgument(`${caller}: listenHost`, "a host name or an IP address", listenHost);
  if (!Number.isSafeInteger(heartbeat) || heartbeat < 10)
    throw badArgument(`${caller}: heartbeat`, "an integer from 10 up", heartbeat);
  checkOptions(`${caller}: limits`, limits, Object.keys(roomy));
  for (const [name, value] of Object.entries({ sockets, opens, maxSessions, ...limits })) {
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 1))
      throw badArgument(`${caller}: ${name}`, "an integer from 1 up", value);
  }
  for (const [name, task] of Object.entries({ boot, onListening })) {
    if (typeof task !== "function") throw badArgument(`${caller}: ${name}`, "a function", task);
  }
  return {
    policy: networkPolicy(policy),
    tcp,
    listenHost,
    quota: { sockets, opens },
    limits: {
      processes: limits.processes ?? roomy.processes,
      endpoints: limits.endpoints ?? roomy.endpoints,
      pendingActions: limits.pendingActions ?? roomy.pendingActions,
    },
    maxSessions,
    heartbeat,
    boot,
    onListening,
  };
}
