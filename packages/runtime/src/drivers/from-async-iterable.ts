import { eof, type Eof } from "../messages/tcp.ts";
import type { DriverError } from "../messages/driver.ts";
import { badArgument } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import type { Source } from "../vm/event-source.ts";
import { failure } from "./failure.ts";

/**
 * The values of an async iterable (a generator, a Node stream), as an event source: each as one message, then `eof`; or
 * `driverError(code, message)` if it fails. The next value is asked for only when the VM has dealt with the one before; when the last
 * subscriber goes, the iteration is ended (`return()`).
 */
export function fromAsyncIterable<T extends Term>(values: AsyncIterable<T>): Source<T | Eof | DriverError> {
  const make = (values as AsyncIterable<T> | undefined)?.[Symbol.asyncIterator];
  if (typeof make !== "function") throw badArgument("fromAsyncIterable: values", "an async iterable", values);
  return new IteratorSource(() => values[Symbol.asyncIterator]());
}

/** Pulls an iterator: one step for each time it is armed. */
export class IteratorSource<T extends Term> implements Source<T | Eof | DriverError> {
  readonly #begin: () => AsyncIterator<T>;
  #iterator: AsyncIterator<T> | undefined;
  #over = false;

  constructor(begin: () => AsyncIterator<T>) {
    this.#begin = begin;
  }

  arm(deliver: (value: T | Eof | DriverError) => void): (() => void) | void {
    if (this.#over) return undefined;
    this.#iterator ??= this.#begin();
    const iterator = this.#iterator;
    let wanted = true;
    const finish = (last: Eof | DriverError): void => {
      this.#over = true;
      if (wanted) deliver(last);
    };
    const step = ({ done, value }: IteratorResult<T, unknown>): void => {
      if (done === true) finish(eof);
      else if (wanted) deliver(value);
    };
    iterator.next().then(step, (reason: unknown) => finish(failure(reason)));
    return () => {
      wanted = false;
      if (this.#over) return;
      this.#over = true;
      // Nobody is there any more to hear that ending it failed.
      iterator.return?.().then(undefined, () => {});
    };
  }
}
