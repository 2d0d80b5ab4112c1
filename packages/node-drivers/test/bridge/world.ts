import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { groundVm, tcpRelay, type ActionTree, type GroundVm, type Warning } from "@marketplace/runtime";
import {
  bridge,
  webSocketDial,
  type BridgeOptions as NearOptions,
  type BridgeState,
} from "@marketplace/runtime/bridge";
import type { BridgeOptions } from "../../src/bridge/options.ts";
import { serveBridge, type BridgeServer } from "../../src/bridge/serve-bridge.ts";
import { nodeHost } from "../../src/host.ts";
import { Log } from "../log.ts";

/** All on this machine that a test may want, by TCP. */
export const loopback: BridgeOptions["policy"] = [
  { op: "connect", host: "127.0.0.1", ports: [[1, 65_535]] },
  { op: "listen", host: "127.0.0.1", ports: [[0, 65_535]] },
];

/**
 * A bridge on a free port, in a ground VM of its own; both end with the test.
 *
 * @param warnings is given the messages of what crashes in the VM; left out, nothing may
 */
export async function startBridge(
  options: BridgeOptions = {},
  warnings?: string[],
): Promise<{ server: BridgeServer; vm: GroundVm }> {
  const crashes: string[] = [];
  const onWarning = ({ message }: Warning): void => void (warnings ?? crashes).push(message);
  const vm = groundVm(() => null, { host: nodeHost(), linger: true, onWarning });
  onTestFinished(async () => {
    await vm.stop();
    if (crashes.length > 0) throw new Error(crashes.join("\n"));
  });
  const port = options.server === undefined ? { port: 0 } : {};
  const server = await serveBridge(vm, { policy: loopback, ...port, ...options });
  onTestFinished(() => server.close());
  return { server, vm };
}

/** A VM on the other side of a bridge. */
export interface Bridged {
  readonly vm: GroundVm;
  /** How its connection has stood. */
  readonly states: Log<BridgeState["state"]>;
}

/** A VM whose container is behind a WebSocket, with a relay for TCP; it ends with the test. */
export function startBridged(
  { url, token }: Pick<BridgeServer, "url" | "token">,
  program: ActionTree<any>,
  options: NearOptions = {},
): Bridged {
  const states = new Log<BridgeState["state"]>();
  const container = bridge(webSocketDial({ url, token, WebSocket }), {
    onState: ({ state }) => states.add(state),
    firstWait: 10,
    ...options,
  });
  const vm = groundVm(() => [tcpRelay("test"), program], { host: nodeHost(), container });
  onTestFinished(() => vm.stop());
  return { vm, states };
}
