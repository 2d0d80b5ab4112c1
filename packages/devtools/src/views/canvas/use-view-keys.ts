import { useEffect, useRef } from "react";

/** Lets a view have keys while it is open, wherever the focus is but in a field that one writes in. @param obey returns whether the key meant something */
export function useViewKeys(obey: (event: KeyboardEvent) => boolean): void {
  const latest = useRef(obey);
  useEffect(() => {
    latest.current = obey;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      const isElsewhere =
        target instanceof Element &&
        (target.matches("input, textarea, select") || target.closest(".debugger, body") === null);
      if (!isElsewhere && document.querySelector("dialog[open]") === null && latest.current(event))
        event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
