import { describe, expect, test } from "vitest";
import { subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { deleteEndpoint, quit, spawn, spawnVm, yieldThen } from "../../src/dsl/processes.ts";
import type { Step } from "../../src/model/transition.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import { simulate } from "../../src/testing/simulate.ts";
import type { Source } from "../../src/vm/event-source.ts";
import type { Host } from "../../src/vm/host.ts";
import type { Warning } from "../../src/vm/warning.ts";

/** A source that a test drives by hand, and that counts what happens to it. */
class Tap implements Source<number> {
  armed = 0;
  disarmed = 0;
  #deliver: ((value: number) => void) | undefined;

  get waits(): boolean {
    return this.#deliver !== undefined;
  }

  arm(deliver: (value: number) => void): () => void {
    this.armed++;
    this.#deliver = deliver;
    return () => {
      this.disarmed++;
      this.#deliver = undefined;
    };
  }

  yields(value: number): void {
    const deliver = this.#deliver;
    if (deliver === undefined) throw new Error("the source is not armed");
    this.#deliver = undefined;
    deliver(value);
  }
}

/** A process that is never done: it yields for ever. */
const forEver = (): Step<undefined> => yieldThen<undefined>(forEver);

describe("groundVm ends", () => {
  test("when nothing is pending and no source is armed", async () => {
    await expect(groundVm(() => spawn(() => sendMessage("hello"))).ended).resolves.toBeUndefined();
  });

  test("with a rejection when its boot throws, and says so nowhere else", async () => {
    const warnings: Warning[] = [];
    const vm = groundVm(
      () => {
        throw new Error("no boot");
      },
      { onWarning: (warning) => warnings.push(warning) },
    );
    await expect(vm.ended).rejects.toThrow("no boot");
    expect(warnings).toEqual([]);
  });

  test("with a rejection when its boot returns what is no transition: a promise, say", async () => {
    await expect(groundVm((async () => {}) as never).ended).rejects.toMatchObject({ code: "NOT_A_TRANSITION" });
  });

  test("with { linger: true } only when it is stopped, or has failed to boot", async () => {
    const heard: unknown[] = [];
    const vm = groundVm(() => undefined, { linger: true, host: new FakeHost() });
    vm.perform(spawn(() => [subscriber(ANY, { onMessage: (body) => void heard.push(body) }), sendMessage("late")]));
    expect(heard).toEqual(["late"]);
    await vm.stop();
    expect(() => vm.perform(sendMessage("too late"))).toThrow(expect.objectContaining({ code: "VM_ENDED" }));
    const failed = groundVm(() => "no transition" as never, { linger: true });
    await expect(failed.ended).rejects.toMatchObject({ code: "NOT_A_TRANSITION" });
  });

  test("when stop(reason) is called: all processes quit with the reason, in PID order, and sources are disarmed", async () => {
    const tap = new Tap();
    const seen: unknown[] = [];
    const watch = (name: string) =>
      spawn(() => [
        subscriber([tap, ANY]),
        subscriber(name),
        { ...subscriber(name, { onAbsence: (event) => void seen.push([name, event.reason]) }), id: "own" },
        {
          type: "add-endpoint",
          id: "pub",
          role: { orientation: "publisher", topic: name, interestType: "participant" },
          handlers: {},
        },
      ]);
    const vm = groundVm(() => [watch("first"), watch("second")]);
    await vm.stop("closing time");
    expect(seen).toEqual([
      ["first", "closing time"],
      ["second", "closing time"],
    ]);
    expect(tap.disarmed).toBe(1);
    await expect(vm.ended).resolves.toBeUndefined();
  });

  test("when its signal is aborted, before the start or later", async () => {
    const tap = new Tap();
    const controller = new AbortController();
    const vm = groundVm(() => subscriber([tap, ANY]), { signal: controller.signal });
    controller.abort();
    await vm.ended;
    expect(tap.disarmed).toBe(1);
    await groundVm(() => subscriber([new Tap(), ANY]), { signal: AbortSignal.abort() }).ended;
  });

  test("by Symbol.asyncDispose", async () => {
    const vm = groundVm(() => subscriber([new Tap(), ANY]));
    await vm[Symbol.asyncDispose]();
    await expect(vm.ended).resolves.toBeUndefined();
  });

  test("even while a nested VM is busy for ever", async () => {
    const vm = groundVm(() => spawnVm(() => [forEver(), subscriber("x")].flat() as never));
    await vm.stop();
  });

  test("after what its sources flush, or one second of the host's time, whatever comes first", async () => {
    const flushing: Source<number> = { arm: () => () => new Promise(() => {}) };
    const { vm, host } = simulate(() => subscriber([flushing, ANY]));
    let ended = false;
    void vm.stop().then(() => (ended = true));
    await Promise.resolve();
    host.advance(999);
    await new Promise((resolve) => setTimeout(resolve));
    expect(ended).toBe(false);
    host.advance(1);
    await vm.ended;
  });
});

describe("an event source", () => {
  test("is armed by its first participant subscriber and disarmed when the last goes", () => {
    const tap = new Tap();
    const { vm } = simulate(() => [
      spawn(() => [
        subscriber([tap, 1], {}, { id: "one" }),
        subscriber([tap, 2], {}, { id: "two" }),
        subscriber("stay"),
        subscriber("go", { onMessage: () => [deleteEndpoint("one"), deleteEndpoint("two")] }),
      ]),
    ]);
    expect([tap.armed, tap.disarmed]).toEqual([1, 0]);
    void vm.stop();
    expect([tap.armed, tap.disarmed]).toEqual([1, 1]);
  });

  test("sends each value as the message [source, value], to the patterns that match it", () => {
    const tap = new Tap();
    const seen: unknown[] = [];
    simulate(() => [
      subscriber([tap, 1], { onMessage: ([, value]) => void seen.push(["one", value]) }),
      subscriber([tap, ANY], { onMessage: ([, value]) => void seen.push(["any", value]) }),
    ]);
    tap.yields(1);
    tap.yields(2);
    expect(seen).toEqual([
      ["one", 1],
      ["any", 1],
      ["any", 2],
    ]);
  });

  test("is armed again only after the round that dealt with its value", () => {
    const tap = new Tap();
    const waited: boolean[] = [];
    simulate(() => subscriber([tap, ANY], { onMessage: () => void waited.push(tap.waits) }));
    tap.yields(1);
    expect(waited).toEqual([false]);
    expect(tap.waits).toBe(true);
  });

  test("that only observers, publishers or wildcards name is left alone", () => {
    const tap = new Tap();
    simulate(() => [
      subscriber([tap, ANY], {}, { interest: "observer" }),
      subscriber([tap, ANY], {}, { interest: "everything" }),
      subscriber([ANY, ANY]),
      subscriber([tap, ANY, ANY]),
    ]);
    expect(tap.armed).toBe(0);
  });

  test("that delivers twice for one arming is told so; after disarming it is ignored", async () => {
    let deliver: (value: number) => void = () => {};
    const source: Source<number> = {
      arm(each) {
        deliver = each;
        return () => {};
      },
    };
    const { vm } = simulate(() => subscriber([source, 1]));
    const first = deliver;
    first(1);
    expect(() => first(2)).toThrow(expect.objectContaining({ code: "SOURCE_NOT_ARMED" }));
    const second = deliver;
    await vm.stop();
    expect(() => second(1)).not.toThrow();
  });

  test("whose value is no term, or whose arm throws, crashes the process that wants it, and nothing else", () => {
    const bad: Source<never> = { arm: (deliver) => (deliver(undefined as never), () => {}) };
    const broken: Source<never> = {
      arm: () => {
        throw new Error("no such device");
      },
    };
    const sound = new Tap();
    const { warnings } = simulate(() => [
      spawn(() => subscriber([bad, ANY]), { name: "bad" }),
      spawn(() => subscriber([broken, ANY]), { name: "broken" }),
      spawn(() => subscriber([sound, ANY]), { name: "sound" }),
    ]);
    expect(
      warnings.map((warning) => (warning.reason as { code?: string; message: string }).code ?? "no such device"),
    ).toEqual(["no such device", "BAD_TERM"].toSorted((a) => (a === "BAD_TERM" ? -1 : 1)));
    expect(sound.waits).toBe(true);
  });

  test("whose arm returns neither a function nor nothing crashes the process that wants it, and says so then", () => {
    const { warnings } = simulate(() => [
      spawn(() => subscriber([{ arm: () => 17 }, ANY])),
      spawn(() => subscriber([{ arm: async () => {} }, ANY])),
    ]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/process 1 .*arm\(\) returned: expected a function that disarms it, or nothing, got 17/),
      expect.stringMatching(/process 2 .*arm\(\) returned: expected a function.*Promise/),
    ]);
  });

  test("delivering to an idle VM runs it inside the call", () => {
    const tap = new Tap();
    let seen = 0;
    const { host } = simulate(() =>
      subscriber([tap, ANY], { onMessage: ([, value]) => void (seen = value as number) }),
    );
    tap.yields(7);
    expect(seen).toBe(7);
    expect(host.pendingTasks).toBe(0);
  });
});

