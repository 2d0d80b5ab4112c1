// A program of 1,000 processes with a debugger, which is attached when all of them are there.
import { nodeHost, serveInspector } from "@marketplace/node-drivers";
import { ANY, groundVm, publisher, spawn, subscriber, type Source } from "@marketplace/runtime";

/** Never yields anything, but keeps the VM waiting for it. */
const patience: Source<never> = {
  arm() {
    const timer = setInterval(() => {}, 1_000_000);
    return () => clearInterval(timer);
  },
};

const member = () => [publisher(["says", ANY]), subscriber(["told", ANY], { onMessage: () => [] })];

const vm = groundVm(
  () => [subscriber([patience, ANY]), Array.from({ length: 1000 }, (_, i) => spawn(member, { name: `member ${i}` }))],
  { host: nodeHost() },
);
await new Promise((resolve) => setTimeout(resolve, 500));
await serveInspector(vm, { port: 0, linger: true, target: "crowd" });
