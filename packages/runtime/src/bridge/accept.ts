import { observeSubscribers, subscriber } from "../dsl/endpoints.ts";
import { atMetaLevel, quit, spawn, spawnVm } from "../dsl/processes.ts";
import { eventRelay } from "../drivers/event-relay.ts";
import type { ActionTree, Spawn, Unchecked, VmLimits } from "../model/action.ts";
import type { Step } from "../model/transition.ts";
import { checkFunction, checkName, checkOptions } from "../terms/check.ts";
import { badArgument, MarketplaceError } from "../terms/error.ts";
import type { RecordTable } from "../terms/record-table.ts";
import type { Term } from "../terms/term.ts";
import { ANY } from "../terms/wildcard.ts";
import { groundOf, type GroundVm } from "../vm/ground-vm.ts";
import { type BridgeChannel, checkChannel } from "./channel.ts";
import { Far, type TcpFlow } from "./far.ts";
import { Batch, FarSource } from "./far-source.ts";

export interface AcceptOptions {
  /**
   * The first activation of a process in the session: starts the drivers that the VM on the other side may use. Their event sources reach
   * the ground VM. Give `flow` to a TCP driver as its option of that name, so that it reads no more than the other side can take.
   */
  readonly boot: (flow: TcpFlow) => Step<Unchecked>;
  /** For people: shown in warnings and by the debugger. */
  readonly name?: string | undefined;
  /** What the session may hold at most; what would exceed it is the end of the session. */
  readonly limits?: VmLimits | undefined;
  /** After how many milliseconds of silence the other side is taken for lost: 10 s if left out. */
  readonly heartbeat?: number | undefined;
  /** The record types whose fields have names in what comes from the other side; left out, those of the drivers' messages. */
  readonly records?: RecordTable | undefined;
  /** Called once, when the session is over. */
  readonly onEnd?: (() => void) | undefined;
}

/** How long a silent peer is waited for, in milliseconds. */
const HEARTBEAT = 10_000;

/**
 * Be the container of a VM on the other side of a channel: a nested VM, the session, in which what that VM does at its meta level is done on
 * its behalf. When the channel closes the session ends with everything in it, and when the session ends the channel is closed.
 *
 * @param vm a ground VM that runs
 * @throws MarketplaceError `BAD_ARGUMENT`; `VM_ENDED`, and the channel is closed
 */
export function acceptBridge(vm: GroundVm, channel: BridgeChannel, options: AcceptOptions): void {
  groundOf(vm);
  checkChannel("acceptBridge", channel);
  checkOptions("acceptBridge: options", options, ["boot", "name", "limits", "heartbeat", "records", "onEnd"]);
  const { boot, name = "bridge session", limits, heartbeat = HEARTBEAT, records, onEnd } = options;
  checkFunction("acceptBridge: boot", boot);
  checkName("acceptBridge: name", name);
  if (typeof heartbeat !== "number" || !(heartbeat >= 10))
    throw badArgument("acceptBridge: heartbeat", "milliseconds, at least 10", heartbeat);
  if (onEnd !== undefined) checkFunction("acceptBridge: onEnd", onEnd);
  const source = new FarSource(channel, heartbeat, onEnd ?? (() => {}));
  const far = new Far(
    {
      tell: (item, size) => source.tell(item, size),
      isAlone: () => source.isClosed,
      isCongested: () => source.isCongested,
      quit: (reason) => quit({ reason }),
    },
    records,
  );
  const session = spawnVm(
    () => [eventRelay(name), guardian(source), spawn(() => boot(far), { name: "boot" }), farProcess(source, far)],
    { name, limits },
  );
  try {
    vm.perform(session);
  } catch (error) {
    channel.close(1001, "the VM has ended");
    throw error;
  }
}

/** The far half ends with the channel, and the session with the far half, however that ends. */
function guardian(source: FarSource): Spawn<Unchecked> {
  return spawn(
    () => atMetaLevel(observeSubscribers([source, ANY], { onAbsence: ({ reason }) => atMetaLevel(quit({ reason })) })),
    {
      name: "guardian",
    },
  );
}

function farProcess(source: FarSource, far: Far): Spawn<Unchecked> {
  return spawn(
    () => {
      const receive = ({ frames, end }: Batch): ActionTree<Unchecked> => {
        try {
          return [frames.map((frame) => far.receive(frame)), end !== undefined && quit({ reason: end })];
        } catch (error) {
          if (!(error instanceof MarketplaceError)) throw error;
          source.refuse(error.message);
          return quit({ reason: error });
        }
      };
      // A message with wildcards would match this topic too.
      const onMessage = (message: readonly Term[]): ActionTree<Unchecked> =>
        message[1] instanceof Batch ? receive(message[1]) : null;
      // Not by the session's relay, which would take another round for each batch.
      return atMetaLevel(subscriber([source, ANY], { onMessage }));
    },
    { name: "far half" },
  );
}
