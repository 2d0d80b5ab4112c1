import type { Orientation } from "@marketplace/runtime";
import { vmOf, type EventId, type MessageEvent, type StreamItem, type VmPath } from "@marketplace/runtime/inspect";
import { shapeOf } from "./shape.ts";

/** Messages of one shape, sent in one VM from one side, that reached no endpoint which handles messages. */
export interface UnmatchedGroup {
  readonly key: string;
  readonly vm: VmPath;
  readonly orientation: Orientation;
  readonly shape: string;
  readonly count: number;
  readonly first: EventId;
  readonly last: EventId;
  readonly lastTime: number;
  /** The latest of them, newest last. */
  readonly latest: readonly EventId[];
}

type Growing = { -readonly [Key in keyof UnmatchedGroup]: UnmatchedGroup[Key] };

/** How many groups are kept, and how many messages each names. */
const MOST_GROUPS = 500;
const MOST_LATEST = 50;

/** The messages that nobody got, by shape. */
export class Unmatched {
  count = 0;
  readonly #groups = new Map<string, Growing>();

  /** The groups, the one that grew last first. */
  groups(): UnmatchedGroup[] {
    return [...this.#groups.values()].reverse();
  }

  apply(item: StreamItem): void {
    if (item.kind === "message" && item.unmatched) this.#add(item);
  }

  #add({ id, t, process, orientation, body }: MessageEvent): void {
    this.count++;
    const vm = vmOf(process);
    const shape = shapeOf(body);
    const key = `${vm} ${orientation} ${shape}`;
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, { key, vm, orientation, shape, count: 1, first: id, last: id, lastTime: t, latest: [id] });
      if (this.#groups.size > MOST_GROUPS) this.#groups.delete(this.#groups.keys().next().value ?? "");
      return;
    }
    group.count++;
    group.last = id;
    group.lastTime = t;
    const latest = group.latest.length < MOST_LATEST ? group.latest : group.latest.slice(1);
    group.latest = [...latest, id];
    // The order of the map is the order of the latest growth.
    this.#groups.delete(key);
    this.#groups.set(key, group);
  }
}
