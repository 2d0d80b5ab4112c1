import type { EventLog } from "../../model/event-log.ts";
import { moved, wholeStretch, zoomed, type Along, type Stretch } from "../../layout/event-scale.ts";

/** How much is in sight at first: so many events, or so many milliseconds. */
const FIRST_SPAN = { order: 60, time: 2000 } as const;

/** What part of the sequence is in sight, and how it moves. */
export class Camera {
  along: Along = "order";
  stretch: Stretch = { from: 0, until: FIRST_SPAN.order };
  /** How far the lanes are scrolled, in pixels. */
  top = 0;
  /** Does it go along with what is new? */
  follows = true;

  /** Keeps the newest event in sight, near the right edge. */
  follow(log: EventLog, end: number): void {
    const { from, until } = this.stretch;
    const span = until - from;
    const newest = this.#coordinate(log, end - 1) + (this.along === "order" ? 1 : 0);
    const first = this.#coordinate(log, log.first);
    // While everything has room, it begins at the left.
    const next = Math.max(newest + span * 0.04, Math.min(first, newest) + span);
    this.stretch = { from: next - span, until: next };
  }

  setAlong(along: Along, log: EventLog, end: number): void {
    if (along === this.along) return;
    const position = along === "time" ? this.stretch.until : log.lastUntil(this.stretch.until);
    this.along = along;
    const until = this.#coordinate(log, Math.min(end - 1, Math.max(log.first, Math.round(position))));
    this.stretch = { from: until - FIRST_SPAN[along], until };
  }

  /** Brings a position into sight; nothing moves where it is. */
  reveal(log: EventLog, position: number): void {
    const at = this.#coordinate(log, position);
    const { from, until } = this.stretch;
    const room = (until - from) * 0.08;
    if (at >= from + room && at <= until - room) return;
    const span = until - from;
    this.stretch = { from: at - span / 2, until: at + span / 2 };
  }

  fitAll(log: EventLog, end: number): void {
    this.stretch = wholeStretch(log, end, this.along);
    this.top = 0;
  }

  /** Makes these positions fill what is in sight. */
  fit(log: EventLog, first: number, last: number): void {
    const from = this.#coordinate(log, first);
    const until = this.#coordinate(log, last) + (this.along === "order" ? 1 : 0);
    const room = Math.max(this.along === "order" ? 2 : 0.5, (until - from) * 0.08);
    this.stretch = { from: from - room, until: until + room };
  }

  /** @param around the point that stays, from 0 at the left to 1 */
  zoom(factor: number, around: number): void {
    const { from, until } = this.stretch;
    this.stretch = zoomed(this.stretch, from + (until - from) * around, factor, this.along);
  }

  /** @param share how far, as a share of what is in sight */
  pan(share: number): void {
    this.follows = false;
    this.stretch = moved(this.stretch, share * (this.stretch.until - this.stretch.from));
  }

  #coordinate(log: EventLog, position: number): number {
    if (this.along === "order") return position;
    return log.length === 0 ? 0 : log.timeAt(Math.max(log.first, position));
  }
}
