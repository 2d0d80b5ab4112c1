// Messages on a stream: each with its length before it, in two bytes (RFC 1035, 4.2.2).

/** The message as it goes into a stream. */
export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(message.length + 2);
  framed.set([message.length >> 8, message.length & 255]);
  framed.set(message, 2);
  return framed;
}

/** What a stream of bytes has come to. */
export interface Frames {
  /** The messages that are whole. */
  readonly messages: readonly Uint8Array[];
  /** The bytes behind the last of them. */
  readonly rest: Uint8Array;
}

/** @param before the `rest` of what came before */
export function takeFrames(before: Uint8Array, bytes: Uint8Array): Frames {
  const all = new Uint8Array(before.length + bytes.length);
  all.set(before);
  all.set(bytes, before.length);
  const messages: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= all.length) {
    const end = at + 2 + (all[at] as number) * 256 + (all[at + 1] as number);
    if (end > all.length) break;
    messages.push(all.slice(at + 2, end));
    at = end;
  }
  return { messages, rest: all.slice(at) };
}
