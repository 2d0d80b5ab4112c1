// A program with a debugger, for stories about the page. Its argument is the options of serveInspector, as JSON. In it somebody speaks
// before anybody listens, and keeps a state.
import { nodeHost, serveInspector } from "@marketplace/node-drivers";
import {
  ANY,
  groundVm,
  publisher,
  sendMessage,
  spawn,
  subscriber,
  transition,
  yieldThen,
  type Source,
} from "@marketplace/runtime";
import { recorder } from "@marketplace/runtime/inspect";

/** Says the news at once; who listens comes a turn later. */
const early = () => [publisher(["news", ANY]), sendMessage(["news", "hello"])];

const late = () =>
  transition(
    { heard: [] as unknown[] },
    subscriber(["news", ANY], { onMessage: (body, { heard }) => transition({ heard: [...heard, body] }) }),
  );

/** Never yields anything, but keeps the VM waiting for it. */
const patience: Source<never> = {
  arm() {
    const timer = setInterval(() => {}, 1_000_000);
    return () => clearInterval(timer);
  },
};

const boot = () => [
  subscriber([patience, ANY]),
  spawn(early, { name: "early" }),
  yieldThen(() => spawn(late, { name: "late" })),
];

const vm = groundVm(boot, { host: nodeHost(), tracer: recorder() });
await serveInspector(vm, {
  port: 0,
  linger: true,
  control: true,
  target: "news",
  ...(JSON.parse(process.argv[2] ?? "{}") as object),
});
