// The public names, in reading order.

export { nodeHost } from "./host.ts";

// TCP.
export { tcpBareDriver } from "./tcp/driver.ts";
export type { TcpBareOptions } from "./tcp/options.ts";
