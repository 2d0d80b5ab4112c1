// The public names, in reading order.

export { nodeHost } from "./host.ts";

// TCP.
export { tcpBareDriver, tcpDriver } from "./tcp/driver.ts";
export type { TcpBareOptions, TcpOptions } from "./tcp/options.ts";
export type { ConversationFlow, TcpFlow } from "./tcp/flow.ts";

// UDP.
export { udpDriver, type UdpOptions } from "./udp/driver.ts";

// The console.
export { consoleDriver, type ConsoleOptions } from "./console/driver.ts";

// The debugger's server.
export { serveInspector, type InspectorOptions } from "./inspector/serve-inspector.ts";
export type { WebOptions } from "./web/options.ts";
export type { WebServer } from "./web/server.ts";
