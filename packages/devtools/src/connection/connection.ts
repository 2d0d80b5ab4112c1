import type { ClientFrame, ServerFrame } from "@marketplace/runtime/inspect";

/** Why a line is gone. */
export interface Closed {
  /** In a sentence, for the reader. */
  readonly reason: string;
  /** Nothing would change if one tried again: the token is wrong, or the versions differ. */
  readonly final: boolean;
}

/** Is told what comes over a line: `frame` any number of times, then `closed` once. */
export interface Listener {
  frame(frame: ServerFrame): void;
  closed(why: Closed): void;
}

/** One conversation with a program. */
export interface Line {
  send(frame: ClientFrame): void;
  close(): void;
}

/** A way to reach a program, or what was recorded of one. */
export interface Connection {
  readonly kind: "websocket" | "page" | "port" | "worker" | "file";
  /** Where it leads, for the reader. */
  readonly place: string;
  /** What a `hello` has to say beside the protocol's version. */
  readonly token?: string | undefined;
  /** Opens a line: frames come once the caller has returned. May be called again after the last line was closed. */
  open(listener: Listener): Line;
}
