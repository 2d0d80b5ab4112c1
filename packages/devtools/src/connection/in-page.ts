import type { GroundVm } from "@marketplace/runtime";
import { attachInspector } from "@marketplace/runtime/inspect";
import type { Connection, Line, Listener } from "./connection.ts";
import { lineOverTexts } from "./texts.ts";

/** Reaches a VM that runs in this page. */
export function inPageConnection(vm: GroundVm, target?: string): Connection {
  return { kind: "page", place: "this page", open: (listener) => openLine(vm, target, listener) };
}

function openLine(vm: GroundVm, target: string | undefined, listener: Listener): Line {
  let receive: ((text: unknown) => void) | null = null;
  let onClose: (() => void) | null = null;
  // Each text is a task of its own, so that a viewer and the VM it looks at never stand on one stack.
  const line = lineOverTexts(
    {
      send: (text) => queueMicrotask(() => receive?.(text)),
      close: () => onClose?.(),
    },
    listener,
  );
  const channel = {
    send: (text: string) => queueMicrotask(() => line.receive(text)),
    close: () => queueMicrotask(() => line.end({ reason: "The VM sent this debugger away.", final: true })),
    onMessage(told: (text: unknown) => void) {
      receive = told;
    },
    onClose(told: () => void) {
      onClose = told;
    },
  };
  attachInspector(vm, channel, { control: true, target });
  return line;
}
