import type { Process } from "../vm/process.ts";
import type { EventId, ProcessPath } from "./events.ts";
import { processPath } from "./paths.ts";
import { weigh } from "./scale.ts";

/** What is known of a process beside what it knows itself. */
export interface Member {
  readonly path: ProcessPath;
  /** Its state when last looked at, and what that looked like. */
  state: unknown;
  print: number;
  /** The event since which it has this state. */
  since: EventId;
  /** Was it there before the recording, and has not changed its state since? */
  old: boolean;
  /** Its last activation; before the first, its spawn. */
  last: EventId;
  crash: { readonly reason: unknown } | null;
}

/** What is known of the processes; it goes with them. */
export class Members {
  readonly #members = new WeakMap<Process, Member>();

  /** @param isNew it has not been booted yet */
  of(process: Process, isNew = false): Member {
    let member = this.#members.get(process);
    if (member === undefined) {
      const { print } = weigh(process.state);
      member = { path: processPath(process), state: process.state, print, since: 0, old: !isNew, last: 0, crash: null };
      this.#members.set(process, member);
    }
    return member;
  }
}
