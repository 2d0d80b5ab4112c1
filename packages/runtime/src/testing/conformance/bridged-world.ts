import { quit } from "../../dsl/processes.ts";
import type { Action, Boot } from "../../model/action.ts";
import { bridge } from "../../bridge/bridge.ts";
import type { BridgeChannel } from "../../bridge/channel.ts";
import { Far } from "../../bridge/far.ts";
import { endedItem } from "../../bridge/frames.ts";
import type { Dial } from "../../bridge/line.ts";
import { Ground } from "../../vm/ground-vm.ts";
import type { Host } from "../../vm/host.ts";
import { Machine } from "../../vm/machine.ts";
import type { Process } from "../../vm/process.ts";
import type { Vm } from "../../vm/vm.ts";
import type { Nesting, World } from "./world.ts";

/** A VM on the other side of a bridge, and the process that stands for it in its container. */
interface Bridged {
  readonly process: () => Process | undefined;
  readonly ground: Ground;
  readonly farEnd: BridgeChannel;
}

export interface BridgedWorldOptions {
  readonly host: Host;
  /** A channel for each VM: the end of the VM inside, and that of its container. */
  readonly connect: () => readonly [Dial | BridgeChannel, BridgeChannel];
  /** Let happen what is on its way. @returns whether there was anything */
  readonly settle: () => boolean | Promise<boolean>;
}

/** Each VM that a scenario nests is a ground VM of its own, and in its container there is the far half of a bridge. */
export class BridgedWorld implements World {
  readonly #options: BridgedWorldOptions;
  #machine!: Machine;
  #bridged: Bridged[] = [];

  constructor(options: BridgedWorldOptions) {
    this.#options = options;
  }

  get root(): Vm {
    return this.#machine.root;
  }

  boot(boot: Boot<unknown>): void {
    this.#machine = new Machine(boot, { onWarning: () => {} });
  }

  inject(process: Process, make: () => unknown): void {
    const { machine } = process.vm;
    machine.inject(process, make);
    this.#bridged.find(({ ground }) => ground.machine === machine)?.ground.wake();
  }

  nest({ name, container, pin, boot }: Nesting): Action<unknown> {
    return {
      type: "spawn",
      name,
      pin: 1,
      boot: (pid) => {
        const { connect, host } = this.#options;
        const [near, farEnd] = connect();
        const process = (): Process | undefined => container()?.processes.get(pid);
        const far = new Far({
          tell: (item) => farEnd.send(item),
          isCongested: () => false,
          isAlone: () => false,
          quit: (reason) => quit({ reason }),
        });
        farEnd.onMessage((frame) => {
          const standing = process();
          if (standing !== undefined) this.inject(standing, () => far.receive(frame));
        });
        farEnd.onClose(() => {});
        const ground = new Ground(boot, { host, onWarning: () => {}, container: bridge(near) }, pin);
        ground.ended.catch(() => {});
        this.#bridged.push({ process, ground, farEnd });
        host.defer(() => ground.start());
      },
    };
  }

  innerOf(process: Process): Vm | undefined {
    return this.#bridged.find((each) => each.process() === process)?.ground.machine.root;
  }

  /** Run until nothing is pending in any VM and nothing on its way between them. */
  async settle(): Promise<void> {
    do {
      this.#machine.runUntilIdle();
      this.#end();
    } while (await this.#options.settle());
  }

  /** Where the process in the container is gone, so is its VM. */
  #end(): void {
    for (const { process, farEnd } of this.#bridged) {
      if (process() !== undefined) continue;
      farEnd.send(endedItem(undefined));
      farEnd.close();
    }
    this.#bridged = this.#bridged.filter(({ process }) => process() !== undefined);
  }
}
