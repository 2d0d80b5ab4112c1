import {
  ANY,
  atMetaLevel,
  driverError,
  groundVm,
  observePublishers,
  spawn,
  tcpAddress,
  tcpError,
  tcpListener,
  tcpListening,
  type ActionTree,
  type GroundVm,
} from "@marketplace/runtime";
import { bridge, portChannel, webSocketDial } from "@marketplace/runtime/bridge";
import { attachInspector, recorder } from "@marketplace/runtime/inspect";
import { StandingTally, type Standing } from "./standing.ts";

/** What a worker is told first. */
export interface Start {
  /** Of the bridge's WebSocket. */
  readonly url: string;
  readonly token: string;
  /** Where its program is to listen. */
  readonly port: number;
}

/** What a worker is told: how to start, and then whom to attach to its VM, a debugger each time. */
export type Order = { readonly start: Start } | { readonly attach: MessagePort };

/**
 * Makes this worker a VM of the page that started it: its meta level is on the other side of the page's bridge, and the page's debugger is
 * attached to it. The page is told how it stands.
 *
 * @param target what to call it in the debugger
 * @param program the actions of its boot, given the port on which the page is to listen
 */
export function runBrowserVm(target: string, program: (port: number) => ActionTree<unknown>): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
  const tell = (standing: Standing): void => (self as unknown as Worker).postMessage(standing);
  let vm: GroundVm | undefined;
  addEventListener("message", ({ data }: MessageEvent<Order>) => {
    if ("start" in data) vm ??= start(data.start, program, tell);
    else if (vm !== undefined) attachInspector(vm, portChannel(data.attach), { control: true, target });
  });
}

function start(
  { url, token, port }: Start,
  program: (port: number) => ActionTree<unknown>,
  tell: (standing: Standing) => void,
): GroundVm {
  const standing = new StandingTally(tell);
  const container = bridge(webSocketDial({ url, token }), { onState: (state) => standing.link(state) });
  const boot = () => [spawn(() => report(port, standing), { name: "report" }), program(port)];
  const vm = groundVm(boot, { container, tracer: recorder() });
  vm.ended.then(
    () => tell({ phase: "closed", reason: "The VM has ended." }),
    (error: unknown) => tell({ phase: "closed", reason: `The VM could not start: ${String(error)}` }),
  );
  return vm;
}

/** Watches what becomes of the listener, out there. */
function report(port: number, standing: StandingTally): ActionTree<unknown> {
  return [
    atMetaLevel(
      observePublishers(tcpListening(tcpListener(port), ANY), {
        onPresence: ({ role }) => {
          const { address } = role.topic;
          if (tcpAddress.isGround(address))
            standing.listener({ phase: "listening", host: address.host, port: address.port });
        },
        onAbsence: () => standing.listener(null),
      }),
    ),
    atMetaLevel(
      observePublishers(tcpError(tcpListener(port), ANY, ANY), {
        onPresence: ({ role }) => {
          const { error } = role.topic;
          if (driverError.isGround(error))
            standing.listener({ phase: "refused", code: error.code, message: error.message });
        },
        onAbsence: () => standing.listener(null),
      }),
    ),
  ];
}
