import { WebSocket } from "ws";
import type { Conversation } from "./conversation.ts";
import type { Reached } from "./server.ts";

/** Conversations through a pipe: each has a WebSocket of its own, because a pipe knows only one connection for each. */
export function piped({ port }: Reached, _echoPort: number, count: number): Promise<readonly Conversation[]> {
  return Promise.all(Array.from({ length: count }, () => open(port)));
}

function open(port: number): Promise<Conversation> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("open", () => {
      let heard: (length: number) => void = () => {};
      socket.on("message", (bytes) => heard((bytes as Buffer).length));
      resolve({
        send: (bytes) => socket.send(bytes),
        onBytes: (listener) => (heard = listener),
      });
    });
  });
}
