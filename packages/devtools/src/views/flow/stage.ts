import type { EventId, ProcessPath, StreamItem } from "@marketplace/runtime/inspect";
import { movesOf, type Move } from "../../layout/flow-moves.ts";
import type { FlowLayout, PlacedBox } from "../../layout/flow-layout.ts";
import type { Model } from "../../model/model.ts";
import { vmOf } from "@marketplace/runtime/inspect";

/** How many go their way at one time, and how many may set out in one frame; the rest shows as warmth of the strips. */
const MOST_MOVING = 90;
const MOST_NEW = 16;
/** Of what came since the last frame, so many events are looked at, the latest. */
const LOOKED_AT = 240;
/** How long a box is lit after something ran in it, how long boxes take to their new places, and to vanish; milliseconds. */
export const PULSE = 500;
const SHIFT = 260;
const VANISH = 450;
/** What something caused sets out when that has arrived, but not later than this. */
const LONGEST_WAIT = 2500;
/** How far causes are followed back to something that moves. */
const STEPS_BACK = 7;
/** How long a way is shown where nothing may move. */
export const STEP = 1500;

export interface Moving {
  readonly move: Move;
  readonly start: number;
  readonly end: number;
}

/** What moves in the picture, and since when. It is told of events and draws nothing. */
export class Stage {
  moving: Moving[] = [];
  readonly pulses = new Map<ProcessPath, number>();
  /** How busy each network is; it cools down by itself. */
  readonly warmth = new Map<ProcessPath, number>();
  /** Boxes that are gone, with when they went. */
  ghosts: { readonly box: PlacedBox; readonly since: number }[] = [];
  #shiftedAt: number = -Infinity;
  #earlier: FlowLayout | null = null;
  layout: FlowLayout | null = null;
  #seen = -1;
  readonly #arrivals = new Map<EventId, number>();
  #cooled = 0;

  /** Another layout: boxes move from where they were. */
  setLayout(layout: FlowLayout, now: number, still: boolean): void {
    const earlier = this.layout;
    if (earlier === layout) return;
    this.layout = layout;
    this.#earlier = still ? null : earlier;
    this.#shiftedAt = now;
    if (earlier === null || still) return;
    for (const box of earlier.boxes) {
      if (!layout.byPath.has(box.box.path) && layout.byPath.get(box.vm ?? "")?.box.open === true)
        this.ghosts.push({ box, since: now });
    }
  }

  /** Nothing of what has happened until now will move. */
  skip(end: number): void {
    this.#seen = end;
    this.moving = [];
    this.pulses.clear();
  }

  /** Takes in what has happened; the first time, only how far that is. */
  advance(model: Model, end: number, now: number, still: boolean): void {
    const { layout } = this;
    if (layout === null) return;
    if (this.#seen < 0) this.#seen = end;
    const from = Math.max(this.#seen, end - LOOKED_AT, model.log.first);
    const passed = end - this.#seen;
    let started = 0;
    for (let position = from; position < end; position++) {
      const item = model.log.at(position);
      if (item === undefined) continue;
      if (item.kind === "activation") this.#pulse(item.process, layout, this.#startOf(item, model, now, still));
      if (item.kind !== "message" && item.kind !== "presence" && item.kind !== "absence") continue;
      this.#warm(item, passed / Math.max(1, end - from));
      if (started >= MOST_NEW || this.moving.length >= MOST_MOVING) continue;
      started += this.#start(item, layout, model, now, still);
    }
    this.#seen = end;
  }

  /** Forgets what is over. @returns whether anything still moves */
  tidy(now: number): boolean {
    this.moving = this.moving.filter(({ end }) => end > now);
    for (const [path, since] of this.pulses) if (now - since > PULSE) this.pulses.delete(path);
    this.ghosts = this.ghosts.filter(({ since }) => now - since < VANISH);
    const cooling = Math.exp(-(now - this.#cooled) / 400);
    this.#cooled = now;
    for (const [vm, warmth] of this.warmth) {
      if (warmth * cooling < 0.05) this.warmth.delete(vm);
      else this.warmth.set(vm, warmth * cooling);
    }
    for (const [id, arrival] of this.#arrivals) if (arrival < now - 200) this.#arrivals.delete(id);
    return (
      this.moving.length > 0 ||
      this.pulses.size > 0 ||
      this.ghosts.length > 0 ||
      this.warmth.size > 0 ||
      this.shift(now).earlier !== null
    );
  }

  /** The layout from which boxes are on their way, and how far they have come, from 0 to 1. */
  shift(now: number): { readonly earlier: FlowLayout | null; readonly progress: number } {
    const progress = (now - this.#shiftedAt) / SHIFT;
    return this.#earlier === null || progress >= 1
      ? { earlier: null, progress: 1 }
      : { earlier: this.#earlier, progress: Math.max(0, progress) };
  }

  /** How far a box that is gone has vanished, from 0 to 1. */
  static vanished(since: number, now: number): number {
    return Math.min(1, (now - since) / VANISH);
  }

  #start(item: StreamItem, layout: FlowLayout, model: Model, now: number, still: boolean): number {
    const moves = movesOf(item, layout, model);
    const start = this.#startOf(item, model, now, still);
    let last = start;
    for (const move of moves.slice(0, MOST_MOVING - this.moving.length)) {
      const end = start + (still ? STEP : Math.min(1100, 380 + move.length * 0.8));
      this.moving.push({ move, start, end });
      last = Math.max(last, end);
    }
    if (moves.length > 0) this.#arrivals.set(item.id, last);
    return moves.length;
  }

  /** When what this event shows may begin: when what caused it has arrived. */
  #startOf(item: StreamItem, model: Model, now: number, still: boolean): number {
    if (still) return now;
    let at: StreamItem | undefined = item;
    for (let step = 0; step < STEPS_BACK && at !== undefined && at.kind !== "gap" && at.cause !== 0; step++) {
      const arrival = this.#arrivals.get(at.cause);
      if (arrival !== undefined) return Math.min(Math.max(now, arrival), now + LONGEST_WAIT);
      at = model.log.find(at.cause);
    }
    return now;
  }

  /** Lights the innermost box that is shown. */
  #pulse(process: ProcessPath, layout: FlowLayout, when: number): void {
    let path = process;
    while (path !== "" && !layout.byPath.has(path)) path = vmOf(path);
    if (path !== "") this.pulses.set(path, when);
  }

  #warm(item: StreamItem & { readonly kind: "message" | "presence" | "absence" }, weight: number): void {
    const process = item.kind === "message" ? item.process : item.subscriber.slice(0, item.subscriber.indexOf(":"));
    const vm = vmOf(process);
    this.warmth.set(vm, Math.min(400, (this.warmth.get(vm) ?? 0) + weight));
  }
}
