import type { Pen } from "./pen.ts";

/** A part of a picture that seldom changes: drawn once, and shown again from there until something about it is different. */
export class Layer {
  readonly #canvas = document.createElement("canvas");
  #key: readonly unknown[] = [];

  /** @param key what it depends on, compared one by one @param draw draws it with the pen that it is given */
  show(pen: Pen, key: readonly unknown[], draw: (pen: Pen) => void): void {
    const all = [pen.width, pen.height, pen.scale, pen.theme, ...key];
    if (all.length !== this.#key.length || all.some((part, i) => part !== this.#key[i])) {
      this.#key = all;
      this.#canvas.width = Math.round(pen.width * pen.scale);
      this.#canvas.height = Math.round(pen.height * pen.scale);
      const context = this.#canvas.getContext("2d");
      if (context !== null) draw(pen.on(context));
    }
    pen.context.drawImage(this.#canvas, 0, 0, pen.width, pen.height);
  }
}
