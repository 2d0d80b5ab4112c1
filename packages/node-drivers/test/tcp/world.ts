import {
  ANY,
  groundVm,
  publisher,
  quit,
  spawn,
  subscriber,
  tcpChannel,
  type ActionTree,
  type GroundVm,
  type Host,
  type Source,
  type Step,
  type TcpAddress,
  type TcpHandle,
  type TcpListener,
  type Warning,
} from "@marketplace/runtime";
import { onTestFinished } from "vitest";
import { nodeHost } from "../../src/host.ts";
import { tcpBareDriver } from "../../src/tcp/driver.ts";
import type { TcpBareOptions } from "../../src/tcp/options.ts";
import type { Log } from "../log.ts";

/** A ground VM on Node with the driver in it; it is stopped when the test is over, and nothing may have crashed in it by then. */
export function startWorld(app: ActionTree<any>, options?: TcpBareOptions, host: Host = nodeHost()): GroundVm {
  const warnings: Warning[] = [];
  const vm = groundVm(() => [tcpBareDriver(options), app], {
    host,
    onWarning: (warning) => warnings.push(warning),
  });
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

/**
 * The endpoints of one who hears and may speak. What happens is logged: "sendable" and "present" when the connection comes, its bytes as
 * text or "EOF", "absent" with the reason's code when it goes.
 */
export function conversation(
  us: TcpHandle | TcpListener,
  them: TcpAddress,
  log: Log<string>,
  onText: (text: string) => Step<any> = () => null,
): ActionTree<any> {
  return [
    publisher(tcpChannel(us, them, ANY), { onPresence: () => void log.add("sendable") }),
    subscriber(tcpChannel(them, us, ANY), {
      onPresence: () => void log.add("present"),
      onAbsence: ({ reason }) => void log.add(absence(reason)),
      onMessage: ({ subpacket }) => {
        const text = textOf(subpacket);
        log.add(text);
        return onText(text);
      },
    }),
  ];
}

export function absence(reason: unknown): string {
  return reason === undefined ? "absent" : `absent: ${(reason as { code?: string }).code ?? String(reason)}`;
}

export function textOf(subpacket: unknown): string {
  return subpacket instanceof Uint8Array ? Buffer.from(subpacket).toString() : "EOF";
}
