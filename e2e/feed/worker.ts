// Speaks the program's side of the inspector protocol, with events that are made up as fast as they are asked for.
import { PROTOCOL, type ClientFrame } from "@marketplace/runtime/inspect";

interface Wish {
  readonly rate: number;
  readonly total: number;
  readonly processes: number;
  /** So many of every `EVERY` events are left out, as a program does when too much happens. */
  readonly missing: number;
  readonly port: MessagePort;
}

/** How often events are sent, in milliseconds. */
const BEAT = 20;
const WINDOW = 8;
const EVERY = 10_000;
/** How many events a viewer may lag behind before some are left out for it. */
const MOST_BEHIND = 20_000;

onmessage = ({ data }: MessageEvent<Wish>) => {
  new Feeder(data).begin();
};

class Feeder {
  readonly #wish: Wish;
  #frame = 0;
  #acknowledged = 0;
  #id = 0;
  #began = 0;

  constructor(wish: Wish) {
    this.#wish = wish;
  }

  begin(): void {
    this.#wish.port.onmessage = ({ data }: MessageEvent<string>) => {
      const frame = JSON.parse(data) as ClientFrame;
      if (frame.type === "ack") this.#acknowledged = frame.frame;
      else if (frame.type === "hello") this.#greet();
    };
  }

  #send(frame: object): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port is not a window
    this.#wish.port.postMessage(JSON.stringify(frame));
  }

  #greet(): void {
    const handlers = { presence: false, absence: false, message: true };
    const role = { orientation: "subscriber", interestType: "participant", topic: ["job", { $: "?" }] };
    const processes = Array.from({ length: this.#wish.processes }, (_, pid) => ({
      process: String(pid),
      name: `worker ${pid}`,
      vm: false,
      since: 0,
      endpoints: [{ endpoint: `${pid}:${pid + 1}`, name: 0, level: 0, role, handlers }],
    }));
    this.#send({
      type: "welcome",
      protocol: PROTOCOL,
      run: "feed",
      target: "feed",
      control: false,
      window: WINDOW,
      started: 0,
    });
    this.#send({ type: "snapshot", frame: ++this.#frame, at: 0, first: true, rest: 0, processes });
    this.#began = performance.now();
    const timer = setInterval(() => {
      this.#beat();
      if (this.#id >= this.#wish.total) clearInterval(timer);
    }, BEAT);
  }

  #beat(): void {
    const { rate, total } = this.#wish;
    const due = Math.min(total, Math.floor(((performance.now() - this.#began) * rate) / 1000));
    const count = due - this.#id;
    if (count <= 0) return;
    // A viewer that is slow gets a gap, as it would from a program.
    if (this.#frame - this.#acknowledged >= WINDOW) return;
    const rows: unknown[] = [];
    if (count > MOST_BEHIND) this.#leaveOut(rows, count - MOST_BEHIND);
    while (this.#id < due) {
      if (this.#wish.missing > 0 && this.#id % EVERY === EVERY / 2) this.#leaveOut(rows, this.#wish.missing);
      else rows.push(this.#row(++this.#id));
    }
    this.#send({ type: "events", frame: ++this.#frame, rows });
  }

  #leaveOut(rows: unknown[], count: number): void {
    rows.push([0, this.#id + 1, this.#id + count, count]);
    this.#id += count;
  }

  #row(id: number): unknown {
    const t = performance.now() - this.#began;
    const process = String(id % this.#wish.processes);
    if (id % 3 === 0) return [1, id, t, 0, process, 1];
    const to = (id * 7) % this.#wish.processes;
    if (id % 3 === 1)
      return [
        2,
        id,
        t,
        Math.max(0, id - 2),
        process,
        0,
        "publisher",
        { term: ["job", id] },
        [`${to}:${to + 1}`],
        false,
      ];
    return [4, id, t, id - 1, String(to), "message", `${to}:${to + 1}`, 1, true];
  }
}
