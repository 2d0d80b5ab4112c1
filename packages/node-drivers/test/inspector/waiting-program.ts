// A program that lasts as long as its standard input, and serves its debugger. Its argument is the options of serveInspector, as JSON.
import { groundVm } from "@marketplace/runtime";
import { nodeHost } from "../../src/host.ts";
import { serveInspector } from "../../src/inspector/serve-inspector.ts";

const vm = groundVm(() => [], { host: nodeHost() });
await serveInspector(vm, { port: 0, ...(JSON.parse(process.argv[2] ?? "{}") as object) });
process.stdin.once("end", () => console.log("input over")).resume();
