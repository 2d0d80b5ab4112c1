import { max, scaleLinear, scaleSqrt, type ScaleLinear } from "d3";
import { GROUPS, type Density } from "../../layout/density.ts";
import { KIND_LOOKS } from "../../theme/kinds.ts";
import type { Pen, Token } from "../canvas/pen.ts";

/** Room at the left and right of the picture, in pixels. */
export const PAD = 12;
const AXIS = 18;
const TOP = 6;
/** A bar takes so many pixels. */
const BAR = 3;

const COLORS: readonly Token[] = GROUPS.map(({ kinds }) => KIND_LOOKS[kinds[0]!].color);

export interface DensityPicture {
  readonly density: Density;
  readonly from: number;
  readonly until: number;
  /** The moment that is shown; null: now. */
  readonly cursor: number | null;
  readonly isPast: boolean;
}

/** Bars of how many events there were, a colour for each kind; what is missing is hatched. */
export function drawDensity(pen: Pen, { density, from, until, cursor, isPast }: DensityPicture): void {
  const { context, width, height } = pen;
  const x = scaleLinear([from, until], [PAD, width - PAD]);
  const ground = height - AXIS;
  pen.line(0, ground + 0.5, width, ground + 0.5, "--line");
  drawAxis(pen, x, ground);
  const buckets = density.between(from, until, ((until - from) / Math.max(1, width - PAD * 2)) * BAR);
  // The root makes the few visible beside the many.
  const y = scaleSqrt([0, max(buckets, ({ total }) => total) ?? 1], [0, ground - TOP]);
  for (const bucket of buckets) {
    const left = Math.max(PAD, Math.floor(x(bucket.from)));
    const bar = Math.max(2, Math.ceil(x(bucket.until)) - left - 1);
    if (bucket.missing > 0) pen.hatch(left, TOP - 4, Math.max(4, bar), ground - TOP + 4, "--kind-gap");
    let top = ground;
    const high = bucket.total === 0 ? 0 : y(bucket.total) / bucket.total;
    for (const [group, count] of bucket.counts.entries()) {
      if (count === 0) continue;
      const part = Math.max(1, count * high);
      top -= part;
      pen.rect(left, Math.max(0, top), bar, part, COLORS[group]!);
    }
  }
  if (cursor === null) {
    pen.line(width - PAD + 0.5, 2, width - PAD + 0.5, ground, "--ok", 2);
    return;
  }
  const here = Math.round(x(Math.min(until, Math.max(from, cursor))));
  context.globalAlpha = 0.55;
  pen.rect(here, 0, width - here, ground, "--surface");
  context.globalAlpha = 1;
  const token: Token = isPast ? "--past" : "--accent";
  pen.line(here + 0.5, 0, here + 0.5, ground + 4, token, 2);
  pen.dot(here + 0.5, 5, 4.5, token, "--surface");
}

function drawAxis(pen: Pen, x: ScaleLinear<number, number>, ground: number): void {
  pen.font(10.5);
  pen.context.textAlign = "center";
  const [from = 0, until = 1] = x.domain();
  const seconds = scaleLinear([from / 1000, until / 1000], x.range());
  const many = Math.max(2, pen.width / 110);
  const format = seconds.tickFormat(many);
  for (const tick of seconds.ticks(many)) {
    const at = Math.round(seconds(tick)) + 0.5;
    if (at < PAD + 8 || at > pen.width - PAD - 8) continue;
    pen.line(at, ground, at, ground + 4, "--line-strong");
    pen.text(`${format(tick)} s`, at, ground + 14, "--quiet");
  }
  pen.context.textAlign = "left";
}
