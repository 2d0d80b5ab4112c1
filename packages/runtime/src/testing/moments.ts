import type { Host } from "../vm/host.ts";

/** How long a check waits for what it expects, in milliseconds. */
const PATIENCE = 10_000;

/** How often it looks. */
const INTERVAL = 2;

/** For how many looks something must not change to count as settled. */
const SETTLED = 100;

/** What has happened, in order, and waiting for things to happen in the real time of a host. */
export class Moments {
  readonly #host: Host;
  readonly #all: string[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  /** For handlers: it returns no action. */
  add(moment: string): void {
    this.#all.push(moment);
  }

  has(moment: string): boolean {
    return this.#all.includes(moment);
  }

  /** What has happened after the first of these. */
  after(moment: string): readonly string[] {
    return this.#all.slice(this.#all.indexOf(moment) + 1);
  }

  /** @param what is waited for, for the error if it does not come */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const begun = this.#host.monotonic();
    while (!(await holds())) {
      if (this.#host.monotonic() - begun > PATIENCE) {
        throw new Error(
          `expected ${what} within ${PATIENCE} ms; until then: ${this.#all.slice(-10).join(", ") || "nothing"}`,
        );
      }
      await this.#pause();
    }
  }

  /** The value, when it has stopped to change. */
  async settled(value: () => number): Promise<number> {
    let last = value();
    let same = 0;
    await this.until("it to stop", async () => {
      same = value() === last ? same + 1 : 0;
      last = value();
      return same >= SETTLED;
    });
    return last;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#host.after(INTERVAL, resolve));
  }
}
