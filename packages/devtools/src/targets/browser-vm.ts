import { createStore, type StoreApi } from "zustand/vanilla";
import type { Order, Start } from "../browser-vm/run.ts";
import type { Standing } from "../browser-vm/standing.ts";
import type { Connection } from "../connection/connection.ts";
import { portConnection } from "../connection/port.ts";

/** A VM that runs in a worker of this page. */
export class BrowserVm {
  readonly standing: StoreApi<Standing> = createStore<Standing>(() => CONNECTING);
  readonly #makeWorker: () => Worker;
  readonly #start: Start;
  #worker: Worker | null = null;

  /** @param makeWorker a worker that calls `runBrowserVm` */
  constructor(makeWorker: () => Worker, start: Start) {
    this.#makeWorker = makeWorker;
    this.#start = start;
  }

  /** Starts it, in place of the one before. @returns leads to it, as often as one likes */
  start(): Connection {
    this.#worker?.terminate();
    this.#is(CONNECTING);
    const worker = this.#makeWorker();
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Standing>) => {
      if (this.#worker === worker) this.#is(data);
    };
    worker.onerror = ({ message }) => {
      const why = message === "" || message === undefined ? "its script could not be loaded" : message;
      if (this.#worker === worker) this.#is({ phase: "closed", reason: `The worker failed: ${why}.` });
    };
    worker.postMessage({ start: this.#start } satisfies Order, []);
    const place = "a worker of this page";
    return {
      kind: "worker",
      place,
      open(listener) {
        const { port1, port2 } = new MessageChannel();
        worker.postMessage({ attach: port2 } satisfies Order, [port2]);
        return portConnection(port1, place).open(listener);
      },
    };
  }

  /** Whole, because phases differ in what they have. */
  #is(standing: Standing): void {
    this.standing.setState(standing, true);
  }
}

const CONNECTING: Standing = { phase: "connecting" };