describe("a VM that is busy for ever", () => {
  test("works in slices of 8 ms and gives the host its turn between them", () => {
    const host = new FakeHost();
    let turns = 0;
    const busy = (): Step<undefined> => {
      turns++;
      host.pass(3);
      return yieldThen<undefined>(busy);
    };
    groundVm(() => spawn(busy), { host });
    expect(turns).toBe(3);
    expect(host.pendingTasks).toBe(1);
    host.runTask();
    expect(turns).toBe(6);
  });

  test("gets on, by one action a slice, with a clock that jumps further than a slice at each look", () => {
    const host = new FakeHost();
    const jumping: Host = {
      now: () => host.now(),
      monotonic() {
        host.pass(10);
        return host.monotonic();
      },
      defer: (task) => host.defer(task),
      after: (milliseconds, task) => host.after(milliseconds, task),
      warn: (text) => host.warn(text),
    };
    let turns = 0;
    const busy = (): Step<undefined> => {
      turns++;
      return yieldThen<undefined>(busy);
    };
    groundVm(() => spawn(busy), { host: jumping });
    for (let slice = 0; slice < 5; slice++) host.runTask();
    expect(turns).toBe(6);
  });

  test("leaves the timers of this platform their turn", async () => {
    let turns = 0;
    const busy = (): Step<undefined> => {
      turns++;
      return yieldThen<undefined>(busy);
    };
    const vm = groundVm(() => spawn(busy), { onWarning: () => {} });
    for (let timer = 0; timer < 3; timer++) {
      const before = turns;
      let now = before;
      while (now === before) {
        // Were timers starved, this would never come back; were the VM starved, the loop would never end.
        await new Promise((resolve) => setTimeout(resolve));
        now = turns;
      }
      expect(now).toBeGreaterThan(before);
    }
    await vm.stop();
  });

  test("takes a value from outside between two slices", () => {
    const tap = new Tap();
    const host = new FakeHost();
    const seen: number[] = [];
    const busy = (): Step<undefined> => {
      host.pass(9);
      return yieldThen<undefined>(busy);
    };
    groundVm(
      () => [spawn(busy), subscriber([tap, ANY], { onMessage: ([, value]) => void seen.push(value as number) })],
      { host },
    );
    for (let value = 1; value <= 3; value++) {
      while (!tap.waits) host.runTask();
      tap.yields(value);
      host.runTask();
      host.runTask();
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  test("is reported once after 100,000 rounds, by the names of its busy processes", () => {
    const { host, warnings, vm } = simulate(() => [
      spawnVm(() => spawn(forEver, { name: "spinner" })),
      spawn(() => subscriber("idle")),
    ]);
    let slices = 0;
    while (warnings.length === 0 && slices++ < 1_000_000) {
      host.pass(1);
      host.runTask();
    }
    expect(warnings).toEqual([
      expect.objectContaining({ code: "VM_BUSY", message: expect.stringContaining("1.1 (spinner)") }),
    ]);
    expect(warnings[0]?.message).not.toContain("idle");
    void vm.stop();
  });
});

describe("onWarning", () => {
  test("hears of each distinct crash once, with the process's path and name", () => {
    const tap = new Tap();
    const { warnings } = simulate(() => [
      subscriber([tap, ANY], {
        onMessage: ([, value]) =>
          spawn(
            () => {
              throw new Error(`bang ${(value as number) % 2}`);
            },
            { name: "worker" },
          ),
      }),
    ]);
    for (let i = 0; i < 10; i++) tap.yields(i);
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      ["PROCESS_CRASHED", "process 1 (worker) crashed: Error: bang 0"],
      ["PROCESS_CRASHED", "process 2 (worker) crashed: Error: bang 1"],
    ]);
  });

  test("left out, the host prints it with the stack", () => {
    const host = new FakeHost();
    groundVm(() => spawn(() => quitByThrowing(), { name: "thrower" }), { host });
    expect(host.printed).toEqual([
      expect.stringMatching(
        /^marketplace: PROCESS_CRASHED: process 1 \(thrower\) crashed: Error: thrown\n(.|\n)*quitByThrowing/,
      ),
    ]);
  });

  test("may throw: the warning and what was thrown are printed, and the VM goes on", async () => {
    const host = new FakeHost();
    const tap = new Tap();
    const vm = groundVm(
      () => [
        spawn(() => subscriber([tap, ANY], { onMessage: quitByThrowing })),
        spawn(() => subscriber([tap, ANY], { onMessage: () => sendMessage("heard") })),
        spawn(() => subscriber("heard", { onMessage: () => void (heard = true) })),
      ],
      {
        host,
        onWarning: () => {
          throw new Error("in onWarning");
        },
      },
    );
    let heard = false;
    tap.yields(1);
    expect(heard).toBe(true);
    expect(host.printed).toEqual([
      expect.stringContaining("PROCESS_CRASHED: process 1 crashed: Error: thrown"),
      expect.stringMatching(/onWarning(.|\n)*in onWarning/),
    ]);
    await vm.stop();
  });

  test("hears nothing of an orderly quit", () => {
    const { warnings } = simulate(() => spawn(() => quit({ reason: new Error("on purpose") })));
    expect(warnings).toEqual([]);
  });
});

function quitByThrowing(): never {
  throw new Error("thrown");
}
