import { eventRelay } from "../drivers/event-relay.ts";
import { observePublishers, subscriber } from "../dsl/endpoints.ts";
import { quit, spawn, spawnVm, yieldThen } from "../dsl/processes.ts";
import type { ActionTree, Unchecked } from "../model/action.ts";
import { badArgument } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import { ANY } from "../terms/wildcard.ts";
import type { Source } from "../vm/event-source.ts";
import { startGroundVm, type GroundVm } from "../vm/ground-vm.ts";
import type { Host } from "../vm/host.ts";
import type { Warning } from "../vm/warning.ts";
import { Moments } from "./moments.ts";

/** Something that a driver opens while there is demand for it. */
export interface Opening {
  /** The actions of a process that demands it. */
  readonly demand: ActionTree<Unchecked>;
  /** The driver is a publisher of this while it is open. */
  readonly present: Term;
  /** What the driver sends when something comes from outside: none of it may come after the absence. */
  readonly inbound: Term;
  /** Is it open, as the outside sees it? */
  readonly isOpen: () => boolean | Promise<boolean>;
}

/** Something that cannot come to be. */
export interface Failing {
  readonly demand: ActionTree<Unchecked>;
  /** The driver would be a publisher of this. */
  readonly present: Term;
  /** The driver publishes this in its place, for as long as the demand lasts. */
  readonly error: Term;
}

/** An outside that sends as much as it can. */
export interface Flood {
  readonly demand: ActionTree<Unchecked>;
  /** What the driver sends as it comes. */
  readonly inbound: Term;
  /** How much the outside has got rid of, in any unit. */
  readonly sent: () => number;
  /** How much that may be while the VM takes nothing: what all buffers on the way hold, the system's included. */
  readonly most: number;
}

/** A question that a driver answers. */
export interface Answering {
  readonly ask: ActionTree<Unchecked>;
  readonly answer: Term;
}

/** What a driver is tried with. Each part that is there has checks; each check calls it once, for a world of its own. */
export interface DriverUnderTest {
  /** The world of its ground VM; the driver's real one, as time is part of what is checked. */
  readonly host: () => Host;
  /** The action that starts the driver. */
  readonly driver: () => ActionTree<Unchecked>;
  readonly opening?: (() => Opening | Promise<Opening>) | undefined;
  readonly failing?: (() => Failing | Promise<Failing>) | undefined;
  readonly flood?: (() => Flood | Promise<Flood>) | undefined;
  readonly answering?: (() => Answering | Promise<Answering>) | undefined;
}

/** One check, to be a test of any test runner. */
export interface DriverCheck {
  readonly name: string;
  /** Rejects with what was expected, if it does not hold. */
  readonly run: () => Promise<void>;
}

/** How long an owner's end may take to close what it had, in milliseconds. */
const CLOSING_TIME = 100;

/**
 * What holds for every driver, as checks: `for (const { name, run } of driverKit(driver)) test(name, run)`. Each is made in a ground VM
 * and in VMs nested one and two levels deep, with an `eventRelay` in each.
 *
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function driverKit(driver: DriverUnderTest): readonly DriverCheck[] {
  for (const part of ["host", "driver"] as const) {
    if (typeof driver?.[part] !== "function") throw badArgument(`driverKit: ${part}`, "a function", driver?.[part]);
  }
  const { opening, failing, flood, answering } = driver;
  const checks: DriverCheck[] = [];
  for (const depth of [0, 1, 2]) {
    const where = depth === 0 ? "in a ground VM" : `in a VM nested ${depth} deep`;
    const add = (name: string, check: (trial: Trial) => Promise<void>): void =>
      void checks.push({ name: `${where}, ${name}`, run: () => inTrial(driver, depth, check) });
    if (opening !== undefined) {
      add("demand opens, and its absence closes; nothing comes after the absence", async (trial) =>
        opensAndCloses(trial, await opening()),
      );
      add(`the crash of the owner closes within ${CLOSING_TIME} ms`, async (trial) =>
        crashCloses(trial, await opening()),
      );
    }
    if (failing !== undefined)
      add("what cannot come to be is a published error", async (trial) => fails(trial, await failing()));
    if (flood !== undefined)
      add("a busy VM is sent no more than fits in buffers", async (trial) => holds(trial, await flood()));
    if (answering !== undefined) add("a question is answered", async (trial) => answers(trial, await answering()));
  }
  return checks;
}

/** A VM with the driver in it, for one check. */
interface Trial {
  readonly host: HeldHost;
  readonly moments: Moments;
  /** Runs beside the driver, in the same VM. */
  readonly start: (app: ActionTree<Unchecked>) => void;
}

async function inTrial(
  { host, driver }: DriverUnderTest,
  depth: number,
  check: (trial: Trial) => Promise<void>,
): Promise<void> {
  const held = new HeldHost(host());
  const moments = new Moments(held);
  const warnings: Warning[] = [];
  let vm: GroundVm | undefined;
  const nest = (level: number, inside: ActionTree<Unchecked>): ActionTree<Unchecked> =>
    level === 0 ? inside : spawnVm(() => [eventRelay("kit"), nest(level - 1, inside)]);
  try {
    await check({
      host: held,
      moments,
      start(app) {
        vm = startGroundVm(() => nest(depth, [driver(), app]), {
          host: held,
          onWarning: (each) => warnings.push(each),
        });
      },
    });
  } finally {
    held.release();
    await vm?.stop();
  }
  const crash = warnings.find(({ reason }) => reason !== CRASH);
  if (crash !== undefined) throw new Error(`expected no warning, got ${crash.code}: ${crash.message}`);
}

