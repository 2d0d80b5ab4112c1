import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { NARROWEST, setWidth, useLayout, WIDEST } from "./use-layout.ts";

/** The edge between a side and the centre: to be dragged, or moved with the arrow keys. */
export function Splitter({ of }: { readonly of: "tree" | "side" }): ReactNode {
  const layout = useLayout();
  const width = of === "tree" ? layout.treeWidth : layout.sideWidth;
  const sign = of === "tree" ? 1 : -1;
  const start = useRef<{ readonly x: number; readonly width: number } | null>(null);
  const drag = (event: PointerEvent): void => {
    if (start.current !== null) setWidth(of, start.current.width + sign * (event.clientX - start.current.x));
  };
  const key = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -16 : event.key === "ArrowRight" ? 16 : 0;
    if (by === 0) return;
    event.preventDefault();
    setWidth(of, width + sign * by);
  };
  return (
    <div
      className={`splitter ${of}`}
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={of === "tree" ? "Width of the tree" : "Width of the side panel"}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      onKeyDown={key}
      onPointerDown={(event) => {
        start.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={() => (start.current = null)}
      onPointerCancel={() => (start.current = null)}
    />
  );
}
