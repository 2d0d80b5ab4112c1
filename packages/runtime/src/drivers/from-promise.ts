import type { DriverError } from "../messages/driver.ts";
import { badArgument } from "../terms/error.ts";
import type { Term } from "../terms/term.ts";
import type { AbortSignalLike } from "../vm/ground-vm.ts";
import type { Source } from "../vm/event-source.ts";
import { failure } from "./failure.ts";

interface Controller {
  readonly signal: AbortSignalLike;
  abort(): void;
}
declare const AbortController: new () => Controller;

/**
 * What a promise comes to, as an event source: `subscriber([source, ANY], { onMessage: ([, value]) => ... })`. It yields once: the value
 * (`null` for `undefined`), or `driverError(code, message)` if the promise is rejected. Work that is started by a function begins with
 * the first subscriber, and is aborted when the last goes.
 *
 * @param work a promise, or starts the work and returns its promise: `(signal) => fetch(url, { signal }).then((r) => r.text())`
 */
export function fromPromise<T extends Term | undefined | void>(
  work: PromiseLike<T> | ((signal: AbortSignalLike) => PromiseLike<T>),
): Source<Term | DriverError> {
  if (typeof work !== "function" && typeof (work as PromiseLike<T> | undefined)?.then !== "function") {
    throw badArgument("fromPromise: work", "a promise, or a function that returns one", work);
  }
  return new PromiseSource(work);
}

class PromiseSource<T extends Term | undefined | void> implements Source<Term | DriverError> {
  readonly #work: PromiseLike<T> | ((signal: AbortSignalLike) => PromiseLike<T>);
  #yielded = false;

  constructor(work: PromiseLike<T> | ((signal: AbortSignalLike) => PromiseLike<T>)) {
    this.#work = work;
  }

  arm(deliver: (value: Term | DriverError) => void): (() => void) | void {
    if (this.#yielded) return undefined;
    const work = this.#work;
    let controller: Controller | undefined;
    let promise: PromiseLike<T>;
    if (typeof work === "function") {
      controller = new AbortController();
      promise = work(controller.signal);
    } else {
      promise = work;
    }
    let wanted = true;
    const yieldOnce = (value: Term | DriverError): void => {
      if (!wanted) return;
      this.#yielded = true;
      deliver(value);
    };
    promise.then(
      (value) => yieldOnce((value as T | undefined) ?? null),
      (reason: unknown) => yieldOnce(failure(reason)),
    );
    return () => {
      wanted = false;
      if (!this.#yielded) controller?.abort();
    };
  }
}
