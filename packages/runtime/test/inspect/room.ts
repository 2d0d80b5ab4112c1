import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { quit, spawn } from "../../src/dsl/processes.ts";
import type { Boot } from "../../src/model/action.ts";
import { transition, type Step } from "../../src/model/transition.ts";
import type { Tracer } from "../../src/inspect/tracer.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import type { Source } from "../../src/vm/event-source.ts";
import type { GroundVm } from "../../src/vm/ground-vm.ts";

/** A program to be looked at: what is given to it from outside goes to a counter, as `["said", value]`. */
export class Room {
  readonly host = new FakeHost();
  readonly vm: GroundVm;
  #deliver: ((value: string) => void) | null = null;

  /** @param more further processes, from PID 2 on */
  constructor(more: readonly Boot<any>[] = [], options: { readonly tracer?: Tracer } = {}) {
    const source: Source<string> = {
      arm: (deliver) => {
        this.#deliver = deliver;
        return () => {
          this.#deliver = null;
        };
      },
    };
    const ground: Boot<undefined> = () => [
      subscriber(
        [source, ANY],
        { onMessage: ([, value]) => (value === "stop" ? quit() : sendMessage(["said", value])) },
        { id: "in" },
      ),
      publisher(["said", ANY], {}, { id: "out" }),
      spawn(counter, { name: "counter" }),
      more.map((boot) => spawn(boot)),
    ];
    this.vm = groundVm(ground, { host: this.host, onWarning: () => {}, ...options });
  }

  /** A value from outside. */
  give(value: string): void {
    this.#deliver?.(value);
    this.host.settle();
  }
}

/** Process 1: counts what is said. */
function counter(): Step<Counted> {
  return transition<Counted>(
    { said: 0, last: "" },
    subscriber(["said", ANY], {
      onMessage: ([, what], state: Counted) => transition({ said: state.said + 1, last: String(what) }),
    }),
  );
}

interface Counted {
  readonly said: number;
  readonly last: string;
}
