import { useEffect, useRef, type ReactNode } from "react";
import { useDebugger, useDebuggerState } from "../store/hooks.ts";
import { KeyList } from "./keys/key-list.tsx";
import { Palette } from "./palette.tsx";

/** The dialog that is open, if one is. */
export function Dialogs(): ReactNode {
  const debug = useDebugger();
  const dialog = useDebuggerState((state) => state.dialog);
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog !== null && element.current?.open === false) element.current.showModal();
  }, [dialog]);
  if (dialog === null) return null;
  return (
    <dialog
      ref={element}
      aria-label={dialog === "keys" ? "Keys" : "Commands"}
      onClose={() => debug.setDialog(null)}
      onClick={(event) => event.target === element.current && element.current.close()}
    >
      {dialog === "keys" ? (
        <KeyList onClose={() => element.current?.close()} />
      ) : (
        <Palette onClose={() => element.current?.close()} />
      )}
    </dialog>
  );
}
