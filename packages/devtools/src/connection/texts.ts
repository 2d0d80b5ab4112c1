import { decodeServerFrame, encodeClientFrame, LONGEST_FRAME } from "@marketplace/runtime/inspect";
import type { Closed, Line, Listener } from "./connection.ts";

/** Something that carries texts both ways, and whose other end may close it. */
export interface Texts {
  send(text: string): void;
  close(): void;
}

/** A line over texts that are taken in by `receive`. */
export interface TextLine extends Line {
  receive(text: unknown): void;
  end(why: Closed): void;
}

/** Reads and writes the protocol's frames as texts. */
export function lineOverTexts(texts: Texts, listener: Listener): TextLine {
  let over = false;
  const end = (why: Closed): void => {
    if (over) return;
    over = true;
    listener.closed(why);
  };
  return {
    send(frame) {
      if (over) return;
      const text = encodeClientFrame(frame);
      // The program would close the line: to it a frame that is too large is an attack.
      if (sizeOf(text) > LONGEST_FRAME)
        throw new Error("This is too large to be sent: all that is asked at once has room in 1 MiB.");
      texts.send(text);
    },
    close() {
      end({ reason: "Closed here.", final: true });
      texts.close();
    },
    receive(text) {
      if (over) return;
      try {
        const frame = decodeServerFrame(text);
        if (frame.type === "failed") end({ reason: frame.message, final: true });
        else listener.frame(frame);
      } catch (error) {
        end({
          reason: `The program sent what this page does not understand: ${(error as Error).message}`,
          final: true,
        });
        texts.close();
      }
    },
    end,
  };
}

/** In bytes, which is what sockets count; a text has at least as many as it has characters, and at most three times as many. */
function sizeOf(text: string): number {
  const { length } = text;
  return length * 3 <= LONGEST_FRAME || length > LONGEST_FRAME ? length : new TextEncoder().encode(text).length;
}
