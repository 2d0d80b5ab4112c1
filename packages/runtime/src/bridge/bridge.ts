import { checkFunction, checkOptions } from "../terms/check.ts";
import { badArgument } from "../terms/error.ts";
import type { RecordTable } from "../terms/record-table.ts";
import type { Container } from "../vm/container.ts";
import { type BridgeChannel, checkChannel } from "./channel.ts";
import type { BridgeState, Dial } from "./line.ts";
import { Near } from "./near.ts";

export interface BridgeOptions {
  /** Told how things stand with the other side, each time that changes. */
  readonly onState?: ((state: BridgeState) => void) | undefined;
  /** How long to wait before the first attempt to connect again, in milliseconds: 250 if left out. Each further wait is twice as long. */
  readonly firstWait?: number | undefined;
  /** The longest wait between two attempts, in milliseconds: 10 s if left out. */
  readonly longestWait?: number | undefined;
  /** Gives numbers from 0 to below 1, as `Math.random` does: attempts of many come apart by it. */
  readonly random?: (() => number) | undefined;
  /** The record types whose fields have names in what comes from the other side; left out, those of the drivers' messages. */
  readonly records?: RecordTable | undefined;
}

/**
 * A container for one ground VM that is on the other side of a channel, where {@link acceptBridge} makes room for it:
 * `groundVm(boot, { container: bridge(dial) })`. What the VM's processes do at the meta level is done there, and what happens there comes back.
 *
 * While there is no connection nobody is present, and messages to the meta level are lost. Only what is asked before the first connection waits for it.
 *
 * @param target makes a connection, and is called again after each loss; or a channel, which lasts as long as it lasts
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function bridge(target: Dial | BridgeChannel, options: BridgeOptions = {}): Container {
  if (typeof target !== "function") checkChannel("bridge", target);
  checkOptions("bridge: options", options, ["onState", "firstWait", "longestWait", "random", "records"]);
  const { onState, firstWait = 250, longestWait = 10_000, random = Math.random, records } = options;
  if (onState !== undefined) checkFunction("bridge: onState", onState);
  checkFunction("bridge: random", random);
  for (const [name, wait] of Object.entries({ firstWait, longestWait })) {
    if (typeof wait !== "number" || !(wait > 0) || wait === Infinity)
      throw badArgument(`bridge: ${name}`, "milliseconds, a positive number", wait);
  }
  return new Near(target, { onState, firstWait, longestWait, random, records });
}
