// A page that has a worker run a VM, and opens a debugger on it.
import { openDebugger } from "@marketplace/devtools";

const worker = new Worker(new URL("vm-worker.ts", import.meta.url), { type: "module" });
const { port1, port2 } = new MessageChannel();
worker.postMessage(port2, [port2]);

openDebugger(port1);
