import { Colors } from "./colors.ts";
import { Pen } from "./pen.ts";

/** Draws the whole picture. @returns whether it is moving: then it is drawn again in the next frame */
export type Draw = (pen: Pen) => boolean;

/**
 * Keeps a canvas as large as its place, as sharp as the screen and in the colours of the theme, and has it drawn at most once in a frame,
 * and only when somebody asked.
 */
export class Easel {
  draw: Draw = () => false;
  /** The least time between two pictures, in milliseconds. */
  every = 0;
  /** In CSS pixels. */
  width = 0;
  height = 0;
  readonly #canvas: HTMLCanvasElement;
  readonly #colors: Colors;
  readonly #pen: Pen | null;
  readonly #undo: (() => void)[] = [];
  #frame = 0;
  #wait: ReturnType<typeof setTimeout> | undefined;
  #painted = -Infinity;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#colors = new Colors(canvas);
    const context = canvas.getContext("2d");
    this.#pen = context === null ? null : new Pen(context, this.#colors);
    this.#watch();
    this.#measure();
  }

  /** Have it drawn in the next frame, or as soon as it may be drawn again. */
  request(): void {
    if (this.#frame !== 0) return;
    const early = this.#painted + this.every - performance.now();
    clearTimeout(this.#wait);
    if (early > 0) this.#wait = setTimeout(() => this.request(), early);
    else this.#frame = requestAnimationFrame((now) => this.#paint(now));
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#wait);
    for (const undo of this.#undo) undo();
    this.#colors.close();
  }

  #watch(): void {
    const size = new ResizeObserver(() => this.#measure());
    size.observe(this.#canvas);
    this.#undo.push(() => size.disconnect());
    const theme = (): void => {
      this.#colors.forget();
      this.request();
    };
    const root = this.#canvas.closest(".debugger");
    if (root !== null) {
      const attribute = new MutationObserver(theme);
      attribute.observe(root, { attributes: true, attributeFilter: ["data-theme"] });
      this.#undo.push(() => attribute.disconnect());
    }
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", theme);
    this.#undo.push(() => dark.removeEventListener("change", theme));
  }

  #measure(): void {
    this.width = this.#canvas.clientWidth;
    this.height = this.#canvas.clientHeight;
    this.request();
  }

  #paint(now: number): void {
    this.#frame = 0;
    this.#painted = now;
    const { width, height } = this;
    if (this.#pen === null || width === 0 || height === 0) return;
    const scale = devicePixelRatio;
    const wide = Math.round(width * scale);
    const high = Math.round(height * scale);
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      this.#canvas.width = wide;
      this.#canvas.height = high;
    }
    this.#pen.begin(width, height, scale, now);
    if (this.draw(this.#pen)) this.request();
  }
}
