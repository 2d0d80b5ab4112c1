// The public names, in reading order.

export { nodeHost } from "./host.ts";

// TCP.
export { tcpBareDriver, tcpDriver } from "./tcp/driver.ts";
export type { TcpBareOptions, TcpOptions } from "./tcp/options.ts";
export type { ConversationFlow, TcpFlow } from "./tcp/flow.ts";

// UDP.
export { udpDriver, type UdpOptions } from "./udp/driver.ts";

// What the two may do in the network.
export { networkPolicy } from "./policy/network-policy.ts";
export type { NetworkPolicy, PolicyOptions, SessionOptions } from "./policy/network-policy.ts";
export type { Admission, Listening } from "./policy/admission.ts";
export type { LookupNames } from "./policy/lookups.ts";
export type { LocalServer } from "./policy/never.ts";
export type { PolicyOp, PolicyRule } from "./policy/rules.ts";
export type { PortOrRange, Ports } from "./policy/ports.ts";
export type { QuotaOptions } from "./policy/session-quota.ts";

// The console.
export { consoleDriver, type ConsoleOptions } from "./console/driver.ts";

// The bridge's server: VMs in browsers and other processes.
export { serveBridge, type BridgeServer } from "./bridge/serve-bridge.ts";
export type { BridgeOptions, SessionListener } from "./bridge/options.ts";

// The debugger's server.
export { serveInspector, type InspectorOptions } from "./inspector/serve-inspector.ts";
export { keptToken } from "./web/kept-token.ts";
export type { WebOptions } from "./web/options.ts";
export type { WebServer } from "./web/server.ts";
