import type { EndpointKey, EventId, ProcessPath } from "@marketplace/runtime/inspect";
import type { Model } from "../model/model.ts";
import { processOf } from "../model/summary.ts";
import { livesAt } from "../model/tree.ts";
import { comparePaths } from "./paths.ts";
import { standingPairs, type Meeting } from "./standing-pairs.ts";

/** What stands at the rows and columns. */
export type Grain = "processes" | "endpoints";

/** How things stand between a row and a column at a moment: they meet, they met earlier, or neither. */
export interface Cell {
  /** Those that meet at the moment. */
  readonly now: readonly Meeting[];
  /** How many met earlier and have parted. */
  readonly parted: number;
}

/** Who publishes (rows) meets who subscribes (columns). Each pair is read once, when it is new. */
export class Meetings {
  /** Goes up when a row or column is new. */
  changes = 0;
  /** Every pair that is known, in the order in which they met. */
  readonly all: Meeting[] = [];
  /** Are all those known that met before the first event? */
  readonly whole: boolean;
  readonly #model: Model;
  readonly #grain: Grain;
  readonly #rows = new Map<string, Map<string, Meeting[]>>();
  readonly #columns = new Set<string>();
  readonly #standing = new Set<string>();
  #first: Meeting | undefined;
  #read = 0;

  constructor(model: Model, grain: Grain) {
    this.#model = model;
    this.#grain = grain;
    const { meetings, whole } = standingPairs(model);
    this.whole = whole;
    for (const meeting of meetings) {
      this.#standing.add(`${meeting.publisher} ${meeting.subscriber}`);
      this.#add(meeting);
    }
  }

  /** Takes in at most so many new pairs. @returns whether that was all; null where pairs have been let go, so that one has to begin anew */
  read(most: number): boolean | null {
    const { all } = this.#model.pairs;
    // The model lets the oldest go when there are too many.
    if (this.#read > all.length || (this.#read > 0 && all[0] !== this.#first)) return null;
    this.#first = all[0];
    const until = Math.min(all.length, this.#read + most);
    for (; this.#read < until; this.#read++) {
      const pair = all[this.#read]!;
      if (pair.from === 0 && this.#standing.has(`${pair.publisher} ${pair.subscriber}`)) continue;
      this.#add(pair);
    }
    return until === all.length;
  }

  /** The names of rows and columns, in the order of processes. @param gone also those that do not live at the moment */
  axes(at: EventId | null, gone: boolean): { readonly rows: readonly string[]; readonly columns: readonly string[] } {
    const wanted = (name: string): boolean => gone || this.#lives(name, at);
    return {
      rows: [...this.#rows.keys()].filter(wanted).sort(compareNames),
      columns: [...this.#columns].filter(wanted).sort(compareNames),
    };
  }

  cell(row: string, column: string, at: EventId | null): Cell | undefined {
    const meetings = this.#rows.get(row)?.get(column);
    if (meetings === undefined) return undefined;
    const now = meetings.filter((meeting) => isAt(meeting, at));
    const parted = meetings.filter(({ until }) => until !== null && (at === null || until <= at)).length;
    return now.length === 0 && parted === 0 ? undefined : { now, parted };
  }

  /** The pair of a cell that tells most: the one that met last, among those that meet if there are any. */
  latest(row: string, column: string, at: EventId | null): Meeting | undefined {
    const meetings = this.#rows.get(row)?.get(column) ?? [];
    return (
      meetings.findLast((meeting) => isAt(meeting, at)) ??
      meetings.findLast(({ until }) => until !== null && (at === null || until <= at))
    );
  }

  #add(meeting: Meeting): void {
    this.all.push(meeting);
    const row = this.#nameOf(meeting.publisher);
    const column = this.#nameOf(meeting.subscriber);
    let cells = this.#rows.get(row);
    if (cells === undefined) {
      this.#rows.set(row, (cells = new Map()));
      this.changes++;
    }
    if (!this.#columns.has(column)) {
      this.#columns.add(column);
      this.changes++;
    }
    const meetings = cells.get(column);
    if (meetings === undefined) cells.set(column, [meeting]);
    else meetings.push(meeting);
  }

  #nameOf(endpoint: EndpointKey): string {
    return this.#grain === "processes" ? processOf(endpoint) : endpoint;
  }

  #lives(name: string, at: EventId | null): boolean {
    const { tree } = this.#model;
    const node = this.#grain === "processes" ? tree.process(name) : tree.endpoint(name);
    return node !== undefined && livesAt(node, at);
  }
}

/** Do they meet just after this event? `null` asks for now. */
export function isAt({ from, until }: Meeting, at: EventId | null): boolean {
  if (at === null) return until === null;
  return from <= at && (until === null || until > at);
}

function compareNames(a: string, b: string): number {
  const [left, first] = a.split(":") as [ProcessPath, string?];
  const [right, second] = b.split(":") as [ProcessPath, string?];
  return comparePaths(left, right) || Number(first ?? 0) - Number(second ?? 0);
}
