import type { Closed, Connection, Line, Listener } from "./connection.ts";
import { lineOverTexts } from "./texts.ts";

/** Close codes after which another attempt would end in the same way, and what they mean. */
const FINAL: ReadonlyMap<number, string> = new Map([
  [4401, "The program has another token than this page. Open the address that it printed when it started."],
  [4429, "The program serves as many debuggers as it may. Close another one and reload this page."],
]);

/** Reaches a program through the WebSocket of its inspector. */
export function webSocketConnection(url: string, token: string): Connection {
  return { kind: "websocket", place: new URL(url).host, token, open: (listener) => openLine(url, listener) };
}

function openLine(url: string, listener: Listener): Line {
  const socket = new WebSocket(url);
  const waiting: string[] = [];
  const line = lineOverTexts(
    {
      send(text) {
        if (socket.readyState === WebSocket.CONNECTING) waiting.push(text);
        else if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close: () => socket.close(),
    },
    listener,
  );
  socket.onopen = () => {
    for (const text of waiting.splice(0)) socket.send(text);
  };
  socket.onmessage = ({ data }) => line.receive(data);
  socket.onclose = ({ code, reason }) => line.end(whyClosed(code, reason));
  return line;
}

function whyClosed(code: number, reason: string): Closed {
  const final = FINAL.get(code);
  if (final !== undefined) return { reason: final, final: true };
  return { reason: reason === "" ? "The program does not answer." : `The program said: ${reason}.`, final: false };
}
