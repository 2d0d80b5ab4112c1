import type { RefObject } from "react";
export function useKeys(_root: RefObject<HTMLDivElement | null>): void {}
