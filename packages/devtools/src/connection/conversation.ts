import {
  PROTOCOL,
  type Command,
  type EventsFrame,
  type Results,
  type ServerFrame,
  type SnapshotFrame,
  type StatusFrame,
  type WelcomeFrame,
} from "@marketplace/runtime/inspect";
import type { Closed, Connection, Line } from "./connection.ts";

/** A program's refusal of a request, with the protocol's code. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "Refused";
    this.code = code;
  }
}

/** What a conversation tells. */
export interface ConversationListener {
  welcome(frame: WelcomeFrame): void;
  snapshot(frame: SnapshotFrame): void;
  events(frame: EventsFrame): void;
  status(frame: StatusFrame): void;
  /** The line is gone; in `retryIn` milliseconds another is tried, or never where that is null. */
  lost(why: Closed, retryIn: number | null): void;
  /** Another attempt begins. */
  trying(): void;
}

/** What a conversation needs of the page; tests bring their own. */
export interface Clock {
  after(milliseconds: number, task: () => void): () => void;
}

const pageClock: Clock = {
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** How many events of the past to begin with. */
const HISTORY = 20_000;

/** Waits between attempts, in milliseconds; the last one goes on. */
const WAITS: readonly number[] = [250, 500, 1000, 2000, 4000];

interface Asked {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Speaks the protocol over a connection: greets, acknowledges, matches answers with requests, and comes back when the line is lost. */
export class Conversation {
  readonly #connection: Connection;
  readonly #listener: ConversationListener;
  readonly #clock: Clock;
  #line: Line | null = null;
  #asked = new Map<number, Asked>();
  #lastRequest = 0;
  #attempts = 0;
  #cancelRetry: (() => void) | null = null;
  #over = false;

  constructor(connection: Connection, listener: ConversationListener, clock: Clock = pageClock) {
    this.#connection = connection;
    this.#listener = listener;
    this.#clock = clock;
  }

  /** Opens the line; at once, where it waits for its next attempt. */
  open(): void {
    if (this.#over || this.#line !== null) return;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#attempts++;
    this.#listener.trying();
    const line = this.#connection.open({
      frame: (frame) => {
        if (this.#line === line) this.#frame(frame);
      },
      closed: (why) => this.#closed(why),
    });
    this.#line = line;
    const { token } = this.#connection;
    line.send({ type: "hello", protocol: PROTOCOL, history: HISTORY, ...(token === undefined ? {} : { token }) });
  }

  /** Ends it for good. */
  close(): void {
    this.#over = true;
    this.#cancelRetry?.();
    this.#line?.close();
  }

  /** @returns the answer; rejects with {@link Refused}, or an error where it is too large, or the line is lost before it comes */
  request<C extends Command>(command: C): Promise<Results[C["command"]]> {
    const line = this.#line;
    if (line === null) return Promise.reject(new Error("There is no connection to the program."));
    const request = ++this.#lastRequest;
    return new Promise((resolve, reject) => {
      this.#asked.set(request, { resolve, reject });
      try {
        line.send({ type: "request", request, ...command });
      } catch (error) {
        this.#asked.delete(request);
        reject(error);
      }
    });
  }

  #frame(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#attempts = 0;
        this.#listener.welcome(frame);
        return;
      case "failed":
        return;
      case "snapshot":
        this.#listener.snapshot(frame);
        break;
      case "events":
        this.#listener.events(frame);
        break;
      case "status":
        this.#listener.status(frame);
        break;
      case "reply":
        this.#take(frame.request)?.resolve(frame.result as never);
        break;
      case "refusal":
        this.#take(frame.request)?.reject(new Refused(frame.code, frame.message));
    }
    this.#line?.send({ type: "ack", frame: frame.frame });
  }

  #take(request: number): Asked | undefined {
    const asked = this.#asked.get(request);
    this.#asked.delete(request);
    return asked;
  }

  #closed(why: Closed): void {
    this.#line = null;
    const asked = this.#asked;
    this.#asked = new Map();
    for (const { reject } of asked.values()) reject(new Error("The connection to the program was lost."));
    if (this.#over || why.final) {
      this.#over = true;
      this.#listener.lost(why, null);
      return;
    }
    const wait = WAITS[Math.min(this.#attempts, WAITS.length - 1)] ?? 0;
    this.#cancelRetry = this.#clock.after(wait, () => this.open());
    this.#listener.lost(why, wait);
  }
}
