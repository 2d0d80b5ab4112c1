import type { DriverError } from "../messages/driver.ts";
import type { Eof } from "../messages/tcp.ts";
import { badArgument } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import type { Source } from "../vm/event-source.ts";
import { fromAsyncIterable, IteratorSource } from "./from-async-iterable.ts";

/** As much of a web `ReadableStream` as is used; structural, because the runtime knows no DOM. */
export interface ReadableLike<T> {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: T | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/**
 * The chunks of a stream, as an event source like {@link fromAsyncIterable}: a web `ReadableStream` (the body of a `fetch`, a file in a
 * browser) or a Node stream. The stream is read only as fast as the VM works, and cancelled when the last subscriber goes.
 */
export function fromReadable<T extends Term>(
  stream: ReadableLike<T> | AsyncIterable<T>,
): Source<T | Eof | DriverError> {
  if (isWebStream(stream)) return new IteratorSource(() => chunks(stream));
  if (typeof (stream as AsyncIterable<T> | undefined)?.[Symbol.asyncIterator] !== "function") {
    throw badArgument("fromReadable: stream", "a ReadableStream or a Node stream", stream);
  }
  return fromAsyncIterable(stream);
}

function isWebStream<T>(stream: ReadableLike<T> | AsyncIterable<T>): stream is ReadableLike<T> {
  return typeof (stream as ReadableLike<T> | undefined)?.getReader === "function";
}

/** Not every browser lets one iterate a ReadableStream, but all have readers. */
function chunks<T>(stream: ReadableLike<T>): AsyncIterator<T> {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value: value as T };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}
