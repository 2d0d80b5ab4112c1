// A bridge in a process of its own: `bridge-program.ts OPTIONS`, in JSON. It prints its port, and is ended from outside.
import { groundVm } from "@marketplace/runtime";
import type { BridgeOptions } from "../../src/bridge/options.ts";
import { serveBridge } from "../../src/bridge/serve-bridge.ts";
import { nodeHost } from "../../src/host.ts";

const vm = groundVm(() => null, { host: nodeHost(), linger: true });
const options = JSON.parse(process.argv[2] ?? "{}") as BridgeOptions;
const server = await serveBridge(vm, options);
process.stdout.write(`${server.port}\n`);
