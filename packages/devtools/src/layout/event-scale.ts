import { scaleLinear, type ScaleLinear } from "d3";
import type { EventLog } from "../model/event-log.ts";

/** Along what the events stand: one after the other with equal distances, or by their time. */
export type Along = "order" | "time";

/** A stretch of positions or of milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** Where events stand in a picture. */
export interface EventScale {
  readonly along: Along;
  /** From positions or milliseconds to pixels. */
  readonly x: ScaleLinear<number, number>;
  /** The positions in sight, the last excluded. */
  readonly first: number;
  readonly end: number;
  /** Where the event at a position stands. */
  at(position: number): number;
  /** The position of what stands here, not rounded where there is something between two events. */
  positionAt(x: number): number;
}

/** @param end one more than the last position that is shown */
export function eventScale(
  log: EventLog,
  end: number,
  along: Along,
  { from, until }: Stretch,
  left: number,
  right: number,
): EventScale {
  const x = scaleLinear([from, until], [left, right]);
  if (along === "order") {
    const first = Math.max(log.first, Math.floor(from));
    return {
      along,
      x,
      first,
      end: Math.min(end, Math.ceil(until) + 1),
      at: (position) => x(position + 0.5),
      positionAt: (px) => x.invert(px) - 0.5,
    };
  }
  return {
    along,
    x,
    first: Math.max(log.first, log.lastUntil(from)),
    end: Math.min(end, log.lastUntil(until) + 2),
    at: (position) => x(log.timeAt(position)),
    positionAt: (px) => Math.max(log.first, log.lastUntil(x.invert(px))),
  };
}

/** All there is, with a little room at both ends. */
export function wholeStretch(log: EventLog, end: number, along: Along): Stretch {
  if (end <= log.first) return { from: 0, until: 1 };
  const [from, until] = along === "order" ? [log.first, end] : [log.timeAt(log.first), log.timeAt(end - 1)];
  const room = Math.max(along === "order" ? 1 : 0.5, (until - from) * 0.02);
  return { from: from - room, until: until + room };
}

/** A stretch made shorter or longer by a factor, one point of it staying where it is. */
export function zoomed({ from, until }: Stretch, around: number, factor: number, along: Along): Stretch {
  const least = along === "order" ? 4 : 0.05;
  const span = Math.max(least, (until - from) * factor);
  const share = (around - from) / (until - from);
  return { from: around - share * span, until: around + (1 - share) * span };
}

/** The same stretch elsewhere. */
export function moved({ from, until }: Stretch, by: number): Stretch {
  return { from: from + by, until: until + by };
}
