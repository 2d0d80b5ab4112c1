// A page with a debugger on the port of a worker that sends it many events. The address says how many: `?rate=50000&total=150000`.
import { openDebugger } from "@marketplace/devtools";

const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
const { port1, port2 } = new MessageChannel();
const number = (name: string): number => Number(new URLSearchParams(location.search).get(name));
const wish = {
  rate: number("rate"),
  total: number("total"),
  processes: number("processes"),
  missing: number("missing"),
};
worker.postMessage({ ...wish, port: port2 }, [port2]);
const container = document.getElementById("debugger");
if (container === null) throw new Error("the page has no place for the debugger");
openDebugger(port1, { container });
