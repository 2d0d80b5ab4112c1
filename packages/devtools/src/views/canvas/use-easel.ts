import { useCallback, useLayoutEffect, useRef, type RefObject } from "react";
import { Easel, type Draw } from "./easel.ts";

export interface UsedEasel {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** Null until the canvas is there. */
  readonly easel: RefObject<Easel | null>;
  /** Have the picture drawn in the next frame. */
  readonly redraw: () => void;
}

/**
 * A canvas that is drawn whenever the component is, and when asked; in any case at most once a frame.
 *
 * @param every the least time between two pictures, in milliseconds
 */
export function useEasel(draw: Draw, every = 0): UsedEasel {
  const canvas = useRef<HTMLCanvasElement>(null);
  const easel = useRef<Easel>(null);
  const redraw = useCallback(() => easel.current?.request(), []);
  useLayoutEffect(() => {
    if (canvas.current === null) return undefined;
    const made = new Easel(canvas.current);
    easel.current = made;
    return () => {
      made.close();
      easel.current = null;
    };
  }, []);
  useLayoutEffect(() => {
    if (easel.current === null) return;
    easel.current.draw = draw;
    easel.current.every = every;
    easel.current.request();
  });
  return { canvas, easel, redraw };
}
