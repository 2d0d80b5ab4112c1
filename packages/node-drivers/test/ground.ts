import { ANY, groundVm, quit, spawn, subscriber, yieldThen } from "@marketplace/runtime";
import type { ActionTree, GroundVm, Host, Source, Step, Warning } from "@marketplace/runtime";
import { onTestFinished } from "vitest";
import { nodeHost } from "../src/host.ts";

/** A ground VM on Node; it is stopped when the test is over, and nothing may have crashed in it by then. */
export function startGround(app: ActionTree<any>, host: Host = nodeHost()): GroundVm {
  const warnings: Warning[] = [];
  const vm = groundVm(() => app, { host, onWarning: (warning) => warnings.push(warning) });
  onTestFinished(async () => {
    await vm.stop();
    if (warnings.length > 0) throw new Error(warnings.map(({ message }) => message).join("\n"));
  });
  return vm;
}

/** A process of its own for these actions. */
export function process(actions: ActionTree<any>, name?: string): ActionTree<any> {
  return spawn(() => actions, { name });
}

/** Something that the test presses, for a process to act. */
export class Button implements Source<string> {
  #deliver: ((value: string) => void) | null = null;
  #presses = 0;

  arm(deliver: (value: string) => void): () => void {
    this.#deliver = deliver;
    this.#goOn();
    return () => {
      this.#deliver = null;
    };
  }

  press(): void {
    this.#presses++;
    this.#goOn();
  }

  onPress(act: () => Step<any>): ActionTree<any> {
    return subscriber([this, ANY], { onMessage: act });
  }

  #goOn(): void {
    const deliver = this.#deliver;
    if (deliver === null || this.#presses === 0) return;
    this.#presses--;
    this.#deliver = null;
    deliver("pressed");
  }
}

/** A process that does this until `leave` is pressed, and then quits. */
export function untilPressed(leave: Button, actions: ActionTree<any>): ActionTree<any> {
  return process([actions, leave.onPress(() => quit())]);
}

/** Go on after so many rounds of the VM, none of which waits for anything outside. */
export function afterRounds(rounds: number, then: () => ActionTree<any>): ActionTree<any> {
  return rounds === 0 ? then() : yieldThen(() => afterRounds(rounds - 1, then));
}
