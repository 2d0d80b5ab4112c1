import { createStore, type StoreApi } from "zustand/vanilla";
import type { Start } from "../browser-vm/run.ts";
import type { Standing } from "../browser-vm/standing.ts";
import type { Connection } from "../connection/connection.ts";
import { portConnection } from "../connection/port.ts";

/** A VM that runs in a worker of this page. */
export class BrowserVm {
  readonly standing: StoreApi<Standing> = createStore<Standing>(() => CONNECTING);
  readonly #makeWorker: () => Worker;
  readonly #start: Omit<Start, "inspector">;
  #worker: Worker | null = null;

  /** @param makeWorker a worker that calls `runBrowserVm` */
  constructor(makeWorker: () => Worker, start: Omit<Start, "inspector">) {
    this.#makeWorker = makeWorker;
    this.#start = start;
  }

  /** Starts it, in place of the one before. @returns leads to it */
  start(): Connection {
    this.#worker?.terminate();
    this.#is(CONNECTING);
    const worker = this.#makeWorker();
    const { port1, port2 } = new MessageChannel();
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Standing>) => {
      if (this.#worker === worker) this.#is(data);
    };
    worker.onerror = ({ message }) => {
      const why = message === "" || message === undefined ? "its script could not be loaded" : message;
      if (this.#worker === worker) this.#is({ phase: "closed", reason: `The worker failed: ${why}.` });
    };
    const start: Start = { ...this.#start, inspector: port2 };
    worker.postMessage(start, [port2]);
    return portConnection(port1, "a worker of this page");
  }

  /** Whole, because phases differ in what they have. */
  #is(standing: Standing): void {
    this.standing.setState(standing, true);
  }
}

const CONNECTING: Standing = { phase: "connecting" };
