import { portChannel } from "@marketplace/runtime/bridge";
import type { Connection, Line, Listener } from "./connection.ts";
import { lineOverTexts } from "./texts.ts";

/**
 * Reaches a VM in a worker or in another window, through a `MessagePort` whose other end has been given to `attachInspector` there:
 * `attachInspector(vm, portChannel(port))`. Not every browser tells that the other end is gone.
 */
export function portConnection(port: MessagePort, place = "a worker"): Connection {
  return { kind: "port", place, open: (listener) => openLine(port, listener) };
}

function openLine(port: MessagePort, listener: Listener): Line {
  const channel = portChannel(port);
  const line = lineOverTexts({ send: (text) => channel.send(text), close: () => channel.close() }, listener);
  channel.onMessage((text) => line.receive(text));
  channel.onClose(({ reason }) => {
    line.end({ reason: reason === "" ? "The VM has gone." : `The VM has gone: ${reason}.`, final: true });
  });
  return line;
}
