import { describe, expect, test } from "vitest";
import {
  ANY,
  deleteEndpoint,
  driverError,
  eof,
  fromAsyncIterable,
  fromPromise,
  fromReadable,
  groundVm,
  quit,
  spawn,
  subscriber,
  type Source,
} from "@marketplace/runtime";

/** All that a source yields, up to `eof` or an error, or the first value with `once`. */
async function collect(source: Source<any>, once = false): Promise<unknown[]> {
  const values: unknown[] = [];
  await groundVm(() =>
    subscriber([source, ANY], {
      onMessage([, value]) {
        values.push(value);
        return (once || value === eof || driverError.is(value)) && quit();
      },
    }),
  ).ended;
  return values;
}

describe("fromPromise", () => {
  test("yields what the promise comes to; undefined as null", async () => {
    expect(await collect(fromPromise(Promise.resolve(42)), true)).toEqual([42]);
    expect(await collect(fromPromise(Promise.resolve()), true)).toEqual([null]);
  });

  test("yields a driverError with the code of a rejection", async () => {
    const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    expect(await collect(fromPromise(Promise.reject(refused)))).toEqual([driverError("ECONNREFUSED", "refused")]);
    expect(await collect(fromPromise(Promise.reject(new TypeError("no"))))).toEqual([driverError("TypeError", "no")]);
  });

  test("lets the VM end when it has yielded, although its endpoint stays", async () => {
    await groundVm(() => subscriber([fromPromise(Promise.resolve(1)), ANY])).ended;
  });

  test("aborts work that it has started when the endpoint goes", async () => {
    let aborted = false;
    const source = fromPromise(
      (signal) => new Promise<number>(() => signal.addEventListener("abort", () => void (aborted = true))),
    );
    await groundVm(() => [
      subscriber([source, ANY], {}, { id: "work" }),
      subscriber([fromPromise(Promise.resolve(1)), ANY], { onMessage: () => deleteEndpoint("work") }),
    ]).ended;
    expect(aborted).toBe(true);
  });
});

describe("fromAsyncIterable", () => {
  test("yields each value, then eof", async () => {
    async function* three() {
      yield* [1, 2, 3];
    }
    expect(await collect(fromAsyncIterable(three()))).toEqual([1, 2, 3, eof]);
  });

  test("asks for the next value only when the VM has dealt with the one before", async () => {
    const log: string[] = [];
    async function* three() {
      for (let i = 1; i <= 3; i++) {
        log.push(`made ${i}`);
        yield i;
      }
    }
    await groundVm(() =>
      subscriber([fromAsyncIterable(three()), ANY], {
        onMessage: ([, value]) => (value === eof ? quit() : void log.push(`dealt with ${String(value)}`)),
      }),
    ).ended;
    expect(log).toEqual(["made 1", "dealt with 1", "made 2", "dealt with 2", "made 3", "dealt with 3"]);
  });

  test("yields a driverError where the iteration fails, and ends it when the endpoint goes", async () => {
    // eslint-disable-next-line require-yield
    async function* failing() {
      throw new RangeError("broken");
    }
    expect(await collect(fromAsyncIterable(failing()))).toEqual([driverError("RangeError", "broken")]);
    let ended = false;
    async function* endless() {
      try {
        for (;;) yield 1;
      } finally {
        ended = true;
      }
    }
    await collect(fromAsyncIterable(endless()), true);
    await Promise.resolve();
    expect(ended).toBe(true);
  });
});

describe("fromReadable", () => {
  test("yields the chunks of a web stream as bytes, then eof", async () => {
    const chunks = await collect(fromReadable(new Blob(["hello"]).stream()));
    expect(chunks).toEqual([new TextEncoder().encode("hello"), eof]);
  });

  test("cancels the stream when the endpoint goes", async () => {
    let cancelled = false;
    const stream = new ReadableStream<string>({
      pull: (controller) => controller.enqueue("more"),
      cancel: () => void (cancelled = true),
    });
    await collect(fromReadable(stream), true);
    expect(cancelled).toBe(true);
  });

  test("refuses what is no stream", () => {
    expect(() => fromReadable({} as never)).toThrow(/fromReadable: stream.*ReadableStream/);
    expect(() => fromAsyncIterable([] as never)).toThrow(/async iterable/);
    expect(() => fromPromise(3 as never)).toThrow(/fromPromise: work.*promise.*3/);
  });
});

test("a source's process that ends takes the work with it", async () => {
  let aborted = false;
  await groundVm(() =>
    spawn(() => [
      subscriber([
        fromPromise(
          (signal) => new Promise<number>(() => signal.addEventListener("abort", () => void (aborted = true))),
        ),
        ANY,
      ]),
      quit(),
    ]),
  ).ended;
  expect(aborted).toBe(true);
});
