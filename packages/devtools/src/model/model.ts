import type { EventId, ProcessInTree, StreamItem } from "@marketplace/runtime/inspect";
import { CAPACITY, EventLog } from "./event-log.ts";
import { Pairs } from "./pairs.ts";
import { Tree } from "./tree.ts";
import { Unmatched } from "./unmatched.ts";

/**
 * All that is known of a program: what happened, who there is and was, who met whom, what nobody got. It is made of the snapshot and the
 * events alone, so the same events always give the same model; nothing in it knows of connections, time or the page.
 *
 * It is changed in place, because tens of thousands of events a second come in. The store says when to look again.
 */
export class Model {
  readonly log: EventLog;
  readonly tree: Tree = new Tree();
  readonly pairs: Pairs = new Pairs();
  readonly unmatched: Unmatched = new Unmatched();
  /** The event just after which the snapshot was taken. */
  readonly at: EventId;

  /** @param at the event just after which the snapshot was taken that `add` is given the parts of */
  constructor(at: EventId = 0, capacity: number = CAPACITY) {
    this.at = at;
    this.log = new EventLog(capacity);
  }

  /** The id of the newest event that is known of. */
  get newest(): EventId {
    const last = this.log.at(this.log.end - 1);
    return last === undefined ? this.at : last.kind === "gap" ? last.last : last.id;
  }

  /** Adds processes of the snapshot. */
  add(processes: readonly ProcessInTree[]): void {
    for (const process of processes) this.tree.add(process);
  }

  /** Takes in what happened next. */
  apply(items: readonly StreamItem[]): void {
    for (const item of items) {
      this.log.push(item);
      this.tree.apply(item);
      this.pairs.apply(item);
      this.unmatched.apply(item);
    }
    if (this.log.first > 0) this.tree.forget(this.log.idAt(this.log.first));
  }
}
