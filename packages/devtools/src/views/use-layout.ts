import { useRef, type RefObject } from "react";
import { createStore, type StoreApi } from "zustand/vanilla";
import { useStore } from "zustand";

export type Theme = "auto" | "light" | "dark";

interface Layout {
  readonly theme: Theme;
  readonly treeWidth: number;
  readonly sideWidth: number;
}

const KEY = "marketplace.devtools.layout";
/** At first the sides take their share of the window. */
function usualWidth(share: number, least: number, most: number): number {
  return Math.round(Math.min(most, Math.max(least, window.innerWidth * share)));
}

/** How wide a side may be, in pixels. */
export const NARROWEST = 180;
export const WIDEST = 720;

function remembered(): Layout {
  const usual: Layout = { theme: "auto", treeWidth: usualWidth(0.2, 230, 320), sideWidth: usualWidth(0.28, 330, 440) };
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Layout>;
    const width = (of: unknown, otherwise: number): number =>
      typeof of === "number" && of >= NARROWEST && of <= WIDEST ? of : otherwise;
    const theme = value.theme === "light" || value.theme === "dark" ? value.theme : "auto";
    return {
      theme,
      treeWidth: width(value.treeWidth, usual.treeWidth),
      sideWidth: width(value.sideWidth, usual.sideWidth),
    };
  } catch {
    // No storage, or nothing of ours in it.
    return usual;
  }
}

const layout: StoreApi<Layout> = createStore<Layout>(remembered);

layout.subscribe((state) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // Without storage it is as it was at the next visit.
  }
});

/** How the reader has arranged the page; remembered in this browser. */
export function useLayout(): Layout & { readonly root: RefObject<HTMLDivElement | null> } {
  const root = useRef<HTMLDivElement>(null);
  return { ...useStore(layout), root };
}

export function setWidth(of: "tree" | "side", width: number): void {
  const clamped = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
  layout.setState(of === "tree" ? { treeWidth: clamped } : { sideWidth: clamped });
}

/** From the system's theme to light, to dark, and back. */
export function nextTheme(): Theme {
  const order: readonly Theme[] = ["auto", "light", "dark"];
  const theme = order[(order.indexOf(layout.getState().theme) + 1) % order.length] ?? "auto";
  layout.setState({ theme });
  return theme;
}
