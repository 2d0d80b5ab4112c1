import type { Connection, Line, Listener } from "./connection.ts";
import { lineOverTexts } from "./texts.ts";

/**
 * Reaches a VM in a worker or in another window, through a `MessagePort` whose other end carries the protocol. A port tells nobody that
 * its other end is gone, so this line never closes by itself.
 */
export function portConnection(port: MessagePort, place = "a worker"): Connection {
  return { kind: "port", place, open: (listener) => openLine(port, listener) };
}

function openLine(port: MessagePort, listener: Listener): Line {
  const line = lineOverTexts({ send: (text) => port.postMessage(text), close: () => port.close() }, listener);
  port.onmessage = ({ data }) => line.receive(data);
  return line;
}
