// What does a debugger that looks on, without bodies, cost a program that keeps a processor busy with 10,000 events a second? The same messages are
// dealt with unwatched and watched, by turns; what is compared is the processor's time, with all that recording and telling takes in the
// program, and without what a viewer does. Expected is at most a tenth more. An argument says how many rounds (16).
import { nodeHost } from "@marketplace/node-drivers";
import {
  ANY,
  groundVm,
  publisher,
  sendMessage,
  spawn,
  subscriber,
  transition,
  type Source,
} from "@marketplace/runtime";
import { attachInspector, PROTOCOL, type Channel } from "@marketplace/runtime/inspect";
import { cpuTime } from "../bench/harness/cpu.ts";

const ROUNDS = Number(process.argv[2] ?? 16);
const RATE = 10_000;
/** So many events come of a message from one process to another: its turn, itself, and what it makes run. */
const EVENTS = 3;
const MESSAGES = 2000;
const MOST = 1.1;

/** Gives a number into the VM, and is told when as many messages have gone to and fro. */
class Starter implements Source<number> {
  #deliver: ((value: number) => void) | null = null;
  #ready: (() => void) | null = null;
  done: () => void = () => {};

  arm(deliver: (value: number) => void): () => void {
    this.#deliver = deliver;
    this.#ready?.();
    return () => {
      this.#deliver = null;
    };
  }

  async run(messages: number): Promise<void> {
    if (this.#deliver === null) await new Promise<void>((resolve) => (this.#ready = resolve));
    const over = new Promise<void>((resolve) => (this.done = resolve));
    this.#deliver?.(messages);
    await over;
  }
}

/** What the program does beside, for each message: so many steps of arithmetic. */
let steps = 0;
let sum = 0;

function work(): void {
  for (let i = 0; i < steps; i++) sum = (sum * 1_103_515_245 + 12_345 + i) % 2_147_483_648;
}

const starter = new Starter();

const side = (mine: string, theirs: string) =>
  spawn(() =>
    transition(
      0,
      publisher([theirs, ANY]),
      subscriber([mine, ANY], {
        onMessage: (body, count: number) => {
          const left = body[1] as number;
          work();
          if (left === 0) starter.done();
          return transition(count + 1, left > 0 && sendMessage([theirs, left - 1]));
        },
      }),
    ),
  );

const vm = groundVm(
  () => [
    subscriber([starter, ANY], { onMessage: (body) => [sendMessage(["ping", body[1] as number])] }),
    publisher(["ping", ANY]),
    side("ping", "pong"),
    side("pong", "ping"),
  ],
  { host: nodeHost() },
);

/** A viewer that acknowledges what comes, and does nothing else. */
function look(): { readonly end: () => void; readonly characters: () => number } {
  let tell: (text: unknown) => void = () => {};
  let characters = 0;
  const channel: Channel = {
    send(text) {
      characters += text.length;
      const frame = /"frame":(\d+)/.exec(text)?.[1];
      if (frame !== undefined) queueMicrotask(() => tell(JSON.stringify({ type: "ack", frame: Number(frame) })));
    },
    close() {},
    onMessage(listener) {
      tell = listener;
    },
    onClose() {},
  };
  const end = attachInspector(vm, channel);
  tell(JSON.stringify({ type: "hello", protocol: PROTOCOL, bodies: "none" }));
  return { end, characters: () => characters };
}

async function time(messages: number): Promise<number> {
  const begin = cpuTime();
  await starter.run(messages);
  return cpuTime() - begin;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

// So much work that the program has 10,000 events in a second of the processor, of which its VM takes a part.
const wanted = (EVENTS * 1000) / RATE;
for (let i = 0; i < 5; i++) await time(MESSAGES);
const bare = (await time(MESSAGES)) / MESSAGES;
steps = 10_000;
for (let i = 0; i < 3; i++) await time(MESSAGES);
const loaded = (await time(MESSAGES)) / MESSAGES;
steps = Math.round((steps * (wanted - bare)) / (loaded - bare));

const ratios: number[] = [];
const unwatched: number[] = [];
let told = 0;
for (let round = 0; round < ROUNDS + 2; round++) {
  const before = await time(MESSAGES);
  const viewer = look();
  const watched = await time(MESSAGES);
  told = viewer.characters();
  viewer.end();
  const after = await time(MESSAGES);
  // The first two warm up.
  if (round < 2) continue;
  unwatched.push((before + after) / 2);
  ratios.push(watched / ((before + after) / 2));
}
await vm.stop();
const rate = (MESSAGES * EVENTS * 1000) / median(unwatched);
const ratio = median(ratios);
console.log(
  `unwatched ${rate.toFixed(0)} events in a second of the processor; watched without bodies it takes ${ratio.toFixed(3)} times as long ` +
    `(rounds: ${ratios.map((each) => each.toFixed(2)).join(" ")}), and is told ${(told / MESSAGES / EVENTS).toFixed(0)} characters of an event`,
);
if (!(ratio <= MOST)) {
  console.log(`FAIL: expected at most ${MOST}`);
  process.exitCode = 1;
}
