// A program with a debugger in which endpoints get a message ["news", ...], or do not, each for another reason.
import { nodeHost, serveInspector } from "@marketplace/node-drivers";
import {
  ANY,
  atMetaLevel,
  deleteEndpoint,
  groundVm,
  nameEndpoint,
  observePublishers,
  publisher,
  quit,
  spawn,
  spawnVm,
  subscriber,
  transition,
  yieldThen,
  type Boot,
  type Source,
} from "@marketplace/runtime";
import { recorder } from "@marketplace/runtime/inspect";

/** Never yields anything, but keeps the VM waiting for it. */
const patience: Source<never> = {
  arm() {
    const timer = setInterval(() => {}, 1_000_000);
    return () => clearInterval(timer);
  },
};

const reader = () => subscriber(["news", ANY], { onMessage: () => [] });

/** Has an endpoint for a while. */
const fickle = () => [
  subscriber(["wake", ANY]),
  nameEndpoint("ear", reader()),
  yieldThen(() => deleteEndpoint("ear", "bored")),
];

/** Has one later, when it is asked to. */
const late = () => subscriber(["wake", ANY], { onMessage: () => [reader()] });

/** A VM that its container would collect if nothing in it took part there. */
const nested = () => [
  spawn(reader, { name: "inside" }),
  spawn(() => atMetaLevel(subscriber(["wake", ANY])), { name: "anchor" }),
];

const programs: Readonly<Record<string, Boot<any>>> = {
  speaker: () => publisher(["news", ANY]),
  listener: () => transition(0, subscriber(["news", ANY], { onMessage: (_, heard: number) => transition(heard + 1) })),
  deaf: () => subscriber(["news", ANY]),
  forecaster: () => publisher(["weather", ANY]),
  farmer: () => subscriber(["weather", ANY], { onMessage: () => [] }),
  watcher: () => observePublishers(["news", ANY], { onPresence: () => [] }),
  fickle,
  brief: () => [reader(), yieldThen(() => quit({ reason: "done" }))],
  late,
};

const vm = groundVm(
  () => [
    subscriber([patience, ANY]),
    Object.entries(programs).map(([name, boot]) => spawn(boot, { name })),
    spawnVm(nested, { name: "nested" }),
  ],
  { host: nodeHost(), tracer: recorder() },
);
await serveInspector(vm, { port: 0, linger: true, control: true, target: "verdicts" });
