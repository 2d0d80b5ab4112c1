import { ANY, groundVm, subscriber, type ActionTree, type AddEndpoint, type Source } from "@marketplace/runtime";

/** How a process of ours is told to work: it gets the number of units, and calls `done` when they are done. */
export type Starter = (begin: (units: number, done: () => void) => ActionTree<any>) => AddEndpoint<any>;

/** An event source that is fired by hand, as soon as somebody waits for it. */
class Trigger implements Source<number> {
  #deliver: ((units: number) => void) | null = null;
  #fired: number | null = null;

  arm(deliver: (units: number) => void): () => void {
    this.#deliver = deliver;
    if (this.#fired !== null) setImmediate(() => this.#deliverFired());
    return () => {};
  }

  fire(units: number): void {
    this.#fired = units;
    if (this.#deliver !== null) this.#deliverFired();
  }

  #deliverFired(): void {
    const deliver = this.#deliver as (units: number) => void;
    const units = this.#fired as number;
    this.#deliver = null;
    this.#fired = null;
    deliver(units);
  }
}

/**
 * Run a program in a ground VM that stays.
 *
 * @param program the boot; one of its processes has the endpoint that `starter` makes
 * @returns lets it work, and settles when it is done
 */
export function ours(program: (starter: Starter) => ActionTree<any>): (units: number) => Promise<void> {
  const trigger = new Trigger();
  let finish = (): void => {};
  const starter: Starter = (begin) =>
    subscriber([trigger, ANY], { onMessage: ([, units]: any) => begin(units as number, () => finish()) });
  // A benchmark is meant to be busy.
  groundVm(() => program(starter), { onWarning: () => {} });
  return (units) =>
    new Promise((resolve) => {
      finish = resolve;
      trigger.fire(units);
    });
}