async function opensAndCloses({ moments, start }: Trial, { demand, present, inbound, isOpen }: Opening): Promise<void> {
  const leave = new Button();
  start([watch(moments, present, inbound), untilPressed(leave, demand)]);
  await moments.until("the driver's presence", () => moments.has("present"));
  await moments.until("it to be open", isOpen);
  leave.press();
  await moments.until("the driver's absence", () => moments.has("absent"));
  await moments.until("it to be closed", async () => !(await isOpen()));
  if (moments.after("absent").includes("inbound")) throw new Error("expected nothing after the absence, got a message");
}

async function crashCloses(
  { moments, host, start }: Trial,
  { demand, present, inbound, isOpen }: Opening,
): Promise<void> {
  const crash = new Button();
  start([
    watch(moments, present, inbound),
    untilPressed(crash, demand, () => {
      throw CRASH;
    }),
  ]);
  await moments.until("the driver's presence", () => moments.has("present"));
  await moments.until("it to be open", isOpen);
  const begun = host.monotonic();
  crash.press();
  await moments.until("it to be closed", async () => !(await isOpen()));
  const took = host.monotonic() - begun;
  if (took > CLOSING_TIME) throw new Error(`expected it to be closed within ${CLOSING_TIME} ms, it took ${took} ms`);
}

async function fails({ moments, start }: Trial, { demand, present, error }: Failing): Promise<void> {
  const leave = new Button();
  start([
    watch(moments, present, present),
    spawn(() =>
      observePublishers(error, {
        onPresence: () => moments.add("error"),
        onAbsence: () => moments.add("withdrawn"),
      }),
    ),
    untilPressed(leave, demand),
  ]);
  await moments.until("a published error", () => moments.has("error"));
  leave.press();
  await moments.until("the error to be withdrawn", () => moments.has("withdrawn"));
  if (moments.has("present")) throw new Error("expected no presence of what could not come to be");
}

async function holds({ moments, host, start }: Trial, { demand, inbound, sent, most }: Flood): Promise<void> {
  let spins = 0;
  start([
    spawn(() => demand),
    spawn(() =>
      observePublishers(inbound, {
        onMessage: () => {
          moments.add("inbound");
          if (spins++ > 0) return null;
          // The slice ends in the middle of this process's next turn, and the host gives no other.
          host.hold();
          return Array.from({ length: LONG_TURN }, () => yieldThen(() => work(host)));
        },
      }),
    ),
  ]);
  await moments.until("something to come in", () => moments.has("inbound"));
  const stopped = await moments.settled(sent);
  if (stopped > most) throw new Error(`expected at most ${most} to be sent while the VM is busy, it was ${stopped}`);
  host.release();
  await moments.until("more to be sent once the VM goes on", () => sent() > stopped);
}

/** How many actions make a turn that is longer than a slice, each working for a millisecond. */
const LONG_TURN = 64;

function work(host: Host): null {
  const begun = host.monotonic();
  while (host.monotonic() - begun < 1);
  return null;
}

async function answers({ moments, start }: Trial, { ask, answer }: Answering): Promise<void> {
  start(spawn(() => [subscriber(answer, { onMessage: () => moments.add("answer") }), ask]));
  await moments.until("an answer", () => moments.has("answer"));
}

/** Notes the driver's presence and what it sends. */
function watch(moments: Moments, present: Term, inbound: Term): ActionTree<Unchecked> {
  return spawn(() => [
    observePublishers(present, {
      onPresence: () => moments.add("present"),
      onAbsence: () => moments.add("absent"),
    }),
    observePublishers(inbound, { onMessage: () => moments.add("inbound") }),
  ]);
}

const CRASH: Error = new Error("a crash that the driver kit makes");

/** Something that a check presses, for a process to act. */
class Button implements Source<string> {
  #deliver: ((value: string) => void) | null = null;

  arm(deliver: (value: string) => void): () => void {
    this.#deliver = deliver;
    return () => void (this.#deliver = null);
  }

  press(): void {
    this.#deliver?.("pressed");
  }
}

function untilPressed(
  button: Button,
  actions: ActionTree<Unchecked>,
  act: () => ActionTree<Unchecked> = () => quit(),
): ActionTree<Unchecked> {
  return spawn(() => [subscriber([button, ANY], { onMessage: act }), actions]);
}

/** A host that can refuse the VM another slice. */
class HeldHost implements Host {
  readonly #host: Host;
  #held: (() => void)[] | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  now(): number {
    return this.#host.now();
  }

  monotonic(): number {
    return this.#host.monotonic();
  }

  defer(task: () => void): void {
    if (this.#held === null) this.#host.defer(task);
    else this.#held.push(task);
  }

  after(milliseconds: number, task: () => void): () => void {
    return this.#host.after(milliseconds, task);
  }

  warn(text: string): void {
    this.#host.warn(text);
  }

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const task of held) this.#host.defer(task);
  }
}
