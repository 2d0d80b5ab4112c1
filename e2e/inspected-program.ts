// A program with a debugger, for stories about the debugger's server. Its argument is the options of serveInspector, as JSON.
import { nodeHost, serveInspector } from "@marketplace/node-drivers";
import { groundVm, subscriber } from "@marketplace/runtime";

const vm = groundVm(() => subscriber("nobody says this"), { host: nodeHost() });
await serveInspector(vm, { port: 0, linger: true, ...(JSON.parse(process.argv[2] ?? "{}") as object) });
