// The public names, in reading order.

export { nodeHost } from "./host.ts";

// TCP.
export { tcpBareDriver } from "./tcp/driver.ts";
export type { TcpBareOptions } from "./tcp/options.ts";

// UDP.
export { udpDriver, type UdpOptions } from "./udp/driver.ts";

// The debugger's server.
export { serveInspector, type InspectorOptions } from "./inspector/serve-inspector.ts";
export type { WebOptions } from "./web/options.ts";
export type { WebServer } from "./web/server.ts";
