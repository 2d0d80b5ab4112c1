import { inspect } from "node:util";
import { decodeFrame, encodeFrame, type BridgeChannel, type Closing } from "@marketplace/runtime/bridge";
import { closeCodes, type WebClient } from "../web/client.ts";

/**
 * @param onSent called when something has been sent
 * @returns a client of a web server as a channel: what it sends is frames, or its end
 */
export function channelOver(client: WebClient, onSent: () => void = () => {}): BridgeChannel {
  let listener: (closing: Closing) => void = () => {};
  let isOver = false;
  const over = (closing: Closing): void => {
    if (isOver) return;
    isOver = true;
    listener(closing);
  };
  const close = (code: number, reason: string): void => {
    client.close(code, reason);
    over({ code, reason });
  };
  client.onClose(() => over({ code: 0, reason: "the client has gone" }));
  return {
    send(frame) {
      client.send(encodeFrame(frame));
      onSent();
    },
    close: (code = 1000, reason = "") => close(code, reason),
    onMessage(receive) {
      client.onMessage((data) => {
        let frame: unknown;
        try {
          frame = decodeFrame(data as Uint8Array);
        } catch (error) {
          return close(closeCodes.badFrame, error instanceof Error ? error.message : inspect(error));
        }
        receive(frame, data.length);
      });
    },
    onClose(tell) {
      listener = tell;
    },
    unsent: () => client.unsent,
    pause: () => client.pause(),
    resume: () => client.resume(),
  };
}
